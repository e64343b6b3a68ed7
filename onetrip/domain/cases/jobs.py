"""Thin entries for the worker."""

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.jobs import every, job
from onetrip.domain.cases import queries, services


@job(attempts=8)
def settle_fee(*, case: str) -> None:
    """Bring the fee in line with what became of the errand."""
    services.settle_fee(case_id=case, by=Actor.system("cases.settle_fee"), at=clock.now())


@every(cron="* * * * *")
def remind_of_visits() -> None:
    """Remind the day before, with what to bring, and two hours before, with the way."""
    at = clock.now()
    for template in services.REMINDERS:
        for case_id in queries.visits_to_remind_of(template=template, at=at):
            services.remind(case_id=case_id, template=template, at=at)


@every(cron="15 1 * * *")
def tell_guide_news() -> None:
    """Tell what changed in the guides since people were told, at a quarter past nine in the city."""
    at = clock.now()
    for case_id in queries.cases_with_another_guide():
        services.tell_guide_news(case_id=case_id, at=at)
