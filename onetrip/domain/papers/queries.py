"""Reads of papers. Who may look was decided above: only a module that holds a paper's row number asks for it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from onetrip.core import vault
from onetrip.core.errors import NotFound
from onetrip.domain.papers import rules
from onetrip.domain.papers.models import Paper, Upload
from onetrip.domain.papers.states import Advice, CheckState, PaperKind
from onetrip.domain.papers.views import PaperView

PURPOSE = "papers.picture"
CONTENT_TYPE = "image/jpeg"


def prechecks() -> bool:
    """Say whether this installation looks at papers beforehand (the optional extra is there)."""
    return bool(settings.PRECHECK)


def papers(keys: Iterable[int]) -> dict[int, PaperView]:
    """Return the papers with these row numbers, by row number."""
    return {row.pk: _view(row) for row in Paper.objects.filter(pk__in=list(keys))}


def picture(key: int) -> bytes:
    """Return a paper's picture, a JPEG. Raises NotFound when it has been let go."""
    row = Paper.objects.filter(pk=key).first()
    if row is None:
        raise NotFound()
    return vault.read(row.file, purpose=PURPOSE)


def received(key: int, *, at: datetime) -> int:
    """Return how many bytes of an upload are here; 0 once its time is over."""
    return Upload.objects.filter(pk=key, ends_at__gt=at).values_list("received", flat=True).first() or 0


def _view(row: Paper) -> PaperView:
    return PaperView(
        id=row.public_id,
        width=row.width,
        height=row.height,
        taken_at=row.taken_at,
        check=row.check_state,
        check_text=str(CheckState(row.check_state).label),
        kind=row.kind or None,
        kind_name=str(PaperKind(row.kind).label) if row.kind else "",
        advice=tuple(row.advice),
        advice_texts=tuple(str(Advice(code).label) for code in row.advice),
        needs_another=rules.needs_another(row.advice),
        turned=row.turned,
        crop=row.crop,
        marks=tuple(row.marks),
        marked_at=row.marked_at,
    )
