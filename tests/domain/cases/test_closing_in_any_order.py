"""A hall that closes early, in any order with everything else: nobody is lost, each is moved and told or spoken to."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import rules, services
from onetrip.domain.booking.models import Appointment, Slot, Ticket, WindowStatus
from onetrip.domain.booking.states import AT_A_WINDOW, TAKES_A_PLACE
from onetrip.domain.cases import services as cases
from onetrip.domain.cases.models import Case
from onetrip.domain.notifications.models import Message
from onetrip.domain.venues.models import OpeningSpan, RosterEntry, Venue
from tests.depth import examples
from tests.domain.booking.conftest import build_hall
from tests.domain.catalog.conftest import shipped
from tests.people import a_citizen

__all__ = ["shipped"]
BY = Actor.system("tests")
DAY = datetime(2026, 11, 24, tzinfo=clock.CITY_TZ)
TEN, OPEN, CLOSE = DAY + timedelta(hours=10), 540, 1020
ITEMS = ("i44-licence-details", "i46-licence-lost")
SOME, WINDOWS = range(6), range(2)


class ClosingHall(RuleBasedStateMachine):
    """Two windows from nine to five, it is ten; five citizens of whom some come with two matters, and strangers."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.hall = build_hall()
        Venue.objects.update(demonstration=False, follows_workdays=False)
        for day in range(7):
            OpeningSpan.objects.create(venue=self.hall.venue, weekday=day, opens=OPEN, closes=CLOSE)
            for desk in self.hall.desks:
                RosterEntry.objects.create(desk=desk, weekday=day, starts=OPEN, ends=CLOSE)
        services.open_slots(from_day=DAY.date(), days=3, venue_codes=["hall-1"], by=BY, at=TEN)
        Slot.objects.update(opens_at=DAY - timedelta(days=30))
        self.citizens = [a_citizen(name=f"市民{number}") for number in range(5)]
        self.at = TEN
        self.given: set[str] = set()
        # A morning like any other, so that whatever comes next happens to somebody.
        self.book(who=0, ahead=16, both=True, persons=1)
        self.book(who=1, ahead=16, both=False, persons=3)
        self.book(who=2, ahead=1, both=True, persons=2)
        self.walk_in(who=3, item=ITEMS[0])
        for _stranger in range(3):
            self.walk_in(who=None, item=ITEMS[1])

    def teardown(self) -> None:
        """Every example ends with a hall that closes, whatever came before."""
        try:
            self.close_early(
                hour=next(hour for hour in (11, 12, 15, 24) if clock.city_time(self.at).hour < hour) % 24
            )
            self.counts_equal_rows()
            self.a_visit_stays_together()
            self.errands_stand_where_their_places_and_numbers_stand()
        finally:
            self.take_back()

    def take_back(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def attempt(self, service: Any, **about: Any) -> Any:
        """Refusals are answers; anything else that is raised fails the test."""
        try:
            return service(**about, by=BY, at=self.at)
        except Refusal:
            return None

    def one(self, rows: Any, number: int) -> str | None:
        found = list(rows.order_by("pk").values_list("public_id", flat=True))
        return found[number % len(found)] if found else None

    @rule(
        who=st.integers(0, 4),
        ahead=st.sampled_from((1, 5, 16)),
        both=st.booleans(),
        persons=st.integers(1, 3),
    )
    def book(self, who: int, ahead: int, both: bool, persons: int) -> None:
        """One matter, or two one after the other, for one person or more."""
        citizen = self.citizens[who]
        mine = {"citizen_id": citizen.pk}
        ids = [
            self.attempt(cases.open_case, item_code=item, answers=answers_for(item), **mine)
            for item in ITEMS[: 1 + both]
        ]
        wanted = self.at + timedelta(minutes=15 * ahead)
        slot = Slot.objects.filter(starts_at__gte=wanted).order_by("starts_at", "pk").first()
        if slot is None or None in ids:
            return
        about = {"slot_id": slot.public_id, "persons": persons, **mine}
        if both:
            held = self.attempt(cases.hold_together, case_ids=ids, **about)
        else:
            held = self.attempt(cases.hold_slot, case_id=ids[0], **about)
        if held:
            self.attempt(cases.confirm, case_id=ids[0], **mine)

    @rule(number=st.sampled_from(SOME))
    def come(self, number: int) -> None:
        booked = self.one(Appointment.objects.filter(state="booked"), number)
        if booked:
            self.attempt(services.check_in, appointment_id=booked)
            self.given |= set(Ticket.objects.values_list("public_id", flat=True))

    @rule(who=st.sampled_from((None, None, 0, 3)), item=st.sampled_from(ITEMS))
    def walk_in(self, who: int | None, item: str) -> None:
        citizen = None if who is None else self.citizens[who].pk
        self.attempt(cases.walk_in, venue_code="hall-1", item_code=item, citizen_id=citizen)
        self.given |= set(Ticket.objects.values_list("public_id", flat=True))

    @rule(window=st.sampled_from(WINDOWS))
    def call_and_serve(self, window: int) -> None:
        desk = self.hall.desks[window].pk
        called = self.attempt(services.call_next, desk_id=desk)
        here = called or self.one(Ticket.objects.filter(desk_id=desk, state__in=AT_A_WINDOW), 0)
        if here and not called:
            self.attempt(services.finish_ticket, ticket_id=here, desk_id=desk)

    @rule(
        window=st.sampled_from(WINDOWS),
        service=st.sampled_from((services.close_window, services.open_window)),
    )
    def close_or_open_a_window(self, window: int, service: Any) -> None:
        self.attempt(service, desk_id=self.hall.desks[window].pk, venue_code="hall-1")

    @rule(pause=st.sampled_from((1, 10, 40)))
    def time_passes(self, pause: int) -> None:
        self.at += timedelta(minutes=pause)
        services.expire_holds(at=self.at)
        services.mark_no_shows(at=self.at)

    @rule(hour=st.sampled_from((11, 12, 15)))
    def close_early(self, hour: int) -> None:
        """Whoever stood in line or was booked beyond the end is served before, moved and told, or left to speak to."""
        tickets, told = set(Ticket.objects.values_list("pk", flat=True)), Message.objects.count()
        end = DAY + timedelta(hours=hour)
        late = booking.not_called_before(venue_code="hall-1", until=end, at=self.at)
        found = self.attempt(cases.close_early, venue_code="hall-1", until=time(hour), reason="停电")
        assert set(Ticket.objects.values_list("pk", flat=True)) == tickets, "a number is lost"
        if found is None:
            assert end < self.at
            return
        # Who was in line beyond the end: has a later place now and no number, or keeps the number to be spoken to.
        stay = Ticket.objects.filter(public_id__in=late, state="waiting").count()
        assert found.sent_home == len(late) - stay
        # Who was booked beyond the end has a window elsewhere, or the lead still finds them.
        left = booking.clashes(venue_code="hall-1", by=BY, at=self.at)
        assert stay + len(left) == found.to_speak_to
        assert Message.objects.count() - told <= found.moved + found.sent_home
        assert found.moved + found.sent_home == 0 or Message.objects.count() > told
        beyond = Appointment.objects.filter(state="booked", slot__starts_at__gte=end, slot__day=DAY.date())
        waiting = {row for clash in left for row in self.parts_of(clash.appointment_id)}
        assert set(beyond.filter(slot__starts_at__gt=self.at).values_list("public_id", flat=True)) <= waiting

    def parts_of(self, appointment_id: str) -> set[str]:
        visit = Appointment.objects.values_list("visit_id", flat=True).get(public_id=appointment_id)
        rows = Appointment.objects.filter(visit_id=visit) if visit else Appointment.objects.none()
        return {appointment_id, *rows.values_list("public_id", flat=True)}

    @invariant()
    def no_number_is_lost(self) -> None:
        assert set(Ticket.objects.values_list("public_id", flat=True)) == self.given

    @invariant()
    def counts_equal_rows(self) -> None:
        there: dict[tuple[int, datetime], int] = {}
        for row in Appointment.objects.filter(state__in=TAKES_A_PLACE).select_related("slot"):
            for step in range(row.units):
                key = (row.slot.schedule_id, row.slot.starts_at + rules.SLOT_LENGTH * step)
                there[key] = there.get(key, 0) + 1
        for slot in Slot.objects.all():
            assert slot.taken == there.get((slot.schedule_id, slot.starts_at), 0) <= slot.capacity

    @invariant()
    def a_closed_window_got_nobody_since(self) -> None:
        closed = WindowStatus.objects.filter(closed_since__isnull=False)
        for desk, since in closed.values_list("desk_id", "closed_since"):
            assert not Ticket.objects.filter(desk_id=desk, state="called", called_at__gt=since).exists()

    @invariant()
    def errands_stand_where_their_places_and_numbers_stand(self) -> None:
        """Booked means booked, arrived means a number in the hall: whatever was moved, nobody falls between."""
        assert not Case.objects.filter(state="booked").exclude(appointment__state="booked").exists()
        assert (
            not Case.objects.filter(appointment__state="booked")
            .exclude(
                state__in=("booked", "arrived")  # who walks in while booked for another day
            )
            .exists()
        )
        in_hall = Case.objects.filter(state="arrived")
        assert not in_hall.exclude(ticket__state__in=("waiting", *AT_A_WINDOW, "skipped", "served")).exists()
        doubles = Case.objects.filter(appointment__isnull=False).values("appointment")
        assert not doubles.annotate(rows=Count("pk")).filter(rows__gt=1).exists()

    @invariant()
    def a_visit_stays_together(self) -> None:
        """What is booked of one visit follows each other at one venue, as it was booked."""
        rows = (
            Appointment.objects.filter(state="booked").exclude(visit_id="").select_related("slot__schedule")
        )
        visits: dict[str, list[Appointment]] = {}
        for row in rows.order_by("slot__starts_at", "pk"):
            visits.setdefault(row.visit_id, []).append(row)
        for parts in visits.values():
            for one, other in pairwise(parts):
                assert other.slot.starts_at == one.slot.starts_at + rules.SLOT_LENGTH * one.units
                assert other.slot.schedule.venue_id == one.slot.schedule.venue_id


def answers_for(item: str) -> dict[str, str]:
    from onetrip.domain.catalog import queries as catalog

    guide, answers = catalog.guide_of(item), {}
    while not (checklist := catalog.personal_checklist(guide, answers)).complete:
        assert checklist.next_question is not None
        answers[checklist.next_question.key] = checklist.next_question.choices[0][0]
    return answers


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("shipped")
@pytest.mark.django_db
def test_a_hall_closes_early_in_any_order() -> None:
    quick = settings(
        max_examples=examples(8), stateful_step_count=22, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(ClosingHall, settings=quick)
