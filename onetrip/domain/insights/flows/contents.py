"""What an export is of: visits, or fees that were paid. It holds codes and amounts, no names and no words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from onetrip.core.clock import city_time
from onetrip.domain.cases import queries as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.insights.states import ExportSubject
from onetrip.domain.payments import queries as payments
from onetrip.domain.venues import queries as venues

Row = list[Any]


@dataclass(frozen=True)
class Content:
    """How one kind of export is read. `count` and `after` are given since, until and venue_codes.

    `after` also takes a key and a limit and returns the next lines, each with its `key`; `rows` writes them down.
    """

    head: Callable[[], Row]
    count: Callable[..., int]
    after: Callable[..., list[Any]]
    rows: Callable[[list[Any]], Iterator[Row]]


def _visit_head() -> Row:
    return [_("Day"), _("Time"), _("Venue"), _("Venue code"), _("Item"), _("Item code"), _("Version of the guide"),
            _("Channel"), _("Officer asked"), _("Visit number"), _("Outcome"), _("Reason"), _("Material"),
            _("Stars")]  # fmt: skip


def _visit_rows(page: list[cases.VisitLine]) -> Iterator[Row]:
    names = {venue.code: venue.name for venue in venues.venues()}
    items = catalog.names_of(line.item_code for line in page)
    versions = catalog.names_of_versions(line.guide_version for line in page)
    for line in page:
        moment, version = city_time(line.at), versions.get(line.guide_version)
        yield [
            moment.date().isoformat(),
            f"{moment:%H:%M}",
            names.get(line.venue_code, ""),
            line.venue_code,
            items.get(line.item_code, ""),
            line.item_code,
            version[1] if version else "",
            line.came,
            _("yes") if line.consulted else _("no"),
            line.number,
            line.outcome,
            line.reason,
            line.material,
            line.stars if line.stars is not None else "",
        ]


def _fee_head() -> Row:
    return [_("Receipt"), _("Day"), _("Time"), _("Venue"), _("Venue code"), _("Item"), _("Item code"), _("Way to pay"),
            _("Paid (fen)"), _("Given back (fen)"), _("Ground"), _("State")]  # fmt: skip


def _fee_rows(page: list[payments.FeeLine]) -> Iterator[Row]:
    names = {venue.code: venue.name for venue in venues.venues()}
    for line in page:
        moment = city_time(line.paid_at)
        yield [
            line.receipt_no,
            moment.date().isoformat(),
            f"{moment:%H:%M}",
            names.get(line.venue_code, ""),
            line.venue_code,
            line.title,
            line.item_code,
            line.way,
            line.fen,
            line.given_back_fen,
            line.ground,
            line.state,
        ]


CONTENTS: dict[str, Content] = {
    ExportSubject.VISITS: Content(_visit_head, cases.count_visits, cases.visits_after, _visit_rows),
    ExportSubject.FEES: Content(_fee_head, payments.count_fees, payments.fees_after, _fee_rows),
}
