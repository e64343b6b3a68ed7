"""Sums of what pages reported of their calls: by day, by post, and the posts whose calls are poor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from onetrip.core import clock
from onetrip.core.aggregates import Percentile
from onetrip.domain.consultations import rules
from onetrip.domain.consultations.models import CallQuality
from onetrip.domain.consultations.views import QualitySum


def _reports(since: datetime, until: datetime, venue_codes: Sequence[str] | None) -> "QuerySet[CallQuality]":
    """A call counts in the period in which it was connected, at the venue of its post, as everywhere."""
    rows = CallQuality.objects.filter(
        consultation__connected_at__gte=since, consultation__connected_at__lt=until
    )
    return rows if venue_codes is None else rows.filter(consultation__post__desk__venue__code__in=venue_codes)


def call_quality(
    *, since: datetime, until: datetime, by: str, venue_codes: Sequence[str] | None
) -> list[QualitySum]:
    """Return the sums by `day`, `post` (desk row number) or of `all`; shares of packets and of time. One query."""
    groups: dict[str, Any] = {
        "day": TruncDate("consultation__connected_at", tzinfo=clock.CITY_TZ),
        "post": F("consultation__post__desk_id"),
        "all": F("consultation__post__desk__kind"),
    }
    rows = _reports(since, until, venue_codes).filter(consultation__post__isnull=False)
    counted = (
        rows.annotate(group=groups[by])
        .values("group")
        .annotate(
            pages=Count("pk"),
            calls=Count("consultation_id", distinct=True),
            setup=Percentile(F("setup_ms"), 0.5),
            tall=Percentile(F("height"), 0.5, filter=Q(height__gt=0)),
            gone=Sum("lost"),
            came=Sum("received"),
            frozen=Sum("frozen_ms"),
            lasted=Sum("lasted_s"),
            through=Count("pk", filter=Q(relayed=True)),
            known=Count("pk", filter=Q(relayed__isnull=False)),
        )
        .order_by("group")
    )
    return [_sum(row) for row in counted]


def _sum(row: Mapping[str, Any]) -> QualitySum:
    loss, frozen = _share(row["gone"], row["gone"] + row["came"]), _share(row["frozen"], row["lasted"] * 1000)
    return QualitySum(
        key=row["group"],
        calls=row["calls"],
        pages=row["pages"],
        setup_ms=row["setup"],
        height=row["tall"],
        loss=loss,
        frozen=frozen,
        relayed=_share(row["through"], row["known"]),
        is_poor=rules.is_poor(pages=row["pages"], loss=loss, frozen=frozen, setup_ms=row["setup"]),
    )


def _share(part: int, whole: int) -> float | None:
    return min(1.0, part / whole) if whole else None


def poor_posts(*, since: datetime, until: datetime) -> set[int]:
    """Return the desks (row numbers) whose calls of a period were poor."""
    found = call_quality(since=since, until=until, by="post", venue_codes=None)
    return {row.key for row in found if row.is_poor}
