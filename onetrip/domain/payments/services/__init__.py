"""Use cases of payments: orders, attempts, refunds, shifts, notices, the daily bill, invoices."""

from onetrip.domain.payments.services.bills import (
    ask_run,
    begin_run,
    compare,
    keep_lines,
    note_failed,
    resolve_difference,
)
from onetrip.domain.payments.services.handing import hand_over
from onetrip.domain.payments.services.invoices import ask_invoice, note_issued, note_not_issued
from onetrip.domain.payments.services.notices import apply_notice, forget_nonces, keep_notice, note_refused
from onetrip.domain.payments.services.orders import (
    close_if_nothing_is_open,
    end_order,
    extend_order,
    hold_order,
    open_order,
    reduce_order,
)
from onetrip.domain.payments.services.paying import (
    begin_attempt,
    look_again_later,
    note_not_paid,
    note_opened,
    settle,
    take_at_desk,
)
from onetrip.domain.payments.services.refunding import (
    approve_refund,
    ask_refund,
    complete_refund,
    pay_out_at_desk,
    refund_by_rule,
    refuse_refund,
    try_refund_later,
)
from onetrip.domain.payments.services.shifts import close_shift, open_shift

__all__ = [
    "apply_notice",
    "approve_refund",
    "ask_invoice",
    "ask_refund",
    "ask_run",
    "begin_attempt",
    "begin_run",
    "close_if_nothing_is_open",
    "close_shift",
    "compare",
    "complete_refund",
    "end_order",
    "extend_order",
    "forget_nonces",
    "hand_over",
    "hold_order",
    "keep_lines",
    "keep_notice",
    "look_again_later",
    "note_failed",
    "note_issued",
    "note_not_issued",
    "note_not_paid",
    "note_opened",
    "note_refused",
    "open_order",
    "open_shift",
    "pay_out_at_desk",
    "reduce_order",
    "refund_by_rule",
    "refuse_refund",
    "resolve_difference",
    "settle",
    "take_at_desk",
    "try_refund_later",
]
