"""What payments show of themselves: plain frozen values."""

from dataclasses import dataclass
from datetime import date, datetime

from onetrip.domain.payments.states import RunState


@dataclass(frozen=True)
class Told:
    """What the provider says of a payment or a refund: in a notice, or when asked."""

    number: str
    outcome: (
        str  # SUCCESS, NOTPAY, CLOSED, REVOKED, PAYERROR, USERPAYING, REFUND; of a refund also PROCESSING
    )
    fen: int
    provider_no: str
    at: datetime | None


@dataclass(frozen=True)
class AttemptView:
    id: str
    way: str
    fen: int
    state: str
    surplus: bool
    given_back_fen: int
    pay_url: str
    made_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None


@dataclass(frozen=True)
class RefundView:
    id: str
    order_id: str
    title: str
    way: str
    fen: int
    state: str
    reason: str
    note: str
    asked_by: str
    asked_at: datetime
    done_at: datetime | None
    fault: str


@dataclass(frozen=True)
class InvoiceView:
    state: str
    title: str
    number: str
    url: str


@dataclass(frozen=True)
class OrderView:
    id: str
    title: str
    item_code: str
    state: str
    full_fen: int
    due_fen: int
    ground: str
    made_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None
    venue_code: str | None
    receipt_no: str | None
    payment: AttemptView | None  # the one that paid it
    waiting: AttemptView | None  # the newest that is open
    refunds: tuple[RefundView, ...]
    invoice: InvoiceView | None

    @property
    def kept_fen(self) -> int:
        """What we keep of what was paid for it."""
        return self.payment.fen - self.payment.given_back_fen if self.payment else 0


@dataclass(frozen=True)
class ShiftView:
    id: str
    officer_name: str
    venue_code: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    cash_fen: int
    pos_fen: int
    payments: int
    paid_out_fen: int
    expected_fen: int
    counted_fen: int | None
    note: str


@dataclass(frozen=True)
class RunView:
    day: date
    state: str
    begun_at: datetime
    finished_at: datetime | None
    lines: int
    lines_read: int
    matched: int
    open_differences: int
    differences: int
    provider_fen: int
    our_fen: int
    fault: str

    @property
    def under_way(self) -> bool:
        """Say whether a page should look again soon."""
        return self.state == RunState.RUNNING


@dataclass(frozen=True)
class FeeLine:
    """One fee that was paid, for an export; `key` orders the lines."""

    key: int
    receipt_no: str
    paid_at: datetime
    venue_code: str
    item_code: str
    title: str
    way: str
    fen: int
    given_back_fen: int
    ground: str
    state: str


@dataclass(frozen=True)
class DifferenceView:
    id: str
    day: date
    kind: str
    number: str
    provider_fen: int | None
    our_fen: int | None
    state: str
    note: str


@dataclass(frozen=True)
class DayLine:
    """Payments and refunds of a city day by the way the money came."""

    way: str
    payments: int
    paid_fen: int
    refunds: int
    refunded_fen: int
