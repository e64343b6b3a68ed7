"""The cases behind every figure."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from onetrip.domain.cases import queries as cases
from onetrip.domain.cases.states import ABOUT_A_MATERIAL, Outcome
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations.states import ConsultationState
from onetrip.domain.insights import rules
from onetrip.domain.insights.errors import FigureUnknown
from onetrip.domain.insights.queries.rates import GROUPS
from onetrip.domain.insights.views import CasePage, CaseRow

PAGE_SIZE = 30
Source = Callable[..., list[cases.VisitRow]]


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

    Figures (with the key in brackets): `finished.<group>`, `one_trip.<group>` and `unfit.<group>` (denominator and
    numerator of `one_trip`, and who came with papers that would not do), `done`, `returned` (reason, or none for all),
    `failed` (item:version:reason:material), `rated.visit` and `rated.consultation` (stars, or none), `calls`,
    `concluded`, `interrupted` and `reported` (desk), `line` (competence), `hall` (venue), `papers` (which cell of the
    agreement).
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


_OF_CALLS: dict[str, dict[str, Any]] = {
    "calls": {},
    "concluded": {"state": ConsultationState.CONCLUDED},
    "interrupted": {"state": ConsultationState.INTERRUPTED},
    "reported": {"reported": False},
}


def _source_of(figure: str, key: str) -> tuple[Source, dict[str, Any]]:
    """Return which list holds the cases of the figure, and what narrows it down."""
    kind, _dot, group = figure.partition(".")
    if kind in ("finished", "one_trip", "unfit") and group in GROUPS:
        return cases.visits_behind, {"number": 1, **_ended(kind), **_narrowed(group, key)}
    if kind == "rated":
        return _rated(group, key)
    if figure in _OF_CALLS and key.isdecimal() and len(key) < 10:
        return cases.cases_consulted_at, {"desk": int(key), **_OF_CALLS[figure]}
    if figure == "papers" and key in cases.AGREEMENT_CELLS:
        return cases.papers_behind, {"cell": key}
    plain: dict[str, tuple[Source, dict[str, Any]]] = {
        "done": (cases.visits_behind, {"outcome": Outcome.DONE}),
        "returned": (cases.visits_behind, {"outcome": Outcome.RETURNED, **({"reason": key} if key else {})}),
        "line": (cases.cases_consulted_at, {"competence": key}),
        "hall": (cases.cases_waiting_at, {"venue": key}),
    }
    if figure == "failed" and key.count(":") == 3:
        names = ("item", "version", "reason", "material")
        return cases.visits_behind, dict(zip(names, key.split(":"), strict=True))
    if figure not in plain:
        raise FigureUnknown(field="figure")
    return plain[figure]


def _ended(kind: str) -> dict[str, Any]:
    if kind == "one_trip":
        return {"outcome": Outcome.DONE}
    return {"reasons": ABOUT_A_MATERIAL} if kind == "unfit" else {}


def _rated(group: str, key: str) -> tuple[Source, dict[str, Any]]:
    sources: dict[str, Source] = {"visit": cases.visits_behind, "consultation": cases.cases_consulted_at}
    if group not in sources or (key and not (key.isdecimal() and int(key) in rules.STARS)):
        raise FigureUnknown(field="figure")
    return sources[group], {"stars": int(key)} if key else {"rated": 0}


def _narrowed(group: str, key: str) -> dict[str, Any]:
    if group == "none":
        return {}
    if group == "consulted":
        return {"consulted": key == "yes"}
    if group in ("day", "week", "month") and not _is_day(key):
        raise FigureUnknown(field="key")
    return {group: key}


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
