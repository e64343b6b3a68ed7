"""The verbs of this module: into the outbox, out of it, and what messages say."""

from onetrip.domain.notifications.services.delivery import (
    Claimed,
    Written,
    claim,
    forget_old,
    write_down,
)
from onetrip.domain.notifications.services.demo import show_on_demo_phone
from onetrip.domain.notifications.services.outbox import (
    hand_over,
    mark_read,
    note_opened,
    resend,
    send,
    withdraw,
)
from onetrip.domain.notifications.services.receipts import note_receipts, note_refused
from onetrip.domain.notifications.services.wordings import (
    declare_messages,
    load_wordings,
    publish_wording,
)

__all__ = [
    "Claimed",
    "Written",
    "claim",
    "declare_messages",
    "forget_old",
    "hand_over",
    "load_wordings",
    "mark_read",
    "note_opened",
    "note_receipts",
    "note_refused",
    "publish_wording",
    "resend",
    "send",
    "show_on_demo_phone",
    "withdraw",
    "write_down",
]
