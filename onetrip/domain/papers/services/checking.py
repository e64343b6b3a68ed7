"""Having a picture looked at by the pre-check, in a process of its own."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from onetrip.core import jobs
from onetrip.core.events import publish
from onetrip.core.unit import use_case
from onetrip.domain.papers.events import PaperJudged
from onetrip.domain.papers.models import Paper
from onetrip.domain.papers.states import CHECK, CheckState
from onetrip.domain.papers.views import Judgement


@use_case
def ask_check(*, key: int, kinds: Sequence[str], name: str) -> None:
    """Have the picture looked at, where the extra is installed.

    `kinds`: which papers would be right, none if any. `name`: whose it should be, "" if that does not matter.
    """
    if not settings.PRECHECK:
        return
    row = Paper.objects.select_for_update().get(pk=key)
    row.check_state = CHECK.next_state(row.check_state, "ask")
    row.expected_kinds, row.expected_name = list(kinds), name
    row.save(update_fields=["check_state", "expected_kinds", "expected_name"])
    jobs.defer("papers.check", key=key)


@use_case
def note_judgement(*, key: int, judgement: Judgement, at: datetime) -> None:
    """Write down what the pre-check found. A picture that was let go or judged meanwhile stays as it is."""
    _end_check(key, "judge", at=at, kind=judgement.kind or "", advice=list(judgement.advice))


@use_case
def give_up(*, key: int, at: datetime) -> None:
    """The picture cannot be looked at; the officer will."""
    _end_check(key, "give_up", at=at)


def _end_check(key: int, verb: str, *, at: datetime, kind: str = "", advice: Sequence[str] = ()) -> None:
    row = Paper.objects.filter(pk=key, check_state=CheckState.WAITING).select_for_update().first()
    if row is None:
        return
    row.check_state = CHECK.next_state(row.check_state, verb)
    row.kind, row.advice = kind, list(advice)
    row.save(update_fields=["check_state", "kind", "advice"])
    publish(PaperJudged(paper_key=key, at=at))
