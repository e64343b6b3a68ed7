"""Reads of payments, named by the question they answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.payments import rules
from onetrip.domain.payments.models import (
    Attempt,
    Difference,
    Entry,
    Notice,
    Order,
    Reconciliation,
    Refund,
    Shift,
)
from onetrip.domain.payments.states import (
    AT_THE_DESK,
    AttemptState,
    DifferenceState,
    OrderState,
    RefundState,
    ShiftState,
    Way,
)
from onetrip.domain.payments.views import (
    AttemptView,
    DayLine,
    DifferenceView,
    FeeLine,
    InvoiceView,
    OrderView,
    RefundView,
    RunView,
    ShiftView,
)

__all__ = [
    "AttemptView",
    "DayLine",
    "DifferenceView",
    "FeeLine",
    "InvoiceView",
    "OrderView",
    "RefundView",
    "RunView",
    "ShiftView",
    "cash_in",
    "city_day_span",
    "count_fees",
    "day_report",
    "difference",
    "differences",
    "fees_after",
    "forgotten_attempts",
    "is_on",
    "notices_to_apply",
    "open_shift_of",
    "order",
    "order_key",
    "overdue_orders",
    "reconciliation",
    "reconciliations",
    "refunds_of",
    "refunds_to_hand_out",
    "shifts_on",
    "trial_balance",
]


def is_on() -> bool:
    """Say whether a provider is configured: without one fees are paid at the window."""
    return bool(settings.WECHAT_PAY_FOLDER)


def order_key(order_id: str) -> int:
    """Return an order's row number, for foreign keys of the modules above; raises NotFound."""
    key = Order.objects.filter(public_id=order_id).values_list("pk", flat=True).first()
    if key is None:
        raise NotFound()
    return key


def order(order_id: str) -> OrderView:
    """Return an order. Whose it is, and who may see it, is known above. Raises NotFound."""
    rows = Order.objects.select_related("venue", "invoice").prefetch_related("attempts__refunds")
    row = rows.filter(public_id=order_id).first()
    if row is None:
        raise NotFound()
    return _order_view(row)


def _order_view(row: Order) -> OrderView:
    attempts = sorted(row.attempts.all(), key=lambda attempt: attempt.pk)
    paid = [one for one in attempts if one.state == AttemptState.PAID and not one.surplus]
    waiting = [one for one in attempts if one.state == AttemptState.OPEN]
    invoice = getattr(row, "invoice", None)
    return OrderView(
        id=row.public_id,
        title=row.title,
        item_code=row.item_code,
        state=row.state,
        full_fen=row.full_fen,
        due_fen=row.due_fen,
        ground=row.ground,
        made_at=row.made_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        venue_code=row.venue.code if row.venue else None,
        receipt_no=(
            rules.receipt_number(order_row=row.pk, paid_at=clock.city_time(row.paid_at))
            if row.paid_at
            else None
        ),
        payment=_attempt_view(paid[0]) if paid else None,
        waiting=_attempt_view(waiting[-1]) if waiting else None,
        refunds=tuple(_refund_view(refund, one, row) for one in attempts for refund in one.refunds.all()),
        invoice=InvoiceView(invoice.state, invoice.title, invoice.number, invoice.url) if invoice else None,
    )


def _attempt_view(row: Attempt) -> AttemptView:
    return AttemptView(
        id=row.public_id,
        way=row.way,
        fen=row.fen,
        state=row.state,
        surplus=row.surplus,
        given_back_fen=row.given_back_fen,
        pay_url=row.pay_url,
        made_at=row.made_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
    )


def _refund_view(row: Refund, attempt: Attempt, of: Order) -> RefundView:
    return RefundView(
        id=row.public_id,
        order_id=of.public_id,
        title=of.title,
        way=attempt.way,
        fen=row.fen,
        state=row.state,
        reason=row.reason,
        note=row.note,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        done_at=row.done_at,
        fault=row.fault,
    )


def refunds_of(
    *, venue_codes: Sequence[str] | None, states: Sequence[str], limit: int = 100
) -> list[RefundView]:
    """Return refunds in these states, the oldest first; `venue_codes`: of which venues, None for all."""
    rows = Refund.objects.filter(state__in=states).select_related("attempt__order")
    if venue_codes is not None:
        rows = rows.filter(attempt__order__venue__code__in=venue_codes)
    return [_refund_view(row, row.attempt, row.attempt.order) for row in rows.order_by("asked_at")[:limit]]


def refunds_to_hand_out(*, venue_code: str, limit: int = 50) -> list[RefundView]:
    """Return what is to be paid out of a till of this venue."""
    rows = Refund.objects.filter(
        state=RefundState.APPROVED, attempt__way__in=AT_THE_DESK, attempt__order__venue__code=venue_code
    )
    found = rows.select_related("attempt__order").order_by("asked_at")[:limit]
    return [_refund_view(row, row.attempt, row.attempt.order) for row in found]


def notices_to_apply(*, limit: int = 500) -> list[str]:
    """Return the provider's events that the worker has still to apply, the oldest first."""
    rows = Notice.objects.filter(applied_at__isnull=True).order_by("pk")
    return list(rows.values_list("event_id", flat=True)[:limit])


def overdue_orders(*, at: datetime, limit: int = 200) -> list[str]:
    """Return the ids of orders that nobody paid in time."""
    due = Order.objects.filter(state=OrderState.DUE, expires_at__lte=at).order_by("expires_at")
    return list(due.values_list("public_id", flat=True)[:limit])


def forgotten_attempts(*, before: datetime, limit: int = 200) -> list[str]:
    """Return the numbers of attempts that ended before and were never settled: their job must have been lost."""
    rows = Attempt.objects.filter(state__in=(AttemptState.OPENING, AttemptState.OPEN), expires_at__lt=before)
    return list(rows.order_by("pk").values_list("public_id", flat=True)[:limit])


# Shifts and days


def cash_in(*, shift_row: int) -> int:
    """Return how many fen of cash must be in the till of a shift."""
    taken = Attempt.objects.filter(shift_id=shift_row, way=Way.CASH, state=AttemptState.PAID)
    paid_out = Refund.objects.filter(shift_id=shift_row, attempt__way=Way.CASH)
    return _sum(taken) - _sum(paid_out)


def _sum(rows: "QuerySet[Any]") -> int:
    return int(rows.aggregate(fen=Sum("fen"))["fen"] or 0)


def open_shift_of(*, officer_id: int) -> ShiftView | None:
    """Return the officer's open shift, or None."""
    row = Shift.objects.select_related("officer", "venue").filter(
        officer_id=officer_id, state=ShiftState.OPEN
    )
    found = row.first()
    return _shift_view(found) if found else None


def shifts_on(*, day: date, venue_codes: Sequence[str] | None) -> list[ShiftView]:
    """Return the shifts that were opened on a city day, with what they took."""
    since, until = city_day_span(day)
    rows = Shift.objects.select_related("officer", "venue").filter(opened_at__gte=since, opened_at__lt=until)
    if venue_codes is not None:
        rows = rows.filter(venue__code__in=venue_codes)
    return [_shift_view(row) for row in rows.order_by("opened_at")]


def city_day_span(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a city day and of the next one."""
    start = datetime.min.time()
    return clock.city_moment(day, start), clock.city_moment(day + timedelta(days=1), start)


def _shift_view(row: Shift) -> ShiftView:
    taken = row.attempts.filter(state=AttemptState.PAID)
    cash, pos = taken.filter(way=Way.CASH), taken.filter(way=Way.POS)
    return ShiftView(
        id=row.public_id,
        officer_name=row.officer.name,
        venue_code=row.venue.code,
        state=row.state,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        cash_fen=_sum(cash),
        pos_fen=_sum(pos),
        payments=taken.count(),
        paid_out_fen=_sum(row.refunds.filter(attempt__way=Way.CASH)),
        expected_fen=cash_in(shift_row=row.pk) if row.expected_fen is None else row.expected_fen,
        counted_fen=row.counted_fen,
        note=row.note,
    )


def day_report(*, day: date, venue_codes: Sequence[str] | None) -> list[DayLine]:
    """Return what came and went on a city day, one line for each way, zero lines included. Two queries."""
    since, until = city_day_span(day)
    paid = Attempt.objects.filter(state=AttemptState.PAID, paid_at__gte=since, paid_at__lt=until)
    back = Refund.objects.filter(state=RefundState.DONE, done_at__gte=since, done_at__lt=until)
    if venue_codes is not None:
        paid = paid.filter(order__venue__code__in=venue_codes)
        back = back.filter(attempt__order__venue__code__in=venue_codes)
    came = {row["way"]: row for row in paid.values("way").annotate(n=Count("pk"), total=Sum("fen"))}
    went = {
        row["attempt__way"]: row
        for row in back.values("attempt__way").annotate(n=Count("pk"), total=Sum("fen"))
    }
    nothing = {"n": 0, "total": 0}
    return [
        DayLine(
            way=str(way),
            payments=came.get(way, nothing)["n"],
            paid_fen=came.get(way, nothing)["total"],
            refunds=went.get(way, nothing)["n"],
            refunded_fen=went.get(way, nothing)["total"],
        )
        for way in Way.values
    ]


def count_fees(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> int:
    """Return how many fees were paid in the period."""
    return _paid_in(since, until, venue_codes).count()


def fees_after(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None, after: int, limit: int
) -> list[FeeLine]:
    """Return fees that were paid in the period, those after the given key: page by page."""
    rows = _paid_in(since, until, venue_codes).filter(pk__gt=after).select_related("order__venue")
    return [
        FeeLine(
            key=row.pk,
            receipt_no=rules.receipt_number(order_row=row.order_id, paid_at=clock.city_time(row.paid_at)),
            paid_at=row.paid_at,
            venue_code=row.order.venue.code if row.order.venue else "",
            item_code=row.order.item_code,
            title=row.order.title,
            way=row.way,
            fen=row.fen,
            given_back_fen=row.given_back_fen,
            ground=row.order.ground,
            state=row.order.state,
        )
        for row in rows.order_by("pk")[:limit]
        if row.paid_at is not None
    ]


def _paid_in(
    since: datetime, until: datetime, venue_codes: Sequence[str] | None
) -> "QuerySet[Attempt, Attempt]":
    rows = Attempt.objects.filter(
        state=AttemptState.PAID, surplus=False, paid_at__gte=since, paid_at__lt=until
    )
    return rows if venue_codes is None else rows.filter(order__venue__code__in=venue_codes)


def trial_balance() -> dict[str, int]:
    """Return the sum of every account of the ledger; all together are zero."""
    rows = Entry.objects.values("account").annotate(total=Sum("fen")).order_by("account")
    return {row["account"]: int(row["total"]) for row in rows}


# The provider's bill


def reconciliations(*, limit: int = 31) -> list[RunView]:
    """Return the latest days that were compared."""
    return [_run_view(row) for row in _runs().order_by("-day")[:limit]]


def reconciliation(day: date) -> RunView:
    """Return one day's comparison. Raises NotFound."""
    row = _runs().filter(day=day).first()
    if row is None:
        raise NotFound()
    return _run_view(row)


def _runs() -> "QuerySet[Reconciliation, Any]":
    open_ones = Count("differences", filter=Q(differences__state=DifferenceState.OPEN))
    return Reconciliation.objects.annotate(open_ones=open_ones, all_ones=Count("differences"))


def _run_view(row: Any) -> RunView:
    return RunView(
        day=row.day,
        state=row.state,
        begun_at=row.begun_at,
        finished_at=row.finished_at,
        lines=row.lines,
        lines_read=row.lines_read,
        matched=row.matched,
        open_differences=row.open_ones,
        differences=row.all_ones,
        provider_fen=row.provider_fen,
        our_fen=row.our_fen,
        fault=row.fault,
    )


def differences(*, day: date, limit: int = 500) -> list[DifferenceView]:
    """Return the tasks of a day, what is open first."""
    rows = Difference.objects.select_related("run").filter(run__day=day).order_by("state", "kind", "number")
    return [_difference_view(row) for row in rows[:limit]]


def difference(difference_id: str) -> DifferenceView:
    """Return one task. Raises NotFound."""
    row = Difference.objects.select_related("run").filter(public_id=difference_id).first()
    if row is None:
        raise NotFound()
    return _difference_view(row)


def _difference_view(row: Difference) -> DifferenceView:
    return DifferenceView(
        id=row.public_id,
        day=row.run.day,
        kind=row.kind,
        number=row.number,
        provider_fen=row.provider_fen,
        our_fen=row.our_fen,
        state=row.state,
        note=row.note,
    )
