"""Thin entries for the worker."""

from django.conf import settings
from django.utils import translation

from onetrip.core import clock, jobs
from onetrip.domain.insights import flows, services


@jobs.job(attempts=3)
def write_export(*, export_id: str) -> None:
    """Write the file that somebody asked for, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        flows.write_export(export_id=export_id, at=clock.now())


@jobs.every(cron="*/10 * * * *")
def expire_exports() -> None:
    """Delete files whose day is over."""
    while services.expire_exports(at=clock.now()):
        pass
