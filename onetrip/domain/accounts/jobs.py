"""Housekeeping."""

from importlib import import_module

from django.conf import settings

from onetrip.core import clock
from onetrip.core.jobs import every
from onetrip.domain.accounts.models import PhoneCode


@every(cron="17 * * * *")
def forget_expired_codes() -> None:
    """Delete phone codes that nobody can use any more."""
    PhoneCode.objects.filter(expires_at__lt=clock.now()).delete()


@every(cron="47 3 * * *")
def forget_ended_sessions() -> None:
    """Delete the sessions of both doors that have ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
