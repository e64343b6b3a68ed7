"""Whatever happens in whatever order: no overbooked slot, no lost ticket, nobody at two windows, sums equal rows."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries, rules, services
from onetrip.domain.booking.models import Appointment, Offer, Slot, Ticket, Wish
from onetrip.domain.booking.states import AT_A_WINDOW, LIVE, TAKES_A_PLACE, Channel
from onetrip.domain.venues import queries as venue_queries
from onetrip.domain.venues import services as venues
from onetrip.domain.venues.models import RosterEntry, Venue
from tests.depth import examples
from tests.domain.booking.conftest import BY, NOON, build_citizens, build_hall

DAY = clock.city_day(NOON)
EIGHT = range(8)
ABOUT_ONE = (
    services.ask_for_earlier, services.stop_waiting, services.make_provisional, services.say_complete,
)  # fmt: skip
CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.HALL, Channel.HOTLINE)


class Office(RuleBasedStateMachine):
    """A hall with two windows from 13:00 to 14:00, five citizens, and time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.hall = build_hall()
        Venue.objects.update(demonstration=False)
        venues.open_on(
            venue_code="hall-1", day=DAY, hours=[(time(13), time(14))], reason="测试", by=BY, at=NOON
        )
        for desk in self.hall.desks:
            self.sit(desk.pk, time(14))
        self.citizens = build_citizens(5)
        services.set_shares(venue_code="hall-1", hall_share=20, hotline_share=10, by=BY, at=NOON)
        self.at: datetime = NOON
        self.tickets: set[str] = set()
        self.visits: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def sit(self, desk: int, until: time) -> None:
        venues.add_roster_entry(
            desk_id=desk,
            staff_id=None,
            day=DAY,
            starts=time(13),
            ends=until,
            by=BY,
            at=getattr(self, "at", NOON),
        )

    def attempt(self, service: Any, **about: Any) -> Any:
        """Refusals are answers; anything else that is raised fails the test."""
        try:
            return service(**about, by=BY, at=self.at)
        except Refusal:
            return None

    def one(self, rows: Any, number: int) -> str | None:
        found = list(rows.order_by("pk").values_list("public_id", flat=True))
        return found[number % len(found)] if found else None

    def slot(self, number: int) -> str:
        return self.one(Slot.objects.all(), number) or "NONE"

    @rule(
        number=st.sampled_from(EIGHT), who=st.integers(0, 4), channel=st.sampled_from(CHANNELS),
        units=st.sampled_from((1, 1, 1, 2, 3)),
    )  # fmt: skip
    def hold(self, number: int, who: int, channel: Channel, units: int) -> None:
        citizen = self.citizens[who].pk if channel == Channel.PHONE else None
        self.attempt(
            services.hold_slot, slot_id=self.slot(number), citizen_id=citizen, competence="vehicle",
            item_code="i40", item_name="换证", channel=channel, units=units,
        )  # fmt: skip

    @rule(
        number=st.sampled_from(EIGHT),
        who=st.integers(0, 4),
        units=st.sampled_from((1, 2)),
        channel=st.sampled_from((Channel.PHONE, Channel.HALL)),
    )
    def hold_a_visit(self, number: int, who: int, units: int, channel: Channel) -> None:
        matters = [
            queries.Matter("vehicle", units, "i40", "换证"),
            queries.Matter("driving_licence", 1, "i46", "补证"),
        ]
        about = {"slot_id": self.slot(number), "citizen_id": self.citizens[who].pk, "matters": matters}
        self.attempt(services.hold_visit, channel=channel, **about)

    @rule(number=st.sampled_from(EIGHT), to=st.sampled_from(EIGHT), keep=st.booleans())
    def decide_a_visit(self, number: int, to: int, keep: bool) -> None:
        rows = Appointment.objects.exclude(visit_id="").order_by("pk")  # ids are chance, their order is not
        visits = list(dict.fromkeys(rows.values_list("visit_id", flat=True)))
        if visits:
            visit = visits[number % len(visits)]
            if not keep:
                self.attempt(services.give_up_visit, visit_id=visit)
                return
            self.attempt(services.confirm_visit, visit_id=visit)
            self.attempt(services.reschedule_visit, visit_id=visit, slot_id=self.slot(to))

    @rule(number=st.sampled_from(EIGHT))
    def confirm(self, number: int) -> None:
        self.of_an_appointment(services.confirm_appointment, number)

    @rule(number=st.sampled_from(EIGHT))
    def extend(self, number: int) -> None:
        self.of_an_appointment(services.extend_hold, number)

    @rule(number=st.sampled_from(EIGHT))
    def cancel(self, number: int) -> None:
        self.of_an_appointment(services.cancel_appointment, number)

    @rule(number=st.sampled_from(EIGHT), to=st.sampled_from(EIGHT))
    def reschedule(self, number: int, to: int) -> None:
        self.of_an_appointment(services.reschedule_appointment, number, slot_id=self.slot(to))

    @rule(
        number=st.sampled_from(EIGHT),
        service=st.sampled_from(ABOUT_ONE),
    )
    def ask_or_say_something(self, number: int, service: Any) -> None:
        self.of_an_appointment(service, number)

    @rule(
        number=st.sampled_from(EIGHT), answer=st.sampled_from((services.accept_offer, services.decline_offer))
    )
    def answer_an_offer(self, number: int, answer: Any) -> None:
        offer = self.one(Offer.objects.all(), number)
        if offer:
            holder = Appointment.objects.get(wish__offers__public_id=offer)
            self.attempt(answer, appointment_id=holder.public_id, offer_id=offer)

    @rule(number=st.sampled_from(EIGHT), to=st.sampled_from(EIGHT))
    def move_whom_the_roster_left_behind(self, number: int, to: int) -> None:
        found = queries.clashes(venue_code="hall-1", by=BY, at=self.at)
        if found:
            clash = found[number % len(found)]
            place = clash.proposals[0].slot_id if clash.proposals else self.slot(to)
            about = {"appointment_id": clash.appointment_id, "slot_id": place, "venue_code": "hall-1"}
            self.attempt(services.move_for_venue, **about)

    @rule(number=st.sampled_from(EIGHT))
    def check_in(self, number: int) -> None:
        ticket = self.of_an_appointment(services.check_in, number)
        self.tickets |= {ticket} if ticket else set()

    def of_an_appointment(self, service: Any, number: int, **about: Any) -> Any:
        appointment = self.one(Appointment.objects.filter(state__in=LIVE), number)
        return self.attempt(service, appointment_id=appointment, **about) if appointment else None

    @rule()
    def walk_in(self) -> None:
        ticket = self.attempt(
            services.take_ticket, venue_code="hall-1", competence="vehicle", item_code="i40", item_name="换证"
        )
        self.tickets.add(ticket)

    @rule(desk=st.integers(0, 1))
    def call(self, desk: int) -> None:
        self.attempt(services.call_next, desk_id=self.hall.desks[desk].pk)

    @rule(
        service=st.sampled_from(
            (services.recall_ticket, services.skip_ticket, services.start_serving, services.finish_ticket,
             services.return_to_line)
        ),
        number=st.sampled_from(EIGHT),
        desk=st.integers(0, 1),
    )  # fmt: skip
    def at_the_window(self, service: Any, number: int, desk: int) -> None:
        ticket = self.one(Ticket.objects.exclude(state__in=("waiting", "served", "left")), number)
        if ticket:
            self.attempt(service, ticket_id=ticket, desk_id=self.hall.desks[desk].pk)

    @rule(number=st.sampled_from(EIGHT), desk=st.integers(0, 1))
    def transfer(self, number: int, desk: int) -> None:
        ticket = self.one(Ticket.objects.filter(state__in=AT_A_WINDOW), number)
        if ticket:
            about = {"ticket_id": ticket, "desk_id": self.hall.desks[desk].pk}
            self.attempt(services.transfer_ticket, competence="driving_licence", **about)

    @rule(
        number=st.sampled_from(EIGHT), service=st.sampled_from((services.leave_line, services.give_priority))
    )
    def in_the_line(self, number: int, service: Any) -> None:
        ticket = self.one(Ticket.objects.filter(state__in=("waiting", "skipped")), number)
        if ticket:
            self.attempt(service, ticket_id=ticket)

    @rule(desk=st.integers(0, 1), until=st.sampled_from((None, time(13, 30), time(14))))
    def change_the_roster(self, desk: int, until: time | None) -> None:
        window = self.hall.desks[desk].pk
        RosterEntry.objects.filter(desk_id=window, day=DAY).delete()
        if until is None:
            venues.leave_unstaffed(desk_id=window, day=DAY, by=BY, at=self.at)
        else:
            self.sit(window, until)

    @rule(pause=st.sampled_from((1, 6, 25)))
    def time_passes(self, pause: int) -> None:
        self.at += timedelta(minutes=pause)
        services.expire_holds(at=self.at)
        services.lapse_offers(at=self.at)
        services.release_incomplete(at=self.at)
        services.mark_no_shows(at=self.at)
        services.free_kept_places(at=self.at)

    @invariant()
    def slots_count_what_is_there(self) -> None:
        there: Counter[tuple[int, datetime, str]] = Counter()
        for row in Appointment.objects.filter(state__in=TAKES_A_PLACE).select_related("slot"):
            for step in range(row.units):
                there[row.slot.schedule_id, row.slot.starts_at + rules.SLOT_LENGTH * step, row.channel] += 1
        offered: Counter[tuple[int, datetime]] = Counter()
        for offer in Offer.objects.filter(state="open").select_related("slot", "wish__appointment"):
            for step in range(offer.wish.appointment.units):
                offered[offer.slot.schedule_id, offer.slot.starts_at + rules.SLOT_LENGTH * step] += 1
        for slot in Slot.objects.all():
            by = {channel: there[slot.schedule_id, slot.starts_at, channel] for channel in Channel}
            assert (slot.taken_hall, slot.taken_hotline) == (by[Channel.HALL], by[Channel.HOTLINE])
            assert slot.taken == sum(by.values()) + offered[slot.schedule_id, slot.starts_at]
            assert slot.taken <= slot.capacity

    @invariant()
    def more_are_booked_than_there_are_windows_only_where_a_person_sees_it(self) -> None:
        pools = venue_queries.pool_hours_between(first_day=DAY, last_day=DAY, venue_codes=["hall-1"])
        windows = {
            start: hours.desks
            for pool in pools
            for hours in pool.hours
            for start in rules.slot_starts(starts=hours.starts, ends=hours.ends)
        }
        for slot in Slot.objects.filter(starts_at__gt=self.at):
            assert slot.capacity - slot.over == windows.get(slot.starts_at, 0)
            assert slot.over == 0 or slot.free_by_phone <= 0

    @invariant()
    def nobody_has_two_offers_or_more_than_three(self) -> None:
        wishes = Wish.objects.annotate(
            made=Count("offers"), open=Count("offers", filter=Q(offers__state="open"))
        )
        assert all(wish.open <= 1 and wish.made == wish.offers_made <= 3 for wish in wishes)

    def of_visits(self) -> set[str]:
        rows = Ticket.objects.filter(appointment__visit_id__gt="")
        self.visits |= set(rows.values_list("public_id", flat=True))
        assert self.visits == set(rows.values_list("public_id", flat=True))
        return self.visits

    @invariant()
    def no_ticket_is_lost_and_nobody_stands_at_two_windows(self) -> None:
        numbers = Ticket.objects.exclude(
            appointment__visit_id__gt=""
        )  # a visit's other numbers come by themselves
        assert set(numbers.values_list("public_id", flat=True)) == self.tickets - self.of_visits()
        here = list(Ticket.objects.filter(state__in=AT_A_WINDOW).values_list("desk_id", flat=True))
        assert None not in here and len(here) == len(set(here))
        assert not Ticket.objects.filter(state="waiting", desk__isnull=False).exists()

    @invariant()
    def appointments_and_tickets_agree(self) -> None:
        arrived = Appointment.objects.filter(state="checked_in")
        assert not arrived.filter(Q(ticket__isnull=True) | Q(ticket__state__in=("served", "left"))).exists()
        doubles = Appointment.objects.filter(state__in=LIVE, citizen__isnull=False).values(
            "citizen", "item_code"
        )
        assert not doubles.annotate(live=Count("pk")).filter(live__gt=1).exists()


@pytest.mark.timeout(300)
@pytest.mark.django_db
def test_whatever_happens_in_whatever_order() -> None:
    quick = settings(
        max_examples=examples(16), stateful_step_count=30, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Office, settings=quick)
