"""The lives of an order, an attempt to pay it, a refund, a shift and a difference; the accounts of the ledger."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onetrip.core.transitions import Transition, TransitionTable

CITIZEN, STAFF, SYSTEM = "citizen", "staff", "system"


class OrderState(TextChoices):
    DUE = "due", _("to be paid")
    PAID = "paid", _("paid")
    WAIVED = "waived", _("nothing to pay")
    CLOSED = "closed", pgettext_lazy("order", "closed")
    REFUNDED = "refunded", _("paid back")


class AttemptState(TextChoices):
    OPENING = "opening", _("being prepared")
    OPEN = "open", pgettext_lazy("attempt", "open")
    PAID = "paid", _("paid")
    CLOSED = "closed", pgettext_lazy("order", "closed")


class Way(TextChoices):
    """How the money comes: three ways of WeChat Pay, two at the window."""

    JSAPI = "jsapi", _("WeChat Pay inside WeChat")
    H5 = "h5", _("WeChat Pay from a browser")
    NATIVE = "native", _("WeChat Pay by QR code")
    CASH = "cash", _("cash")
    POS = "pos", _("bank card at the window")


ONLINE = (Way.JSAPI, Way.H5, Way.NATIVE)
AT_THE_DESK = (Way.CASH, Way.POS)


class RefundState(TextChoices):
    ASKED = "asked", _("waiting for approval")
    APPROVED = "approved", _("on its way")
    DONE = "done", _("paid back")
    REFUSED = "refused", _("refused")


class Reason(TextChoices):
    """Why money goes back. All but the last need no second person: a rule says so."""

    PAID_TWICE = "paid_twice", _("paid a second time")
    PAID_TOO_LATE = "paid_too_late", _("paid after the order was closed")
    NO_PLACE = "no_place", _("no appointment could be given for it")
    CANCELLED = "cancelled", _("the appointment was cancelled")
    MISSED = "missed", _("the appointment was missed")
    WITHDRAWN = "withdrawn", _("the errand was given up")
    BY_HAND = "by_hand", _("decided by staff")


BY_RULE = tuple(reason for reason in Reason if reason is not Reason.BY_HAND)


class Ground(TextChoices):
    """On what ground less than the full fee is asked."""

    LOW_INCOME = "low_income", _("minimum living allowance")
    DISABLED = "disabled", _("disability")
    VETERAN = "veteran", _("service in the forces")
    OUR_MISTAKE = "our_mistake", _("a mistake of ours")
    OTHER_RULE = "other_rule", _("another rule")


class ShiftState(TextChoices):
    OPEN = "open", pgettext_lazy("shift", "open")
    CLOSED = "closed", pgettext_lazy("shift", "closed")


class Account(TextChoices):
    """The accounts of the ledger. Plus is what we have, minus is whose it is."""

    PROVIDER = "provider", _("at WeChat Pay")
    CASH = "cash", _("cash in tills")
    POS = "pos", _("at the card company")
    SAFE = "safe", _("cash handed in")
    FEES = "fees", _("fees for the treasury")
    REFUNDS_DUE = "refunds_due", _("owed to citizens")
    TILL_DIFFERENCES = "till_differences", _("differences of tills")


HELD_AT = {Way.CASH: Account.CASH, Way.POS: Account.POS}


class DifferenceKind(TextChoices):
    MISSING_HERE = "missing_here", _("on the bill, not in our books")
    MISSING_THERE = "missing_there", _("in our books, not on the bill")
    DIFFERENT = "different", _("different amounts")


class DifferenceState(TextChoices):
    OPEN = "open", pgettext_lazy("difference", "open")
    RESOLVED = "resolved", _("resolved")


class RunState(TextChoices):
    RUNNING = "running", _("running")
    DONE = "done", pgettext_lazy("reconciliation", "finished")
    FAILED = "failed", pgettext_lazy("reconciliation", "failed")


class InvoiceState(TextChoices):
    ASKED = "asked", _("asked for")
    ISSUED = "issued", _("issued")
    FAILED = "failed", pgettext_lazy("invoice", "could not be issued")


_O = OrderState
ORDER = TransitionTable(
    "payments.order",
    [
        Transition(_O.DUE, "pay", _O.PAID, (SYSTEM, STAFF)),
        Transition(_O.DUE, "waive", _O.WAIVED, (STAFF,)),
        Transition(_O.DUE, "close", _O.CLOSED, (CITIZEN, STAFF, SYSTEM)),
        Transition(_O.PAID, "give_back", _O.REFUNDED, (STAFF, SYSTEM)),
    ],
)

_T = AttemptState
ATTEMPT = TransitionTable(
    "payments.attempt",
    [
        Transition(_T.OPENING, "open", _T.OPEN, (SYSTEM,)),
        Transition(_T.OPENING, "close", _T.CLOSED, (SYSTEM,)),
        Transition(_T.OPEN, "close", _T.CLOSED, (CITIZEN, STAFF, SYSTEM)),
        # Money is money: it counts whatever we had thought of the attempt before.
        Transition(_T.OPENING, "settle", _T.PAID, (SYSTEM, STAFF)),
        Transition(_T.OPEN, "settle", _T.PAID, (SYSTEM, STAFF)),
        Transition(_T.CLOSED, "settle", _T.PAID, (SYSTEM,)),
    ],
)

_R = RefundState
REFUND = TransitionTable(
    "payments.refund",
    [
        Transition(_R.ASKED, "approve", _R.APPROVED, (STAFF,)),
        Transition(_R.ASKED, "refuse", _R.REFUSED, (STAFF,)),
        Transition(_R.APPROVED, "complete", _R.DONE, (STAFF, SYSTEM)),
    ],
)

SHIFT = TransitionTable("payments.shift", [Transition(ShiftState.OPEN, "close", ShiftState.CLOSED, (STAFF,))])

DIFFERENCE = TransitionTable(
    "payments.difference",
    [Transition(DifferenceState.OPEN, "resolve", DifferenceState.RESOLVED, (STAFF, SYSTEM))],
)

RUN = TransitionTable(
    "payments.reconciliation",
    [
        Transition(RunState.RUNNING, "finish", RunState.DONE, (SYSTEM,)),
        Transition(RunState.RUNNING, "fail", RunState.FAILED, (SYSTEM,)),
        Transition(RunState.DONE, "repeat", RunState.RUNNING, (STAFF, SYSTEM)),
        Transition(RunState.FAILED, "repeat", RunState.RUNNING, (STAFF, SYSTEM)),
    ],
)

INVOICE = TransitionTable(
    "payments.invoice",
    [
        Transition(InvoiceState.ASKED, "issue", InvoiceState.ISSUED, (SYSTEM,)),
        Transition(InvoiceState.ASKED, "fail", InvoiceState.FAILED, (SYSTEM,)),
        Transition(InvoiceState.FAILED, "ask", InvoiceState.ASKED, (CITIZEN, STAFF)),
    ],
)
