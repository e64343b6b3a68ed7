"""The one-trip rate and what follows from it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from onetrip.domain.cases import queries as cases
from onetrip.domain.cases.states import Came
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.insights import rules
from onetrip.domain.insights.errors import FigureUnknown
from onetrip.domain.insights.queries.loads import venue_names
from onetrip.domain.insights.rules import MIN_SAMPLE
from onetrip.domain.insights.views import FailRow, RateRow, ReasonRow, Saved, Share, Trips

GROUPS = ("none", "item", "version", "venue", "came", "consulted", "day", "week", "month")
_IN_TIME = ("day", "week", "month")


def one_trip(
    *, since: datetime, until: datetime, by: str = "none", venue_codes: Sequence[str] | None = None
) -> list[RateRow]:
    """Return the one-trip rate in all (one row, also when nothing was counted), or by one of the groups.

    Groups: item, version (of the guide), venue, came (channel), consulted, day, week, month. Counted are errands by
    their first visit in the period; done at that visit is one trip. The largest groups come first, times in order.
    Raises FigureUnknown.
    """
    return rates(since=since, until=until, by=[by], venue_codes=venue_codes)[by]


def rates(
    *, since: datetime, until: datetime, by: Sequence[str], venue_codes: Sequence[str] | None = None
) -> dict[str, list[RateRow]]:
    """Return several breakdowns at once, counted in one pass; see one_trip."""
    if not set(by) <= set(GROUPS):
        raise FigureUnknown(field="by")
    counted = cases.first_visits(since=since, until=until, by=by, venue_codes=venue_codes)
    return {group: _rows(group, counted[group]) for group in by}


def _rows(group: str, counted: Sequence[cases.TripCount]) -> list[RateRow]:
    if group == "none":
        found = counted[0] if counted else cases.TripCount("", 0, 0, 0)
        return [_rate_row("", "", found)]
    keys = [_key(row.key) for row in counted]
    labels = _labels(group, keys)
    rows = [_rate_row(key, labels.get(key, key), row) for key, row in zip(keys, counted, strict=True)]
    return rows if group in _IN_TIME else sorted(rows, key=lambda row: (-row.finished, row.key))


def _rate_row(key: str, label: str, count: cases.TripCount) -> RateRow:
    share = share_of(count.one_trip, count.finished)
    return RateRow(
        key=key,
        label=label,
        one_trip=count.one_trip,
        finished=count.finished,
        rate=share.rate,
        low=share.low,
        high=share.high,
        is_thin=share.is_thin,
        in_order=count.finished - count.unfit,
    )


def share_of(hits: int, total: int) -> Share:
    """Return a share with its interval, and its rate where enough was counted."""
    low, high = rules.wilson(hits, total)
    return Share(hits, total, rules.rate_of(hits, total), low, high, total < MIN_SAMPLE)


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _labels(group: str, keys: Iterable[str]) -> dict[str, str]:
    if group == "item":
        return catalog.names_of(keys)
    if group == "version":
        return {key: f"{name} · {no}" for key, (name, no) in catalog.names_of_versions(keys).items()}
    if group == "venue":
        return venue_names()
    if group == "came":
        return {str(member.value): str(member.label) for member in Came}
    form = "%Y-%m" if group == "month" else "%m-%d"
    return {key: date.fromisoformat(key).strftime(form) for key in keys} if group in _IN_TIME else {}


def trips_per_errand(*, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None) -> Trips:
    """Return how many errands were done in the period and how many visits each took on average."""
    done, average = cases.trips_needed(since=since, until=until, venue_codes=venue_codes)
    return Trips(done, None if average is None else float(average))


def trips_saved(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> Saved | None:
    """Return the trips that asking an officer before has saved, None where too little can be compared."""
    by = ["item_consulted"]
    counted = cases.first_visits(since=since, until=until, by=by, venue_codes=venue_codes)["item_consulted"]
    items: dict[str, dict[bool, cases.TripCount]] = {}
    for row in counted:
        item, consulted = row.key
        items.setdefault(item, {})[consulted] = row
    nothing = cases.TripCount("", 0, 0, 0)
    strata = [_stratum(both.get(True, nothing), both.get(False, nothing)) for both in items.values()]
    found = rules.trips_saved(strata)
    return None if found is None else Saved(*found)


def _stratum(asked: cases.TripCount, alone: cases.TripCount) -> rules.Stratum:
    return rules.Stratum(
        asked.finished, asked.finished - asked.one_trip, alone.finished, alone.finished - alone.one_trip
    )


def why_returned(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None
) -> list[ReasonRow]:
    """Return why visitors were sent back, the most frequent reason first."""
    found = cases.return_reasons(since=since, until=until, venue_codes=venue_codes)
    total = sum(count for _reason, count in found)
    return [ReasonRow(reason, count, count / total) for reason, count in found]


def guides_that_send_home(
    *, since: datetime, until: datetime, venue_codes: Sequence[str] | None = None, limit: int = 30
) -> list[FailRow]:
    """Return which rule of which guide failed most surely: by the lower end of the interval of its share of visits."""
    found = cases.failing_rules(since=since, until=until, venue_codes=venue_codes, limit=limit)
    told = catalog.rules_behind((row.guide_version, row.material) for row in found)
    names = catalog.names_of(row.item_code for row in found)
    rows = [
        _fail_row(row, told.get((row.guide_version, row.material)), names.get(row.item_code, row.item_code))
        for row in found
    ]
    return sorted(rows, key=lambda row: -row.low)


def _fail_row(row: cases.FailCount, told: catalog.VersionRules | None, item_name: str) -> FailRow:
    share = share_of(row.count, row.visits)
    return FailRow(
        item_code=row.item_code,
        item_name=item_name,
        version_id=row.guide_version,
        version_no=told.version_no if told else None,
        reason=row.reason,
        material=row.material,
        material_name=told.material_name if told else row.material,
        rules=told.rules if told else (),
        count=row.count,
        visits=row.visits,
        share=share.rate,
        low=share.low,
    )
