"""Refusals of this module."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotAllowed


class TemplateUnknown(Invalid):
    """No message is declared under this key: a mistake of the calling code."""

    code = "template_unknown"
    message = _("There is no message template “%(template)s”.")


class ChannelUnknown(Invalid):
    """No such channel: a mistake of the calling code."""

    code = "channel_unknown"
    message = _("There is no message channel “%(channel)s”.")


class VariableUnknown(Invalid):
    """A wording speaks of something that this message does not know."""

    code = "variable_unknown"
    message = _("This message does not know “%(name)s”. It knows: %(known)s.")


class VariableMissing(Invalid):
    """A wording leaves out what the message has to say."""

    code = "variable_missing"
    message = _("“%(name)s” must be said in this message.")


class WordingBroken(Invalid):
    """Braces do not match, or there is no word at all, or too many."""

    code = "wording_broken"
    message = _("This is not a text that can be sent: %(why)s.")


class WordingChanged(Conflict):
    """Somebody else has published another version meanwhile."""

    code = "wording_changed"
    message = _("Somebody else has changed this text meanwhile. Please look at it again.")


class NotResendable(NotAllowed):
    """A code that was wiped, or a message that is not dead."""

    code = "not_resendable"
    message = _("This message cannot be sent again.")


class ReceiptForged(NotAllowed):
    """A receipt that the provider has not signed just now."""

    code = "receipt_forged"
    message = _("This receipt is not the provider's.")
