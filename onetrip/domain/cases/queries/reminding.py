"""Who is to be told something by a job: cases by their public ids."""

from datetime import datetime, time, timedelta

from django.db.models import F, Q

from onetrip.core import clock
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.states import OPEN
from onetrip.domain.catalog import queries as catalog


def visits_to_remind_of(*, template: str, at: datetime, limit: int = 500) -> list[str]:
    """Return the cases whose booked visit comes up and whose citizen was not reminded of this time yet."""
    if template == "cases.tomorrow":
        if clock.city_time(at).time() < rules.REMIND_FROM:
            return []
        day = clock.city_day(at) + timedelta(days=1)
        since, until = clock.city_moment(day, time()), clock.city_moment(day + timedelta(days=1), time())
    else:
        since, until = at + rules.TOO_SOON, at + rules.SOON
    column = rules.TOLD_IN[template]
    starts_at = F("appointment__slot__starts_at")
    rows = Case.objects.filter(
        appointment__state=AppointmentState.BOOKED,
        appointment__slot__starts_at__gte=since,
        appointment__slot__starts_at__lt=until,
        citizen__isnull=False,
    ).filter(Q(**{f"{column}__isnull": True}) | ~Q(**{column: starts_at}))
    return list(rows.order_by(starts_at, "pk").values_list("public_id", flat=True)[:limit])


def cases_with_another_guide(*, limit: int = 500) -> list[str]:
    """Return open cases whose item's guide has another version than they and their citizens were told. Two queries."""
    rows = Case.objects.filter(state__in=OPEN, citizen__isnull=False)
    current = catalog.versions_in_force()
    stale = rows.exclude(guide_version__in=current).exclude(guide_told__in=current)
    return list(stale.order_by("pk").values_list("public_id", flat=True)[:limit])
