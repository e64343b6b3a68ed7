"""A roster that changes after people have booked: who is left without a window, and where they go."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries, services
from onetrip.domain.booking.errors import NoClash, PlaceUnfit, SlotFull
from onetrip.domain.booking.models import Appointment, Mark, Slot
from onetrip.domain.booking.states import Channel
from onetrip.domain.notifications.models import Message
from onetrip.domain.venues import services as venues
from onetrip.domain.venues.models import Desk, Venue
from tests.domain.booking.conftest import build_citizens
from tests.domain.venues.conftest import DISTRICTS, SUBDISTRICTS, WEEK, venue

BY = Actor.system("test")
LEAD = Actor("staff", "LEAD")
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=clock.CITY_TZ)
TUESDAY = date(2026, 3, 3)
NINE = datetime(2026, 3, 3, 9, tzinfo=clock.CITY_TZ)


@pytest.fixture
def rooms(db: None) -> None:
    roster = tuple(venues.RosterPlan(weekday, span) for weekday, span in WEEK)
    desks = tuple(
        venues.DeskPlan(f"w{n}", f"{n}号", f"{n}", "window", ("household",), roster) for n in (1, 2)
    )
    venues.ensure_places(districts=DISTRICTS, subdistricts=SUBDISTRICTS)
    venues.ensure_venues(venues=[venue("room", desks=desks), venue("next", desks=desks)], staff={})
    Venue.objects.update(jurisdiction=[])
    services.open_slots(from_day=MONDAY.date(), by=BY, at=MONDAY)


def book(citizen: User | None, starts_at: datetime = NINE, channel: Channel = Channel.PHONE) -> str:
    slot = Slot.objects.filter(starts_at=starts_at, schedule__venue__code="room").get()
    appointment = services.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk if citizen else None, competence="household", item_code="i01",
        item_name="出生登记", channel=channel, by=BY, at=MONDAY + timedelta(seconds=Appointment.objects.count()),
    )  # fmt: skip
    services.confirm_appointment(appointment_id=appointment, by=BY, at=MONDAY)
    return appointment


def one_window_less() -> None:
    desk = Desk.objects.get(code="w1", venue__code="room")
    venues.leave_unstaffed(desk_id=desk.pk, day=TUESDAY, by=BY, at=MONDAY)


def clashing() -> list[queries.Clash]:
    return queries.clashes(venue_code="room", by=LEAD, at=MONDAY)


@pytest.mark.usefixtures("rooms")
def test_who_booked_last_is_to_be_moved_to_the_nearest_place_and_is_told() -> None:
    first, second = (book(citizen) for citizen in build_citizens(2))
    assert clashing() == []
    one_window_less()
    (clash,) = clashing()
    assert (clash.appointment_id, clash.starts_at) == (second, NINE)
    assert [place.venue_name for place in clash.proposals] == [None, None, "next室"]
    assert clash.proposals[0].starts_at == NINE + timedelta(minutes=15)
    User.objects.filter(name="市民1").update(phone="+8613800000001")
    services.move_all_for_venue(
        moves={second: clash.proposals[0].slot_id}, venue_code="room", by=LEAD, at=MONDAY
    )
    assert clashing() == [] and queries.clash_count(venue_code="room", at=MONDAY) == 0
    assert "09:15" in (Message.objects.get().params or "")
    assert Slot.objects.get(starts_at=NINE, schedule__venue__code="room").capacity == 1
    assert AuditEntry.objects.filter(verb="clashes.read").count() == 1
    assert AuditEntry.objects.get(verb="appointment.move_for_venue").actor_id == "LEAD"
    assert Appointment.objects.get(public_id=first).slot.starts_at == NINE


@pytest.mark.usefixtures("rooms")
def test_a_place_without_a_window_closes_when_it_is_given_back() -> None:
    first, second = (book(citizen) for citizen in build_citizens(2))
    one_window_less()
    services.cancel_appointment(appointment_id=first, by=BY, at=MONDAY)
    slot = Slot.objects.get(starts_at=NINE, schedule__venue__code="room")
    assert (slot.capacity, slot.taken, slot.over, slot.free_by_phone) == (1, 1, 0, 0)
    with pytest.raises(NoClash):
        services.move_for_venue(
            appointment_id=second, slot_id=slot.public_id, venue_code="room", by=LEAD, at=MONDAY
        )


@pytest.mark.usefixtures("rooms")
def test_a_roster_that_changes_back_leaves_nobody_to_move() -> None:
    for citizen in build_citizens(2):
        book(citizen)
    venues.close_on(venue_code="room", day=TUESDAY, reason="检修", by=BY, at=MONDAY)
    assert len(clashing()) == 2
    venues.withdraw_exception(venue_code="room", day=TUESDAY, by=BY, at=MONDAY)
    assert clashing() == []
    assert Slot.objects.get(starts_at=NINE, schedule__venue__code="room").over == 0


@pytest.mark.usefixtures("rooms")
def test_nobody_is_sent_where_other_people_are_served_nor_moved_by_another_hall() -> None:
    (citizen,) = build_citizens(1)
    appointment = book(citizen)
    venues.close_on(venue_code="room", day=TUESDAY, reason="检修", by=BY, at=MONDAY)
    Venue.objects.filter(code="next").update(jurisdiction=["410105001"])
    (clash,) = clashing()
    assert {place.venue_name for place in clash.proposals} == {None}
    elsewhere = Slot.objects.filter(schedule__venue__code="next").earliest("starts_at")
    move = {"appointment_id": appointment, "by": LEAD, "at": MONDAY}
    with pytest.raises(PlaceUnfit):
        services.move_for_venue(slot_id=elsewhere.public_id, venue_code="room", **move)
    with pytest.raises(NotFound):
        services.move_for_venue(slot_id=clash.proposals[0].slot_id, venue_code="next", **move)


@pytest.mark.usefixtures("rooms")
def test_a_time_the_venue_chose_is_never_held_against_anybody() -> None:
    (citizen,) = build_citizens(1)
    appointment = book(citizen)
    venues.close_on(venue_code="room", day=TUESDAY, reason="检修", by=BY, at=MONDAY)
    (clash,) = clashing()
    services.move_for_venue(
        appointment_id=appointment, slot_id=clash.proposals[0].slot_id, venue_code="room", by=LEAD, at=MONDAY
    )
    services.mark_no_shows(at=MONDAY + timedelta(days=9))
    assert Appointment.objects.get().state == "no_show"
    assert not Mark.objects.exists()


@pytest.mark.usefixtures("rooms")
def test_the_list_asks_as_little_for_thirty_as_for_one_and_proposes_no_place_twice_over() -> None:
    Slot.objects.filter(schedule__venue__code="room", day=TUESDAY).update(capacity=9)
    counts = []
    for number, citizens in ((1, build_citizens(1)), (30, [None] * 29)):
        for place, citizen in enumerate(citizens):
            channel = Channel.PHONE if citizen else Channel.HALL
            book(citizen, NINE + timedelta(minutes=15 * (place // 8)), channel)
        venues.close_on(venue_code="room", day=TUESDAY, reason="检修", by=BY, at=MONDAY)
        with CaptureQueriesContext(connection) as asked:
            found = clashing()
        counts.append(len([entry for entry in asked.captured_queries if "SAVEPOINT" not in entry["sql"]]))
        assert len(found) == number
        venues.withdraw_exception(venue_code="room", day=TUESDAY, by=BY, at=MONDAY)
        Slot.objects.filter(schedule__venue__code="room", day=TUESDAY).update(capacity=9, over=0)
    assert counts[0] == counts[1] <= 6
    first_choices = [clash.proposals[0].slot_id for clash in found]
    for slot in Slot.objects.filter(public_id__in=first_choices):
        assert first_choices.count(slot.public_id) <= slot.free_by_phone


def a_visit(citizen: User, *, units: int = 1, starts_at: datetime = NINE) -> list[str]:
    """Two matters of one citizen, the second as soon as the first is done."""
    slot = Slot.objects.get(starts_at=starts_at, schedule__venue__code="room")
    matters = [
        queries.Matter("household", units, "i01", "出生登记"),
        queries.Matter("household", 1, "i02", "户口迁移"),
    ]
    held = services.hold_visit(
        slot_id=slot.public_id, citizen_id=citizen.pk, matters=matters, by=BY, at=MONDAY
    )
    visit = Appointment.objects.values_list("visit_id", flat=True).get(public_id=held[0])
    services.confirm_visit(visit_id=visit, by=BY, at=MONDAY)
    return held


def times(appointments: list[str]) -> list[datetime]:
    rows = Appointment.objects.filter(public_id__in=appointments).order_by("slot__starts_at")
    return list(rows.values_list("slot__starts_at", flat=True))


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize("units", [1, 2])
def test_a_visit_of_several_matters_moves_whole_and_is_told_of_once(units: int) -> None:
    alone, together = build_citizens(2)
    second = NINE + timedelta(minutes=15 * units)
    book(alone, second)  # at the time of the second matter one window is left, and then none
    parts = a_visit(together, units=units)
    User.objects.filter(pk=together.pk).update(phone="+8613800000001")
    one_window_less()
    (clash,) = clashing()
    assert (clash.starts_at, clash.item_name, clash.along) == (NINE, "出生登记", ("户口迁移",))
    place = clash.proposals[0]
    services.move_all_for_venue(
        moves={clash.appointment_id: place.slot_id}, venue_code="room", by=LEAD, at=MONDAY
    )
    begins = place.starts_at
    assert begins != NINE and times(parts) == [begins, begins + timedelta(minutes=15 * units)]
    assert clashing() == []
    said = Message.objects.get()
    assert "出生登记、户口迁移" in (said.params or "")
    assert all(row.moved_by_venue_at == MONDAY for row in Appointment.objects.filter(public_id__in=parts))
    noted = AuditEntry.objects.filter(verb="appointment.move_for_venue").values_list("subject", flat=True)
    assert set(noted) == {f"appointment:{part}" for part in parts}


@pytest.mark.usefixtures("rooms")
def test_where_matters_can_nowhere_follow_each_other_all_stay_and_the_lead_is_told_why() -> None:
    (together,) = build_citizens(1)
    parts = a_visit(together)
    venues.close_on(venue_code="room", day=TUESDAY, reason="检修", by=BY, at=MONDAY)
    # From here on every second time is full, at both venues: one place after the other is nowhere free.
    later = (
        Slot.objects.filter(starts_at__gt=MONDAY).exclude(starts_at__in=times(parts)).order_by("starts_at")
    )
    full = {slot.pk for slot in later if clock.city_time(slot.starts_at).minute in (0, 30)}
    Slot.objects.filter(pk__in=full).update(taken=2, capacity=2)
    (clash,) = clashing()
    assert (clash.along, clash.proposals) == (("户口迁移",), [])
    single = later.exclude(pk__in=full).filter(schedule__venue__code="room").first()
    assert single is not None
    with pytest.raises(SlotFull):
        services.move_for_venue(
            appointment_id=clash.appointment_id,
            slot_id=single.public_id,
            venue_code="room",
            by=LEAD,
            at=MONDAY,
        )
    assert times(parts) == [NINE, NINE + timedelta(minutes=15)]


def test_hours_of_the_week(rooms: None) -> None:
    """A shorter week, too, shows whom it leaves without a window."""
    (citizen,) = build_citizens(1)
    book(citizen)
    venues.set_opening_hours(venue_code="room", weekly={1: [(time(10), time(12))]}, by=BY, at=MONDAY)
    (clash,) = clashing()
    assert clash.proposals[0].starts_at == NINE + timedelta(hours=1)
