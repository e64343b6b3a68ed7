"""Refusals of this module: both are mistakes of the calling code, not of a person."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Invalid


class TemplateUnknown(Invalid):
    """No message text is registered under this key."""

    code = "template_unknown"
    message = _("There is no message template “%(template)s”.")


class ChannelUnknown(Invalid):
    """No such channel."""

    code = "channel_unknown"
    message = _("There is no message channel “%(channel)s”.")
