"""The hall in any order: no number is lost, nobody stands at two windows, counts equal rows, the first is called first.

The booking half is tests/domain/booking/test_any_order.py; this one has three windows of two groups, machines that show
the hall's code, numbers printed, pauses, help, another line, windows that close early, and a day that ends.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries, services
from onetrip.domain.booking.models import Appointment, Slot, Ticket, TicketCounter, WindowStatus
from onetrip.domain.booking.states import AT_A_WINDOW, TAKES_A_PLACE, TICKET
from onetrip.domain.halls import queries as hall_queries
from onetrip.domain.halls import services as halls
from onetrip.domain.halls.models import Slip
from onetrip.domain.venues.models import Desk
from tests.depth import examples
from tests.domain.booking.conftest import BY, NOON, build_citizens, build_hall

LINES = ("vehicle", "driving_licence", "id_card")
SOME = range(6)
WINDOWS = range(3)


class HallInAnyOrder(RuleBasedStateMachine):
    """Two windows for licences and vehicles, one for identity cards; six citizens; time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.hall = build_hall()
        self.windows = [*self.hall.desks, Desk.objects.create(
            venue=self.hall.venue, code="w3", label="3号窗口", label_en="Window 3", kind="window",
            competences=["id_card"],
        )]  # fmt: skip
        self.citizens = build_citizens(6)
        self.slots = [
            self.hall.slot(starts_at=NOON + timedelta(minutes=15 * n), capacity=3) for n in (1, 3, 6)
        ]
        self.at: datetime = NOON
        self.given: dict[str, datetime] = {}
        halls.set_printer(venue_code="hall-1", host="127.0.0.1", port=9, by=BY, at=NOON)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def attempt(self, service: Any, *, by: Actor = BY, **about: Any) -> Any:
        """Refusals are answers; anything else that is raised fails the test."""
        try:
            return service(**about, by=by, at=self.at)
        except Refusal:
            return None

    def ticket_in(self, states: tuple[str, ...], number: int) -> Ticket | None:
        found = list(Ticket.objects.filter(state__in=states).order_by("pk"))
        return found[number % len(found)] if found else None

    def remember(self, ticket_id: str | None) -> None:
        if ticket_id is not None:
            self.given.setdefault(ticket_id, self.at)

    @rule(who=st.sampled_from(SOME), slot=st.sampled_from(range(3)))
    def book(self, who: int, slot: int) -> None:
        held = self.attempt(
            services.hold_slot, slot_id=self.slots[slot].public_id, citizen_id=self.citizens[who].pk,
            competence="vehicle", item_code="i40", item_name="换证",
        )  # fmt: skip
        if held:
            self.attempt(services.confirm_appointment, appointment_id=held)

    @rule(number=st.sampled_from(SOME), alone=st.booleans(), in_the_hall=st.booleans())
    def check_in(self, number: int, alone: bool, in_the_hall: bool) -> None:
        """On one's own phone with or without the hall's code, or at the reception."""
        booked = list(Appointment.objects.filter(state__in=("booked", "checked_in")).order_by("pk"))
        if not booked:
            return
        row = booked[number % len(booked)]
        proof = ""
        if in_the_hall:
            code = hall_queries.code_now(venue_code="hall-1", at=self.at).code
            proof = halls.show_code(venue_code="hall-1", code=code, at=self.at)
        by = Actor("citizen", "0" * 16) if alone else Actor("device", "1" * 16)
        ticket = self.attempt(services.check_in, appointment_id=row.public_id, presence=proof, by=by)
        asks = hall_queries.asks_for_presence("hall-1")
        if alone and asks and not in_the_hall and row.state == "booked":
            assert ticket is None, "checked in from home"
        self.remember(ticket)

    @rule(line=st.sampled_from(LINES), printed=st.booleans())
    def walk_in(self, line: str, printed: bool) -> None:
        ticket = self.attempt(
            services.take_ticket, venue_code="hall-1", competence=line, item_code="i40", item_name="换证"
        )
        self.remember(ticket)
        if printed:
            services.print_ticket(ticket_id=ticket, address="https://city.example/", at=self.at)

    @rule()
    def set_up_a_screen(self) -> None:
        if not hall_queries.asks_for_presence("hall-1"):
            halls.add_device(venue_code="hall-1", kind="screen", label="屏", by=BY, at=self.at)

    @rule(window=st.sampled_from(WINDOWS))
    def call(self, window: int) -> None:
        """The one who is called is the first whom this window can serve."""
        desk = self.windows[window]
        first = (
            Ticket.objects.filter(state="waiting", competence__in=desk.competences)
            .order_by("rank", "pk")
            .first()
        )
        called = self.attempt(services.call_next, desk_id=desk.pk)
        if called:
            assert first is not None and called == first.public_id

    @rule(
        service=st.sampled_from((
            services.recall_ticket, services.skip_ticket, services.start_serving, services.finish_ticket,
            services.return_to_line,
        )),
        number=st.sampled_from(SOME), window=st.sampled_from(WINDOWS),
    )  # fmt: skip
    def at_a_window(self, service: Any, number: int, window: int) -> None:
        ticket = self.ticket_in(("called", "serving", "skipped"), number)
        if ticket:
            before = ticket.rank
            self.attempt(service, ticket_id=ticket.public_id, desk_id=self.windows[window].pk)
            assert Ticket.objects.get(pk=ticket.pk).rank == before, "the place is kept"

    @rule(
        number=st.sampled_from(SOME), window=st.sampled_from(WINDOWS), line=st.sampled_from((*LINES, "fire"))
    )
    def transfer(self, number: int, window: int, line: str) -> None:
        ticket = self.ticket_in(AT_A_WINDOW, number)
        if ticket:
            about = {"ticket_id": ticket.public_id, "desk_id": self.windows[window].pk, "competence": line}
            self.attempt(services.transfer_ticket, **about)
            after = Ticket.objects.get(pk=ticket.pk)
            assert (after.rank, after.number) == (ticket.rank, ticket.number) and after.competence != "fire"

    @rule(
        number=st.sampled_from(SOME), service=st.sampled_from((services.leave_line, services.give_priority))
    )
    def in_the_line(self, number: int, service: Any) -> None:
        ticket = self.ticket_in(("waiting", "skipped"), number)
        if ticket:
            self.attempt(service, ticket_id=ticket.public_id)

    @rule(
        window=st.sampled_from(WINDOWS),
        service=st.sampled_from((
            services.pause_window, services.resume_window, services.call_for_help, services.end_help,
        )),
    )  # fmt: skip
    def say(self, window: int, service: Any) -> None:
        self.attempt(service, desk_id=self.windows[window].pk)

    @rule(
        window=st.sampled_from(WINDOWS),
        service=st.sampled_from((services.close_window, services.open_window)),
    )
    def close_or_open(self, window: int, service: Any) -> None:
        """The lead closes a window: whoever is there stays, everybody behind is called elsewhere or waits."""
        before = dict(Ticket.objects.values_list("public_id", "state"))
        self.attempt(service, desk_id=self.windows[window].pk, venue_code="hall-1")
        assert dict(Ticket.objects.values_list("public_id", "state")) == before

    @rule(pause=st.sampled_from((1, 7, 30)))
    def time_passes(self, pause: int) -> None:
        self.at += timedelta(minutes=pause)
        services.expire_holds(at=self.at)
        services.mark_no_shows(at=self.at)

    @rule()
    def the_day_ends(self) -> None:
        """Whoever is still in line the next morning goes home: the errands can be booked again."""
        self.at += timedelta(days=1)
        services.clear_yesterday(at=self.at)
        assert (
            not Ticket.objects.filter(day__lt=clock.city_day(self.at))
            .exclude(state__in=("served", "left"))
            .exists()
        )

    @invariant()
    def no_number_is_lost(self) -> None:
        rows = dict(Ticket.objects.values_list("public_id", "state"))
        assert set(rows) == set(self.given)
        assert all(TICKET.verbs_from(state) or state in ("served", "left") for state in rows.values())

    @invariant()
    def nobody_is_called_at_two_windows(self) -> None:
        here = list(Ticket.objects.filter(state__in=AT_A_WINDOW).values_list("desk_id", flat=True))
        assert None not in here and len(here) == len(set(here))
        assert not Ticket.objects.filter(state="waiting", desk__isnull=False).exists()

    @invariant()
    def a_window_that_pauses_or_is_closed_got_nobody_since(self) -> None:
        said = WindowStatus.objects.all()
        paused = said.filter(paused_since__isnull=False).values_list("desk_id", "paused_since")
        closed = said.filter(closed_since__isnull=False).values_list("desk_id", "closed_since")
        for desk, since in (*paused, *closed):
            assert not Ticket.objects.filter(desk_id=desk, state="called", called_at__gt=since).exists()

    @invariant()
    def counts_equal_rows(self) -> None:
        slots = Slot.objects.annotate(
            rows=Count("appointments", filter=Q(appointments__state__in=TAKES_A_PLACE))
        )
        assert (
            not slots.exclude(taken=F("rows")).exists() and not slots.filter(taken__gt=F("capacity")).exists()
        )
        given = dict(Ticket.objects.values_list("day").annotate(Count("pk")).order_by())
        counted: dict[Any, int] = {}
        for day, last in TicketCounter.objects.values_list("day", "last"):
            counted[day] = counted.get(day, 0) + last
        assert given == counted

    @invariant()
    def appointments_and_numbers_agree(self) -> None:
        arrived = Appointment.objects.filter(state="checked_in")
        assert not arrived.filter(Q(ticket__isnull=True) | Q(ticket__state__in=("served", "left"))).exists()
        assert (
            not Ticket.objects.filter(appointment__isnull=False, state__in=("waiting", *AT_A_WINDOW))
            .exclude(appointment__state="checked_in")
            .exists()
        )

    @invariant()
    def the_board_shows_exactly_who_waits_and_who_is_called(self) -> None:
        shown = queries.board(venue_code="hall-1")
        waiting = Ticket.objects.filter(state="waiting").order_by("rank").values_list("number", flat=True)
        called = Ticket.objects.filter(state__in=AT_A_WINDOW).values_list("number", flat=True)
        assert sorted(number for number, _line in shown.waiting) == sorted(waiting)
        assert sorted(number for number, *_rest in shown.called) == sorted(called)
        document = queries.hall_document("hall-1")
        assert set(document["waiting"]) == set(waiting) and set(document["called"]) == set(called)

    @invariant()
    def what_is_printed_is_in_the_line_whatever_the_printer_does(self) -> None:
        assert set(Slip.objects.values_list("ticket", flat=True)) <= set(self.given)


@pytest.mark.django_db
def test_the_hall_in_any_order() -> None:
    quick = settings(
        max_examples=examples(10), stateful_step_count=30, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(HallInAnyOrder, settings=quick)
