"""Looking at a picture: read it, judge it without any lock, write down what was found."""

from datetime import datetime

from onetrip.core.clock import city_day
from onetrip.core.errors import NotFound
from onetrip.domain.papers import gateways, queries, rules, services
from onetrip.domain.papers.models import Paper
from onetrip.domain.papers.views import Expected


def check(*, key: int, at: datetime) -> None:
    """Look at a picture and note what to advise. One that is gone is nobody's business any more."""
    row = Paper.objects.filter(pk=key).first()
    if row is None:
        return
    expected = Expected(kinds=tuple(row.expected_kinds), name=row.expected_name, day=city_day(at))
    try:
        look = gateways.look_at(queries.picture(key))
    except NotFound:
        return
    except (ImportError, ValueError):
        services.give_up(key=key, at=at)
        return
    services.note_judgement(key=key, judgement=rules.judge(look, expected), at=at)
