"""Pictures in the live document of a case: which there are, what an officer drew on them, what is asked for."""

from typing import Any

from onetrip.domain.cases.models import CasePaper, Still
from onetrip.domain.cases.states import StillState
from onetrip.domain.papers import queries as papers

_STEP = 10  # per cent: nobody needs a change of the page for every part that has come


def papers_filed(case_key: int, *, only: int | None = None) -> dict[str, str]:
    """Return how far the pre-check of each picture is; `only`: of the one with this row number."""
    rows = CasePaper.objects.filter(case_id=case_key)
    if only is not None:
        rows = rows.filter(paper_id=only)
    return dict(rows.values_list("paper__public_id", "paper__check_state"))


def papers_marked(case_key: int, *, only: str | None = None, without: int | None = None) -> dict[str, Any]:
    """Return what an officer drew on which picture, and the picture drawn on last of all.

    `only`: what was drawn on this picture alone, as a patch, which names also what is not there (any more).
    `without`: as if the one with this row number were gone.
    """
    filed = CasePaper.objects.filter(case_id=case_key, paper__marked_at__isnull=False)
    views = papers.papers(filed.exclude(paper_id=without or 0).values_list("paper_id", flat=True)).values()
    marked = [view for view in views if view.marked_at is not None]
    if not marked:
        return {}
    drawn: dict[str, dict[str, Any]] = {}
    for view in (view for view in marked if only in (None, view.id)):
        crop = {"crop": view.crop} if only is not None or view.crop is not None else {}
        drawn[view.id] = {"turned": view.turned, "marks": list(view.marks), **crop}
    last = max(marked, key=lambda view: (str(view.marked_at), view.id))
    return {"marked": drawn, "pointed": last.id}


def still_asked(case_key: int) -> dict[str, Any]:
    """Return the photograph that is asked for now, nothing when none is."""
    still = Still.objects.select_related("upload").filter(case_id=case_key, state=StillState.ASKED).first()
    return {} if still is None else {"still": still_entry(still)}


def still_asked_of(*, case_id: str) -> dict[str, Any] | None:
    """Return what is asked for in this case, as the live document shows it."""
    still = Still.objects.select_related("upload").filter(case__public_id=case_id, state=StillState.ASKED)
    return next((still_entry(each) for each in still), None)


def still_entry(still: Still) -> dict[str, Any]:
    """Return a photograph that is asked for, and how many per cent of it are here."""
    share = still.upload.received * 100 // still.upload.size if still.upload else 0
    return {"id": still.public_id, "material": still.material, "share": share // _STEP * _STEP}
