"""An officer's till: opened, counted, closed. What was counted and what should be there need not be the same."""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import Invalid
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.payments.errors import NoteMissing, ShiftNeeded
from onetrip.domain.payments.models import Shift
from onetrip.domain.payments.queries import cash_in
from onetrip.domain.payments.services.ledger import post
from onetrip.domain.payments.states import SHIFT, Account, ShiftState
from onetrip.domain.venues import queries as venues


@use_case
def open_shift(*, officer_id: int, venue_code: str, by: Actor, at: datetime) -> str:
    """Open the till and return the shift's id. Raises ShiftOpen, NotFound."""
    row = Shift.objects.create(officer_id=officer_id, venue_id=venues.venue(venue_code).id, opened_at=at)
    record(verb="shift.open", subject=f"shift:{row.public_id}", by=by, at=at)
    return row.public_id


@use_case
def close_shift(*, officer_id: int, counted_fen: int, note: str, by: Actor, at: datetime) -> str:
    """Hand the counted cash in and close the shift; a difference needs a word why. Returns the shift's id.

    Raises ShiftNeeded, NoteMissing, Invalid for less than nothing.
    """
    open_one = Shift.objects.filter(officer_id=officer_id, state=ShiftState.OPEN)
    if not open_one.exists():
        raise ShiftNeeded()
    row = lock_one(open_one)
    if counted_fen < 0:
        raise Invalid(field="counted")
    expected = cash_in(shift_row=row.pk)
    if counted_fen != expected and not note.strip():
        raise NoteMissing(field="note")
    row.state = SHIFT.next_state(row.state, "close")
    row.closed_at, row.expected_fen, row.counted_fen, row.note = at, expected, counted_fen, note.strip()[:300]
    row.save()
    wanted = (
        (Account.SAFE, counted_fen),
        (Account.CASH, -expected),
        (Account.TILL_DIFFERENCES, expected - counted_fen),
    )
    sides = [(account, fen) for account, fen in wanted if fen]
    if sides:
        post(key=f"shift:{row.public_id}", sides=sides, shift=row, by=by, at=at)
    detail = {"expected": expected, "counted": counted_fen}
    record(verb="shift.close", subject=f"shift:{row.public_id}", by=by, at=at, detail=detail)
    return row.public_id
