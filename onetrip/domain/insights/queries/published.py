"""What everybody may know: the one-trip rate of whole months, without a person in it."""

from datetime import date, datetime, time, timedelta

from onetrip.core import clock
from onetrip.domain.insights import rules
from onetrip.domain.insights.queries.rates import rates
from onetrip.domain.insights.views import OpenFigures, OpenRow

_MONTHS = 12
# Each table is published beside the others: cells are hidden in each so that its sum tells nothing of them.
_TABLES = ("month", "item", "venue", "came", "consulted")


def open_figures(*, at: datetime) -> OpenFigures:
    """Return the last twelve closed months by month, item, venue, channel and consulted or not. Two or three queries.

    An errand counts in the month of its first visit, so a closed month never changes. Cells under the least sample are
    hidden, with as many others as it takes that nobody can work them out.
    """
    end = clock.city_day(at).replace(day=1)
    first = _months_before(end, _MONTHS)
    since, until = clock.city_moment(first, time()), clock.city_moment(end, time())
    found = rates(by=_TABLES, since=since, until=until)
    rows: list[OpenRow] = []
    for table in _TABLES:
        cells = found[table]
        for cell, is_hidden in zip(cells, rules.hidden([cell.finished for cell in cells]), strict=True):
            counts = (None, None) if is_hidden else (cell.finished, cell.one_trip)
            rows.append(OpenRow(table, cell.key, cell.label, *counts))
    return OpenFigures(first, end - timedelta(days=1), tuple(rows))


def _months_before(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, 1)
