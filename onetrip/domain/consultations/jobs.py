"""Timers of consultations."""

from onetrip.core import clock, jobs
from onetrip.domain.consultations import services


@jobs.job(queue="live")
def end_ring(*, consultation_id: str, rings: int) -> None:
    """The twenty seconds of one ring are over."""
    services.ring_timed_out(consultation_id=consultation_id, rings=rings, at=clock.now())


@jobs.every(cron="41 2 * * *")
def forget_quality() -> None:
    """Let reports of calls go after half a year."""
    while services.forget_quality(at=clock.now()):
        pass


@jobs.every(cron="* * * * * */5", queue="live")
def sweep() -> None:
    """Act on pages that have gone silent."""
    services.sweep(at=clock.now())


@jobs.every(cron="* * * * * */30", queue="live")
def look_after_times() -> None:
    """Remind of agreed times, honour those that have come, note those that nobody kept."""
    services.look_after_times(at=clock.now())
