"""The provider's bill of a day beside our own books; what does not agree becomes a task."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from onetrip.core.audit import Actor, record
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_name, lock_one
from onetrip.core.unit import use_case
from onetrip.domain.payments.errors import NoteMissing
from onetrip.domain.payments.models import BillLine, Difference, Reconciliation
from onetrip.domain.payments.queries import city_day_span
from onetrip.domain.payments.states import DIFFERENCE, RUN, DifferenceKind, DifferenceState, RunState

Line = tuple[str, int, str, datetime]  # number, fen (minus for a refund), provider's number, when


@use_case
def ask_run(*, day: date, by: Actor, at: datetime) -> None:
    """Have the worker compare a day. Its row is there at once, so that whoever asked sees how far it is.

    Asking again while it waits is the same as once.
    """
    begin_run(day=day, by=by, at=at)
    defer("payments.reconcile", once=f"reconcile:{day}", day=day.isoformat())


@use_case
def begin_run(*, day: date, by: Actor, at: datetime) -> None:
    """Begin to compare a day, or do it again: the bill is read anew, open tasks are looked at anew."""
    lock_name(f"reconcile:{day}")
    run, _made = Reconciliation.objects.get_or_create(
        day=day, defaults={"state": RunState.RUNNING, "begun_at": at}
    )
    if run.state != RunState.RUNNING:
        run.state = RUN.next_state(run.state, "repeat")
    run.begun_at, run.finished_at, run.fault = at, None, ""
    run.lines = run.lines_read = 0
    run.save()
    BillLine.objects.filter(run=run).delete()
    record(verb="bill.compare", subject=f"bill:{day}", by=by, at=at)


_KEEP = """
INSERT INTO payments_billline (run_id, number, fen, provider_no, at)
SELECT %s, * FROM unnest(%s::text[], %s::int[], %s::text[], %s::timestamptz[])
ON CONFLICT (run_id, number) DO NOTHING
"""


@use_case
def keep_lines(*, day: date, lines: Sequence[Line], total: int) -> None:
    """Write some lines of the bill down. Each call commits: who waits for a long bill sees it advance."""
    run = lock_one(Reconciliation.objects.filter(day=day))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [run.pk, *(list(column) for column in zip(*lines, strict=True))])
    run.lines, run.lines_read = total, run.lines_read + len(lines)
    run.save(update_fields=["lines", "lines_read"])


_COMPARE = """
WITH ours AS (
    SELECT public_id AS number, fen, paid_at AS at FROM payments_attempt
    WHERE state = 'paid' AND way IN ('jsapi', 'h5', 'native')
    UNION ALL
    SELECT r.public_id, -r.fen, r.done_at FROM payments_refund r JOIN payments_attempt a ON a.id = r.attempt_id
    WHERE r.state = 'done' AND a.way IN ('jsapi', 'h5', 'native')
), bill AS (
    SELECT number, fen FROM payments_billline WHERE run_id = %(run)s
), of_the_day AS (
    SELECT number, fen FROM ours WHERE at >= %(since)s AND at < %(until)s
)
SELECT bill.number, bill.fen, ours.fen FROM bill LEFT JOIN ours USING (number)
UNION ALL
SELECT number, NULL, fen FROM of_the_day WHERE NOT EXISTS (SELECT FROM bill WHERE bill.number = of_the_day.number)
"""


@use_case
def compare(*, day: date, by: Actor, at: datetime) -> None:
    """Lay the bill and our books side by side; make, keep or close the day's tasks. Raises NotFound."""
    run = lock_one(Reconciliation.objects.filter(day=day))
    since, until = city_day_span(day)
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"run": run.pk, "since": since, "until": until})
        rows = cursor.fetchall()
    unlike = {number: (theirs, our) for number, theirs, our in rows if theirs != our}
    _close_what_agrees_now(run, set(unlike), by=by, at=at)
    found = [
        Difference(run=run, kind=_kind_of(theirs, our), number=number, provider_fen=theirs, our_fen=our)
        for number, (theirs, our) in unlike.items()
    ]
    Difference.objects.bulk_create(
        found,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["run", "number"],
        update_fields=["kind", "provider_fen", "our_fen"],
    )
    run.matched = len(rows) - len(unlike)
    run.provider_fen = sum(theirs or 0 for _number, theirs, _our in rows)
    run.our_fen = sum(our or 0 for _number, _theirs, our in rows)
    if run.state == RunState.RUNNING:
        run.state = RUN.next_state(run.state, "finish")
    run.finished_at = at
    run.save()
    detail = {"matched": run.matched, "differences": len(unlike)}
    record(verb="bill.compared", subject=f"bill:{day}", by=by, at=at, detail=detail)


def _kind_of(theirs: int | None, our: int | None) -> DifferenceKind:
    if our is None:
        return DifferenceKind.MISSING_HERE
    return DifferenceKind.MISSING_THERE if theirs is None else DifferenceKind.DIFFERENT


def _close_what_agrees_now(run: Reconciliation, unlike: set[str], *, by: Actor, at: datetime) -> None:
    for row in run.differences.select_for_update().filter(state=DifferenceState.OPEN).order_by("pk"):
        if row.number not in unlike:
            _resolve(row, note="agrees at the next comparison", by=by, at=at)


@use_case
def note_failed(*, day: date, fault: str, at: datetime) -> None:
    """The bill could not be read; the run can be repeated. Raises NotFound."""
    run = lock_one(Reconciliation.objects.filter(day=day))
    run.state, run.fault, run.finished_at = RUN.next_state(run.state, "fail"), fault[:120], at
    run.save()


@use_case
def resolve_difference(*, difference_id: str, note: str, by: Actor, at: datetime) -> None:
    """Close a task by hand with a word on what was done. Raises NoteMissing, WrongState, NotFound."""
    if not note.strip():
        raise NoteMissing(field="note")
    _resolve(lock_one(Difference.objects.filter(public_id=difference_id)), note=note.strip(), by=by, at=at)


def _resolve(row: Difference, *, note: str, by: Actor, at: datetime) -> None:
    row.state = DIFFERENCE.next_state(row.state, "resolve")
    row.note, row.resolved_by, row.resolved_at = note[:300], by.id, at
    row.save()
    record(verb="difference.resolve", subject=f"difference:{row.public_id}", by=by, at=at)
