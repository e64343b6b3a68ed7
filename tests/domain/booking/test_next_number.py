"""The next number for a window: one decision, however long the line."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onetrip.domain.booking import services
from onetrip.domain.booking.errors import DeskBusy, DeskPaused, NobodyWaiting
from onetrip.domain.booking.models import Ticket
from onetrip.domain.booking.services.hall import DECISION
from onetrip.domain.booking.states import AT_A_WINDOW
from onetrip.domain.venues.errors import DeskUnknown
from tests.domain.booking.conftest import BY, NOON, Hall


def fill(hall: Hall, count: int, competence: str = "vehicle") -> None:
    Ticket.objects.bulk_create(
        Ticket(
            venue=hall.venue,
            competence=competence,
            day=NOON.date(),
            number=f"{competence[0]}{n:04d}",
            rank=NOON + timedelta(seconds=n),
            state="waiting",
            item_code="i40",
            item_name="换证",
            taken_at=NOON,
        )
        for n in range(count)
    )


def call(hall: Hall, desk: int = 0) -> Ticket:
    called = services.call_next(desk_id=hall.desks[desk].pk, by=BY, at=NOON)
    return Ticket.objects.get(public_id=called)


def test_a_long_line_costs_no_statement_more(hall):
    counts = []
    for length in (1, 500):
        fill(hall, length, "vehicle" if length > 1 else "driving_licence")
        with CaptureQueriesContext(connection) as asked:
            called = call(hall)
        counts.append(len(asked))
        services.finish_ticket(ticket_id=called.public_id, desk_id=hall.desks[0].pk, by=BY, at=NOON)
    # The savepoint of the use case, its lock, the decision, the ticket, the note, two live topics; one is this test's.
    assert counts[0] == counts[1] <= 9


def test_the_line_is_read_in_its_order_and_no_further_than_needed(hall):
    fill(hall, 500)
    values = {
        "desk": hall.desks[0].pk, "day": NOON.date(), "at": NOON, "called": "called", "at_a_window": list(AT_A_WINDOW),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_ticket")
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + DECISION, values)
        plan = str(cursor.fetchone()[0])
    assert "'line_in_order'" in plan and "'Sort'" not in plan


def test_a_window_calls_only_what_it_can_handle(hall):
    fill(hall, 3, "fire")
    fill(hall, 1, "vehicle")
    assert call(hall).competence == "vehicle"
    with pytest.raises(NobodyWaiting):
        call(hall, desk=1)


def test_it_says_why_it_calls_nobody(hall):
    fill(hall, 3)
    first = call(hall)
    with pytest.raises(DeskBusy) as busy:
        call(hall)
    assert first.number in busy.value.text()
    services.pause_window(desk_id=hall.desks[1].pk, by=BY, at=NOON)
    with pytest.raises(DeskPaused):
        call(hall, desk=1)
    with pytest.raises(DeskUnknown):
        services.call_next(desk_id=0, by=BY, at=NOON)
