"""Reads: the figures, named by the question they answer.

`since` and `until` bound a period, the end excluded; `venue_codes` narrows to venues, None means all of the city.
"""

from onetrip.domain.insights.queries.behind import cases_behind
from onetrip.domain.insights.queries.exports import export_file, exports_of
from onetrip.domain.insights.queries.loads import (
    agreement,
    call_quality,
    calls_per_post,
    complaints_answered,
    satisfaction,
    waits,
)
from onetrip.domain.insights.queries.published import open_figures
from onetrip.domain.insights.queries.rates import (
    GROUPS,
    guides_that_send_home,
    one_trip,
    rates,
    share_of,
    trips_per_errand,
    trips_saved,
    why_returned,
)
from onetrip.domain.insights.rules import MIN_SAMPLE
from onetrip.domain.insights.views import (
    CallRow,
    CasePage,
    CaseRow,
    ExportView,
    FailRow,
    OpenFigures,
    OpenRow,
    QualityRow,
    RateRow,
    ReasonRow,
    Saved,
    Share,
    StarsRow,
    Trips,
    WaitRow,
)

__all__ = [
    "GROUPS",
    "MIN_SAMPLE",
    "CallRow",
    "CasePage",
    "CaseRow",
    "ExportView",
    "FailRow",
    "OpenFigures",
    "OpenRow",
    "QualityRow",
    "RateRow",
    "ReasonRow",
    "Saved",
    "Share",
    "StarsRow",
    "Trips",
    "WaitRow",
    "agreement",
    "call_quality",
    "calls_per_post",
    "cases_behind",
    "complaints_answered",
    "export_file",
    "exports_of",
    "guides_that_send_home",
    "one_trip",
    "open_figures",
    "rates",
    "satisfaction",
    "share_of",
    "trips_per_errand",
    "trips_saved",
    "waits",
    "why_returned",
]
