"""How long people waited, what posts did, how people rated it."""

from collections.abc import Sequence
from datetime import date, datetime

from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import queries as cases
from onetrip.domain.complaints import queries as complaints
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.insights import rules
from onetrip.domain.insights.errors import FigureUnknown
from onetrip.domain.insights.views import CallRow, QualityRow, StarsRow, WaitRow
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import Competence


def venue_names() -> dict[str, str]:
    """Return the names of all venues by code."""
    return venues.names()


def waits(
    *, of: str, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> list[WaitRow]:
    """Return how long people waited: `of` hall by venue, `of` line (for video) by competence. Raises FigureUnknown."""
    if of == "hall":
        names = venue_names()
        halls = booking.waits_in_hall(since=since, until=until, venue_codes=venue_codes)
        return [
            WaitRow(
                row.venue_code, names.get(row.venue_code, row.venue_code), row.count, row.median_s, row.most_s
            )
            for row in halls
        ]
    if of == "line":
        words = {str(member.value): str(member.label) for member in Competence}
        lines = consultations.waits_in_line(since=since, until=until, venue_codes=venue_codes)
        return [
            WaitRow(row.key, words.get(row.key, row.key), row.count, row.median_s, row.most_s)
            for row in lines
        ]
    raise FigureUnknown(field="of")


def calls_per_post(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> list[CallRow]:
    """Return the calls of each video post, the busiest first."""
    found = consultations.calls_by_post(since=since, until=until, venue_codes=venue_codes)
    desks = venues.desks_by_id(row.desk_id for row in found)
    return [
        CallRow(
            key=str(row.desk_id),
            label=desks[row.desk_id].label,
            venue_name=desks[row.desk_id].venue_name,
            calls=row.calls,
            concluded=row.concluded,
            interrupted=row.interrupted,
            median_s=row.median_s,
        )
        for row in found
    ]


def call_quality(
    *, since: datetime, until: datetime, by: str, venue_codes: Sequence[str] | None = None
) -> list[QualityRow]:
    """Return picture and sound of the calls by `day`, in order, by `post`, the worst first, or of `all`.

    Raises FigureUnknown.
    """
    if by not in ("day", "post", "all"):
        raise FigureUnknown(field="by")
    found = consultations.call_quality(since=since, until=until, by=by, venue_codes=venue_codes)
    desks = venues.desks_by_id(row.key for row in found) if by == "post" else {}
    rows = [_quality_row(row, desks.get(row.key)) for row in found]
    return sorted(rows, key=lambda row: (-(row.loss or 0), row.key)) if by == "post" else rows


def _quality_row(row: consultations.QualitySum, desk: venues.DeskCard | None) -> QualityRow:
    label = desk.label if desk else row.key.strftime("%m-%d") if isinstance(row.key, date) else ""
    return QualityRow(
        key=str(row.key),
        label=label,
        venue_name=desk.venue_name if desk else "",
        calls=row.calls,
        setup_ms=row.setup_ms,
        height=row.height,
        loss=row.loss,
        frozen=row.frozen,
        relayed=row.relayed,
        is_poor=row.is_poor,
    )


def complaints_answered(
    *, since: datetime, until: datetime, at: datetime, venue_codes: Sequence[str] | None = None
) -> complaints.ComplaintSums:
    """Return how many complaints were filed in the period, answered, answered in time, and are late now."""
    return complaints.complaint_sums(since=since, until=until, venue_codes=venue_codes, at=at)


def satisfaction(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> list[StarsRow]:
    """Return the ratings of consultations and of visits, in this order."""
    found = {
        "consultation": consultations.consultation_stars(since=since, until=until, venue_codes=venue_codes),
        "visit": cases.visit_stars(since=since, until=until, venue_codes=venue_codes),
    }
    return [
        StarsRow(
            key,
            sum(counts.values()),
            rules.average_stars(counts),
            tuple((stars, counts.get(stars, 0)) for stars in reversed(rules.STARS)),
        )
        for key, counts in found.items()
    ]


def agreement(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> cases.Agreement:
    """Return how often officers' verdicts and the pre-check of photographed papers said the same."""
    return cases.paper_agreement(since=since, until=until, venue_codes=venue_codes)
