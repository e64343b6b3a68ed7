"""Channels, and the life of a message."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onetrip.core.transitions import Transition, TransitionTable


class Channel(TextChoices):
    """How a message reaches its address."""

    SMS = "sms", _("text message")
    INBOX = "inbox", _("message on the page")


class MessageState(TextChoices):
    """Where a message is."""

    QUEUED = "queued", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    EXPIRED = "expired", _("too late to be sent")


TABLE = TransitionTable(
    "notifications.message",
    [
        Transition(MessageState.QUEUED, "deliver", MessageState.SENT, ("system",)),
        Transition(MessageState.QUEUED, "give_up", MessageState.FAILED, ("system",)),
        Transition(MessageState.QUEUED, "expire", MessageState.EXPIRED, ("system",)),
    ],
)
