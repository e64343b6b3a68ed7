"""Times for a video call."""

from collections import Counter
from datetime import datetime

from onetrip.core import clock
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import AgreedTime
from onetrip.domain.consultations.states import AgreedState
from onetrip.domain.consultations.views import AgreedView
from onetrip.domain.venues import queries as venues


def hours_of(competence: str, *, at: datetime) -> list[tuple[datetime, datetime]]:
    """Return when posts for this are on the roster in the days for which times are offered."""
    return venues.post_hours(competence=competence, since=clock.city_day(at), days=rules.DAYS_AHEAD + 1)


def free_times(*, competence: str, at: datetime) -> list[datetime]:
    """Return the times on which a citizen can agree now."""
    agreed = AgreedTime.objects.filter(competence=competence, state=AgreedState.AGREED, starts_at__gte=at)
    taken = Counter(agreed.values_list("starts_at", flat=True))
    return rules.free_times(hours=hours_of(competence, at=at), taken=taken, at=at)


def agreed_time_of(*, citizen_id: int) -> AgreedView | None:
    """Return the time this citizen has agreed on, if any."""
    row = AgreedTime.objects.filter(citizen_id=citizen_id, state=AgreedState.AGREED).first()
    if row is None:
        return None
    early = row.starts_at - rules.COME_EARLY
    return AgreedView(row.public_id, row.competence, row.item_code, row.item_name, row.starts_at, early)


def missed_of_late(*, citizen_id: int, at: datetime) -> int:
    """Return how many agreed times a citizen has let pass within a month."""
    rows = AgreedTime.objects.filter(citizen_id=citizen_id, state=AgreedState.MISSED)
    return rows.filter(starts_at__gt=at - rules.MISSED_COUNT_FOR).count()
