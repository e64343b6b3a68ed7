"""The lead's live hall, and closing early: everybody who cannot be served any more has another time and was told."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services
from onetrip.domain.booking.errors import DeskClosed, HallClosed
from onetrip.domain.booking.models import Appointment, Slot, Ticket, WindowStatus
from onetrip.domain.cases import services as cases
from onetrip.domain.cases.errors import ClosesInThePast
from onetrip.domain.cases.models import Case
from onetrip.domain.notifications.models import Message
from onetrip.domain.venues.models import OpeningSpan, RosterEntry, Venue
from tests.faces.console import conftest as console
from tests.people import a_citizen

shipped, town = console.shipped, console.town
DAY = datetime(2026, 11, 24, tzinfo=clock.CITY_TZ)
TEN = DAY + timedelta(hours=10)
NINE_TO_FIVE = (540, 1020)


@pytest.fixture
def open_hall(town):
    """Open from nine to five every day, both windows staffed, places for two weeks; it is ten in the morning."""
    Venue.objects.update(demonstration=False, follows_workdays=False)
    RosterEntry.objects.all().delete()
    opens, closes = NINE_TO_FIVE
    for day in range(7):
        OpeningSpan.objects.create(venue=town.hall.venue, weekday=day, opens=opens, closes=closes)
        for desk in town.hall.desks:
            RosterEntry.objects.create(desk=desk, weekday=day, starts=opens, ends=closes)
    services.open_slots(from_day=DAY.date(), venue_codes=["hall-1"], by=console.SYSTEM, at=TEN)
    Slot.objects.update(opens_at=DAY - timedelta(days=30))
    return town


def book(town, hour, citizen=None):
    citizen = citizen or a_citizen(name="陈一")
    case = town.case(citizen)
    slot = Slot.objects.filter(
        schedule__venue__code="hall-1", starts_at=DAY + timedelta(hours=hour), taken=0
    ).first()
    who = {"case_id": case, "citizen_id": citizen.pk, "by": console.actor(citizen), "at": TEN}
    cases.hold_slot(slot_id=slot.public_id, **who)
    cases.confirm(**who)
    return case, citizen


def walk_in(town, citizen=None, minutes=0):
    return cases.walk_in(
        venue_code="hall-1", item_code=town.item_code, citizen_id=citizen.pk if citizen else None, by=console.SYSTEM,
        at=TEN + timedelta(minutes=minutes),
    )  # fmt: skip


def close(town, until, *, at=TEN):
    return cases.close_early(
        venue_code="hall-1", until=until, reason="停电检修", by=console.actor(town.lead), at=at
    )


def test_closing_early_moves_who_is_booked_and_who_stands_in_line(open_hall):
    town = open_hall
    early_case, _early = book(town, 10.5)
    late_case, late = book(town, 15)
    arrived_case, arrived = book(town, 16)
    number = cases.check_in(
        case_id=arrived_case, citizen_id=arrived.pk, by=console.actor(arrived), at=TEN + timedelta(minutes=1)
    )
    somebody, nobody = a_citizen(name="林二"), None
    served = walk_in(town)  # called before eleven
    crowd = [walk_in(town, minutes=2 + n) for n in range(12)]
    known = walk_in(town, somebody, minutes=20)
    unknown = walk_in(town, nobody, minutes=21)
    before = Ticket.objects.count()
    found = close(town, time(11), at=TEN + timedelta(minutes=22))
    assert Ticket.objects.count() == before, "no number is lost"
    # Booked for the afternoon: moved to another day or hour, told, and not held against them.
    moved = Appointment.objects.select_related("slot").get(citizen=late)
    end = DAY + timedelta(hours=11)
    assert moved.state == "booked" and moved.slot.starts_at != DAY + timedelta(hours=15)
    assert not DAY + timedelta(hours=11) <= moved.slot.starts_at < DAY + timedelta(hours=17)
    assert moved.moved_by_venue_at is not None
    # In line with an appointment: another time, the errand is booked again, the old number has ended.
    again = Appointment.objects.select_related("slot").get(citizen=arrived)
    assert again.state == "booked" and again.slot.starts_at > end
    assert Ticket.objects.get(public_id=number).state == "left"
    assert Case.objects.get(public_id=arrived_case).state == "booked"
    # In line without an appointment, but known: has one now.
    given = Appointment.objects.select_related("slot").get(citizen=somebody)
    assert given.state == "booked" and given.slot.starts_at > end
    assert Case.objects.get(citizen=somebody).state == "booked"
    assert Ticket.objects.get(public_id=known).state == "left"
    # Nobody knows who that is: the number stays until somebody has spoken to them.
    assert Ticket.objects.get(public_id=unknown).state == "waiting"
    assert Ticket.objects.get(public_id=served).state == "waiting"
    assert Ticket.objects.filter(public_id__in=crowd, state="waiting").count() == 12
    assert found.moved == 1 and found.sent_home == 2 and found.to_speak_to >= 1
    assert Case.objects.get(public_id=early_case).state == "booked"
    told = set(Message.objects.filter(template="booking.moved_by_venue").values_list("about", flat=True))
    assert told == {f"appointment:{row.public_id}" for row in (moved, again, given)}
    for slot in Slot.objects.all():
        assert slot.taken == slot.appointments.exclude(state__in=("expired", "cancelled")).count()
    # Who was sent home checks in at the new time with a new number.
    back = cases.check_in(
        case_id=arrived_case, citizen_id=arrived.pk, by=console.actor(arrived), at=again.slot.starts_at
    )
    assert back != number and Ticket.objects.get(public_id=back).state == "waiting"
    assert late_case


def test_one_who_cannot_be_given_a_place_takes_nobody_with_them(open_hall):
    """Who has booked for another day and stands in line all the same cannot hold a second place for it."""
    town = open_hall
    _case, twice = book(town, 39)  # tomorrow
    close_windows(town)
    walk_in(town, twice)
    somebody = a_citizen(name="林二")
    number = walk_in(town, somebody, minutes=1)
    found = close(town, time(11), at=TEN + timedelta(minutes=2))
    assert (found.sent_home, found.to_speak_to) == (1, 1)
    assert Ticket.objects.get(public_id=number).state == "left"
    assert Appointment.objects.get(citizen=somebody).channel == "hall"
    assert Ticket.objects.get(citizen=twice).state == "waiting"


def close_windows(town):
    for desk in town.hall.desks:
        services.close_window(desk_id=desk.pk, venue_code="hall-1", by=console.actor(town.lead), at=TEN)


def test_a_hall_closes_from_now_on_only(open_hall):
    with pytest.raises(ClosesInThePast):
        close(open_hall, time(9, 30))
    found = close(open_hall, time(10))
    assert (found.moved, found.sent_home, found.to_speak_to) == (0, 0, 0)
    late = {"venue_code": "hall-1", "item_code": open_hall.item_code, "at": TEN + timedelta(minutes=1)}
    with pytest.raises(HallClosed):
        cases.walk_in(by=Actor("device", "TABLET"), **late)
    assert cases.walk_in(by=console.actor(open_hall.lead), **late), "whom staff let in has a number"
    assert not booking.open_slots_on(venue_code="hall-1", competence="vehicle", day=DAY.date(), at=TEN)


def test_a_closed_window_calls_nobody_until_it_is_opened(town):
    lead, address = town.browser("lead"), reverse("console:hall_window", args=["hall-1"])
    town.number()
    lead.post(address, {"desk": town.window.pk, "window": "close"})
    with pytest.raises(DeskClosed):
        services.call_next(desk_id=town.window.pk, by=console.SYSTEM, at=clock.now())
    page = town.browser("officer").get(reverse("console:window_desk", args=[town.window.pk])).content.decode()
    assert "负责人已于" in page and "/call-next/" not in page
    assert lead.post(address, {"desk": town.other.desks[0].pk, "window": "close"}).status_code == 404
    assert lead.post(address, {"desk": town.window.pk, "window": "burn"}).status_code == 422
    lead.post(address, {"desk": town.window.pk, "window": "open"})
    assert services.call_next(desk_id=town.window.pk, by=console.SYSTEM, at=clock.now())


def test_the_lead_sees_what_to_look_at(town):
    at = clock.now()
    town.called()
    town.number()
    services.call_for_help(desk_id=town.window.pk, by=console.SYSTEM, at=at)
    for desk in town.hall.desks[1:]:
        services.pause_window(desk_id=desk.pk, by=console.SYSTEM, at=at)
    # Fifty minutes ago, so that the test holds at eleven at night, too: a line is one day's.
    ago = timedelta(minutes=50)
    Ticket.objects.update(
        taken_at=F("taken_at") - ago, called_at=F("called_at") - ago, served_from=F("served_from") - ago
    )
    WindowStatus.objects.update(paused_since=F("paused_since") - ago)
    later = booking.hall_now(venue_code="hall-1", at=at)
    first, second = later.windows
    assert (first.state, set(first.alarms)) == ("serving", {"help", "long_visit"})
    assert (second.state, second.alarms) == ("paused", ("long_pause",))
    line = next(line for line in later.lines if line.waiting)
    assert (line.alarm, line.windows) == ("long_wait", 1)
    services.close_window(desk_id=town.window.pk, venue_code="hall-1", by=console.actor(town.lead), at=at)
    page = town.browser("lead").get(reverse("console:hall_lead", args=["hall-1"])).content.decode()
    assert town.hall.desks[0].label in page and "呼叫负责人" in page


def test_a_full_hall_costs_no_query_more(town):
    address = reverse("console:hall_lead_now", args=["hall-1"])
    lead, counts = town.browser("lead"), []
    for more in (1, 29):
        for _number in range(more):
            town.number()
        lead.get(address)
        with CaptureQueriesContext(connection) as asked:
            lead.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16
