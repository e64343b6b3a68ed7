"""Housekeeping."""

from onetrip.core import clock
from onetrip.core.jobs import every
from onetrip.domain.accounts.models import PhoneCode


@every(cron="17 * * * *")
def forget_expired_codes() -> None:
    """Delete phone codes that nobody can use any more."""
    PhoneCode.objects.filter(expires_at__lt=clock.now()).delete()
