"""What payments tell the modules above."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.core.audit import Actor


@dataclass(frozen=True)
class OrderPaid:
    """The fee is paid in full."""

    order_id: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class OrderChanged:
    """An order was closed, waived, reduced or paid back; pages that show it look again."""

    order_id: str
    state: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class RefundDone:
    """Money of an order is back with whom it came from."""

    order_id: str
    refund_id: str
    fen: int
    at: datetime
    by: Actor
