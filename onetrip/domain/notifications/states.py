"""Channels, the life of a message, and why one did not arrive."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onetrip.core.transitions import Transition, TransitionTable


class Channel(TextChoices):
    """How a message reaches its address."""

    WECHAT = "wechat", _("WeChat message")
    SMS = "sms", _("text message")
    EMAIL = "email", _("e-mail")
    INBOX = "inbox", _("message on the page")


# Those that lead out of the house, in the city's own order of preference.
OUTSIDE = (Channel.WECHAT, Channel.SMS, Channel.EMAIL)


class MessageState(TextChoices):
    """Where a message is."""

    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    ARRIVED = "arrived", pgettext_lazy("message", "arrived")
    FAILED = "failed", _("could not be sent")
    EXPIRED = "expired", _("too late to be sent")
    WITHDRAWN = "withdrawn", pgettext_lazy("message", "no longer true, not sent")


IN_HAND = (MessageState.QUEUED, MessageState.SENDING)
DEAD = (MessageState.FAILED, MessageState.EXPIRED)


class Cause(TextChoices):
    """Why a channel did not bring it there."""

    SILENT = "silent", _("the provider did not answer")
    NO_ADDRESS = "no_address", _("there is no such address")
    UNWANTED = "unwanted", _("the person does not want messages there")
    LIMIT = "limit", _("the provider's limit was reached")
    REJECTED = "rejected", _("the provider rejected the message")
    OFF = "off", _("no provider is set up")
    UNSURE = "unsure", _("whether it went out is not known")
    LATE = "late", _("its time was over")


_M = MessageState
SYSTEM, STAFF = "system", "staff"
TABLE = TransitionTable(
    "notifications.message",
    [
        Transition(_M.QUEUED, "claim", _M.SENDING, (SYSTEM,)),
        # Its worker has died: another one takes it over.
        Transition(_M.SENDING, "claim", _M.SENDING, (SYSTEM,)),
        Transition(_M.SENDING, "deliver", _M.SENT, (SYSTEM,)),
        Transition(_M.SENDING, "put_back", _M.QUEUED, (SYSTEM,)),
        Transition(_M.SENDING, "give_up", _M.FAILED, (SYSTEM,)),
        Transition(_M.QUEUED, "expire", _M.EXPIRED, (SYSTEM,)),
        Transition(_M.SENDING, "expire", _M.EXPIRED, (SYSTEM,)),
        Transition(_M.QUEUED, "withdraw", _M.WITHDRAWN, (SYSTEM, STAFF)),
        # A receipt may be here before the worker has written down that it handed the message over.
        Transition(_M.QUEUED, "arrive", _M.ARRIVED, (SYSTEM,)),
        Transition(_M.SENDING, "arrive", _M.ARRIVED, (SYSTEM,)),
        Transition(_M.SENT, "arrive", _M.ARRIVED, (SYSTEM,)),
        Transition(_M.SENT, "bounce", _M.FAILED, (SYSTEM,)),
        Transition(_M.SENT, "try_next", _M.QUEUED, (SYSTEM,)),
        Transition(_M.FAILED, "resend", _M.QUEUED, (STAFF,)),
        Transition(_M.EXPIRED, "resend", _M.QUEUED, (STAFF,)),
    ],
)
