"""The few fixed words of this module."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CredentialKind(TextChoices):
    """What WeChat gives us to show with our calls."""

    ACCESS_TOKEN = "access_token", _("access token")
    JSAPI_TICKET = "jsapi_ticket", _("ticket for pages")
