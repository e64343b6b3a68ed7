"""Reads: the figures, named by the question they answer.

`since` and `until` bound a period, the end excluded; `venue_codes` narrows to venues, None means all of the city.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases.states import Outcome
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.insights import rules
from onetrip.domain.insights.errors import FigureUnknown
from onetrip.domain.insights.rules import MIN_SAMPLE
from onetrip.domain.insights.views import (
    CallRow,
    CasePage,
    CaseRow,
    RateRow,
    ReasonRow,
    StarsRow,
    Trips,
    WaitRow,
)
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import Competence

__all__ = [
    "MIN_SAMPLE",
    "CallRow",
    "CasePage",
    "CaseRow",
    "RateRow",
    "ReasonRow",
    "StarsRow",
    "Trips",
    "WaitRow",
    "agreement",
    "calls_per_post",
    "cases_behind",
    "one_trip",
    "satisfaction",
    "trips_per_errand",
    "waits",
    "why_returned",
]

PAGE_SIZE = 30
_GROUPS = ("none", "item", "venue", "consulted", "day")


def one_trip(
    *, since: datetime, until: datetime, by: str = "none", venue_codes: Sequence[str] | None = None
) -> list[RateRow]:
    """Return the one-trip rate in all (one row, also when nothing was counted), or by item, venue, consulted or day.

    Counted are errands by their first visit in the period; done at that visit is one trip. The largest groups come
    first, days in order. Raises FigureUnknown.
    """
    if by not in _GROUPS:
        raise FigureUnknown(field="by")
    counted = cases.first_visits(since=since, until=until, by=by, venue_codes=venue_codes)
    if by == "none":
        found = counted[0] if counted else None
        return [_rate_row("", "", found.one_trip if found else 0, found.finished if found else 0)]
    keys = [_key(row.key) for row in counted]
    labels = _labels(by, keys)
    rows = [
        _rate_row(key, labels.get(key, key), row.one_trip, row.finished)
        for key, row in zip(keys, counted, strict=True)
    ]
    return rows if by == "day" else sorted(rows, key=lambda row: (-row.finished, row.key))


def _rate_row(key: str, label: str, hits: int, total: int) -> RateRow:
    low, high = rules.wilson(hits, total)
    return RateRow(
        key=key,
        label=label,
        one_trip=hits,
        finished=total,
        rate=rules.rate_of(hits, total),
        low=low,
        high=high,
        is_thin=total < MIN_SAMPLE,
    )


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _labels(by: str, keys: Iterable[str]) -> dict[str, str]:
    if by == "item":
        return catalog.names_of(keys)
    if by == "venue":
        return _venue_names()
    return {key: date.fromisoformat(key).strftime("%m-%d") for key in keys} if by == "day" else {}


def _venue_names() -> dict[str, str]:
    return {venue.code: venue.name for venue in venues.venues()}


def trips_per_errand(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None) -> Trips:
    """Return how many errands were done in the period and how many visits each took on average."""
    done, average = cases.trips_needed(since=since, until=until, venue_codes=venue_codes)
    return Trips(done, None if average is None else float(average))


def why_returned(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> list[ReasonRow]:
    """Return why visitors were sent back, the most frequent reason first."""
    found = cases.return_reasons(since=since, until=until, venue_codes=venue_codes)
    total = sum(count for _reason, count in found)
    return [ReasonRow(reason, count, count / total) for reason, count in found]


def waits(
    *, of: str, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> list[WaitRow]:
    """Return how long people waited: `of` hall by venue, `of` line (for video) by competence. Raises FigureUnknown."""
    if of == "hall":
        names = _venue_names()
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


def cases_behind(
    *,
    figure: str,
    key: str = "",
    since: datetime,
    until: datetime,
    venue_codes: Sequence[str] | None = None,
    page: int = 1,
) -> CasePage:
    """Return the cases that were counted for a figure, 30 to a page.

    Figures: `finished.<group>` and `one_trip.<group>` (denominator and numerator of `one_trip`), `done`, `returned`
    (key: reason), `rated.visit` and `rated.consultation` (key: stars), `calls` (key: desk), `line` (key: competence).
    Raises FigureUnknown.
    """
    source, where = _source_of(figure, key)
    first = (max(page, 1) - 1) * PAGE_SIZE
    found = source(
        since=since, until=until, venue_codes=venue_codes, where=where, limit=PAGE_SIZE + 1, offset=first
    )
    names = catalog.names_of(row.item_code for row in found)
    rows = tuple(
        CaseRow(
            case_id=row.case_id,
            item_name=names.get(row.item_code, row.item_code),
            venue_name=row.venue_name,
            at=row.at,
            outcome=row.outcome,
            reason=row.reason,
            consulted=row.consulted,
            number=row.number,
        )
        for row in found[:PAGE_SIZE]
    )
    return CasePage(figure, key, rows, max(page, 1), len(found) > PAGE_SIZE)


def _source_of(figure: str, key: str) -> tuple[Callable[..., list[cases.VisitRow]], dict[str, Any]]:
    """Return which list holds the cases of the figure, and what narrows it down."""
    kind, _dot, group = figure.partition(".")
    if kind in ("finished", "one_trip") and group in _GROUPS:
        where: dict[str, Any] = {"number": 1, **_narrowed(group, key)}
        return cases.visits_behind, {**where, "outcome": Outcome.DONE} if kind == "one_trip" else where
    if figure == "done":
        return cases.visits_behind, {"outcome": Outcome.DONE}
    if figure == "returned":
        return cases.visits_behind, {"outcome": Outcome.RETURNED, **({"reason": key} if key else {})}
    if figure in ("rated.visit", "rated.consultation") and key.isdecimal() and int(key) in rules.STARS:
        return cases.visits_behind if figure == "rated.visit" else cases.cases_consulted_at, {
            "stars": int(key)
        }
    if figure == "calls" and key.isdecimal() and len(key) < 10:
        return cases.cases_consulted_at, {"desk": int(key)}
    if figure == "line":
        return cases.cases_consulted_at, {"competence": key}
    raise FigureUnknown(field="figure")


def _narrowed(group: str, key: str) -> dict[str, Any]:
    if group == "none":
        return {}
    if group == "consulted":
        return {"consulted": key == "yes"}
    if group == "day" and not _is_day(key):
        raise FigureUnknown(field="key")
    return {group: key}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def agreement(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> cases.Agreement:
    """Return how often officers' verdicts and the pre-check of photographed papers said the same."""
    return cases.paper_agreement(since=since, until=until, venue_codes=venue_codes)
