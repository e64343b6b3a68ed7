"""What a lead may change, what is refused, and what is remembered of it."""

from collections.abc import Iterator
from datetime import date, time

import pytest
from django.db import IntegrityError, connection, transaction

from onetrip.core import audit, events
from onetrip.core.audit import Actor
from onetrip.core.errors import NotAllowed
from onetrip.domain.accounts import services as accounts
from onetrip.domain.accounts.states import Role
from onetrip.domain.venues import queries, services
from onetrip.domain.venues.errors import (
    NotASample,
    RosterClash,
    RosterEntryUnknown,
    SpanInvalid,
    SpansOverlap,
    StaffUnknown,
    VenueUnknown,
    WeekdayInvalid,
)
from onetrip.domain.venues.events import HoursChanged
from onetrip.domain.venues.models import OpeningSpan, RosterEntry, Venue
from tests.domain.venues.conftest import SYSTEM, city, desk_id, venue

pytestmark = pytest.mark.usefixtures("small_city")
AT = city("2026-03-02 10:00")
TUESDAY = date(2026, 3, 3)
MORNING = (time(8), time(12))


def employ(username: str, *roles: Role) -> Actor:
    user = accounts.ensure_staff(
        username=username, name=username, roles=roles, password="a-long-password-1", by=SYSTEM, at=AT
    )
    return Actor("staff", user.public_id)


@pytest.fixture
def lead() -> Actor:
    return employ("lead", Role("lead", "cars"))


@pytest.fixture
def news() -> Iterator[list[HoursChanged]]:
    heard: list[HoursChanged] = []
    listen = heard.append
    events.subscribe(HoursChanged)(listen)
    yield heard
    events._reactions[HoursChanged].remove(listen)


def last_audit() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb, subject, actor_id FROM core_auditentry WHERE verb LIKE 'venue.%' ORDER BY id DESC LIMIT 1"
        )
        row: tuple[str, str, str] = cursor.fetchone()
        return row


def test_a_lead_sets_the_week(lead: Actor, news: list[HoursChanged]) -> None:
    services.set_opening_hours(venue_code="cars", weekly={1: [MORNING]}, by=lead, at=AT)
    assert queries.opening_spans(venue_code="cars", day=TUESDAY) == [MORNING]
    assert queries.opening_spans(venue_code="cars", day=date(2026, 3, 4)) == []
    assert last_audit() == ("venue.hours_set", "venue:cars", lead.id)
    assert news == [HoursChanged("cars", None, AT, lead)]
    assert audit.verify().intact


def test_midnight_ends_a_day(lead: Actor) -> None:
    services.set_opening_hours(venue_code="cars", weekly={0: [(time(18), time(0))]}, by=lead, at=AT)
    assert queries.hours(venue_code="cars", at=city("2026-03-02 23:59")).is_open
    assert not queries.hours(venue_code="cars", at=city("2026-03-03 00:00")).is_open


@pytest.mark.parametrize(
    ("weekly", "refusal"),
    [
        ({7: [MORNING]}, WeekdayInvalid),
        ({0: [(time(12), time(8))]}, SpanInvalid),
        ({0: [MORNING, (time(11), time(13))]}, SpansOverlap),
    ],
)
def test_impossible_hours_are_refused_and_nothing_changes(
    lead: Actor, weekly: dict[int, list[tuple[time, time]]], refusal: type[Exception]
) -> None:
    before = queries.weekly_hours("cars")
    with pytest.raises(refusal):
        services.set_opening_hours(venue_code="cars", weekly=weekly, by=lead, at=AT)
    assert queries.weekly_hours("cars") == before


def test_a_closed_day_is_announced_and_can_be_withdrawn(lead: Actor, news: list[HoursChanged]) -> None:
    services.close_on(venue_code="cars", day=TUESDAY, reason="停电检修", by=lead, at=AT)
    hours = queries.hours(venue_code="cars", at=city("2026-03-03 10:00"))
    assert (hours.is_open, hours.exceptions) == (False, [(TUESDAY, "停电检修")])
    assert queries.window_capacity(venue_code="cars", competence="vehicle", day=TUESDAY) == []
    services.withdraw_exception(venue_code="cars", day=TUESDAY, by=lead, at=AT)
    assert queries.hours(venue_code="cars", at=city("2026-03-03 10:00")).is_open
    assert news == [HoursChanged("cars", TUESDAY, AT, lead)] * 2


def test_a_holiday_can_be_opened(lead: Actor) -> None:
    services.open_on(
        venue_code="cars", day=date(2026, 2, 17), hours=[MORNING], reason="春节值班", by=lead, at=AT
    )
    assert queries.next_opening(venue_code="cars", at=city("2026-02-16 10:00")) == city("2026-02-17 08:00")


@pytest.mark.parametrize(
    "roles", [(), (Role("lead", "room-1"),), (Role("officer", "cars"),), (Role("editor"),)]
)
def test_who_does_not_lead_the_venue_may_not(roles: tuple[Role, ...]) -> None:
    somebody = employ("somebody", *roles)
    with pytest.raises(NotAllowed):
        services.close_on(venue_code="cars", day=TUESDAY, reason="", by=somebody, at=AT)
    with pytest.raises(NotAllowed):
        services.leave_unstaffed(desk_id=desk_id("cars", "w1"), day=TUESDAY, by=somebody, at=AT)


def test_a_citizen_may_not_and_an_unknown_venue_is_unknown() -> None:
    with pytest.raises(NotAllowed):
        services.close_on(venue_code="cars", day=TUESDAY, reason="", by=Actor("citizen", "X"), at=AT)
    with pytest.raises(VenueUnknown):
        services.close_on(venue_code="nowhere", day=TUESDAY, reason="", by=SYSTEM, at=AT)


def test_a_real_venue_is_no_demonstration() -> None:
    services.ensure_venues(venues=[venue("real", synthetic=False)], staff={})
    with pytest.raises(NotASample):
        services.set_demonstration(venue_code="real", on=True, by=SYSTEM, at=AT)


def test_a_day_on_the_roster_replaces_the_week_and_can_be_taken_off(lead: Actor) -> None:
    officer = employ("officer", Role("officer", "cars"))
    window = desk_id("cars", "w1")
    line = services.add_roster_entry(
        desk_id=window, staff_id=officer.id, day=TUESDAY, starts=time(10), ends=time(11), by=lead, at=AT
    )

    def hours_of_w1() -> list[tuple[int, int]]:
        found = queries.window_capacity(venue_code="cars", competence="driving_licence", day=TUESDAY)
        return [(stretch.starts.hour, stretch.ends.hour) for stretch in found]

    assert hours_of_w1() == [(10, 11)]
    named = [entry for entry in queries.roster_of(venue_code="cars", since=TUESDAY) if entry.day]
    assert [(entry.id, entry.staff_id, entry.starts) for entry in named] == [(line, officer.id, time(10))]
    services.remove_roster_entry(entry_id=line, by=lead, at=AT)
    assert hours_of_w1() == [(9, 12), (13, 17)]
    with pytest.raises(RosterEntryUnknown):
        services.remove_roster_entry(entry_id=line, by=lead, at=AT)


def test_a_desk_left_unstaffed_has_no_hours_until_somebody_steps_in(lead: Actor) -> None:
    window = desk_id("cars", "w1")
    services.leave_unstaffed(desk_id=window, day=TUESDAY, by=lead, at=AT)
    assert queries.window_capacity(venue_code="cars", competence="driving_licence", day=TUESDAY) == []
    services.add_roster_entry(
        desk_id=window, staff_id=None, day=TUESDAY, starts=time(9), ends=time(10), by=lead, at=AT
    )
    assert len(queries.window_capacity(venue_code="cars", competence="driving_licence", day=TUESDAY)) == 1


def test_nobody_is_in_two_places_at_once(lead: Actor) -> None:
    officer = employ("officer", Role("officer", "cars"))

    def put(code: str, starts: int, ends: int) -> None:
        services.add_roster_entry(
            desk_id=desk_id("cars", code),
            staff_id=officer.id,
            weekday=6,
            starts=time(starts),
            ends=time(ends),
            by=lead,
            at=AT,
        )

    put("w1", 9, 12)
    put("w2", 12, 13)  # touching is fine
    with pytest.raises(RosterClash):
        put("w2", 11, 12)
    with pytest.raises(RosterClash):
        put("w1", 10, 11)


@pytest.mark.parametrize(("weekday", "day"), [(None, None), (0, TUESDAY), (9, None)])
def test_a_roster_line_names_a_weekday_or_a_day(lead: Actor, weekday: int | None, day: date | None) -> None:
    with pytest.raises(WeekdayInvalid):
        services.add_roster_entry(
            desk_id=desk_id("cars", "w1"),
            staff_id=None,
            weekday=weekday,
            day=day,
            starts=time(9),
            ends=time(10),
            by=lead,
            at=AT,
        )


def test_only_staff_stand_on_a_roster(lead: Actor) -> None:
    with pytest.raises(StaffUnknown):
        services.add_roster_entry(
            desk_id=desk_id("cars", "w1"),
            staff_id="NOBODY",
            weekday=6,
            starts=time(9),
            ends=time(10),
            by=lead,
            at=AT,
        )


def test_the_database_itself_refuses_overlapping_hours() -> None:
    cars = Venue.objects.get(code="cars")
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningSpan.objects.create(venue=cars, weekday=0, opens=600, closes=800)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningSpan.objects.create(venue=cars, weekday=6, opens=600, closes=600)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterEntry.objects.create(desk_id=desk_id("cars", "w1"), weekday=0, starts=700, ends=730)


def test_loading_again_follows_the_plan_but_keeps_the_leads_calendar(lead: Actor) -> None:
    services.set_opening_hours(venue_code="cars", weekly={}, by=lead, at=AT)
    services.ensure_venues(
        venues=[venue("cars", "410102001", name="新名", jurisdiction=("410101001",))], staff={}
    )
    assert queries.venue("cars").name == "新名"
    assert queries.weekly_hours("cars") == []
