"""What citizens ask: browse, search, the guide, and what one situation needs."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import get_language

from onetrip.core.ready import Ready
from onetrip.domain.catalog.errors import CategoryNotFound, ItemNotFound, VersionNotFound
from onetrip.domain.catalog.models import Category, GuideVersion, ServiceItem
from onetrip.domain.catalog.rules import checklist, terms
from onetrip.domain.catalog.rules.plan import Plan, plan, words
from onetrip.domain.catalog.views import (
    CategoryCard,
    Checklist,
    Guide,
    ItemCard,
)

_OFFERED = Q(withdrawn_at=None, current__isnull=False)
_CARD = ("code", "card", "category__code", "category__name", "category__competence")


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def categories() -> list[CategoryCard]:
    """Return the groups that have something to offer, in the editor's order."""
    offered = Count("items", filter=Q(items__withdrawn_at=None, items__current__isnull=False))
    rows = Category.objects.annotate(offered=offered).filter(offered__gt=0).order_by("position")
    return [
        CategoryCard(
            row.code, words(row.name).in_language(_language()), row.icon, row.offered, row.competence
        )
        for row in rows
    ]


def items_in(category_code: str) -> list[ItemCard]:
    """Return what a group offers. Raises CategoryNotFound."""
    rows = ServiceItem.objects.filter(_OFFERED, category__code=category_code).values_list(*_CARD)
    cards = [_card(*row) for row in rows]
    if not cards and not Category.objects.filter(code=category_code).exists():
        raise CategoryNotFound(field="category")
    return cards


def names_of(item_codes: Iterable[str]) -> dict[str, str]:
    """Return the names of items by code, withdrawn ones too; codes that never were are left out. One query."""
    rows = ServiceItem.objects.filter(code__in=set(item_codes)).values_list("code", "card")
    return {code: words(_decoded(card)["name"]).in_language(_language()) for code, card in rows}


# An exact hit counts a little more than a beginning. Sharing pairs of characters (a question like 身份证丢了怎么找) or
# resembling letters (a slip of the finger) count least: they come after every real hit.
_SEARCH = """
WITH wanted AS (
    SELECT term, number FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS w(term, number)
), hits AS (
    SELECT t.item_id, w.number, max(
        t.rank + CASE WHEN t.text = w.term COLLATE "C" AND t.rank = ANY (%(whole)s::int[]) THEN 15 ELSE 0 END
    ) AS score
    FROM wanted w
    JOIN catalog_searchterm t ON t.text >= w.term COLLATE "C" AND t.text < (w.term || chr(1114111)) COLLATE "C"
    GROUP BY 1, 2
    UNION ALL
    SELECT i.id, p.number, (9 * avg((strpos(i.search_text, p.piece) > 0)::int))::int
    FROM catalog_serviceitem i, unnest(%(pieces)s::text[], %(owners)s::int[]) AS p(piece, number)
    GROUP BY 1, 2 HAVING avg((strpos(i.search_text, p.piece) > 0)::int) >= 0.5
    UNION ALL
    SELECT i.id, w.number, 5 FROM wanted w
    JOIN catalog_serviceitem i ON w.term = ANY (%(typed)s::text[]) AND word_similarity(w.term, i.search_text) >= 0.6
), best AS (
    SELECT item_id, number, max(score) AS score FROM hits GROUP BY 1, 2
), ranked AS (
    SELECT item_id, sum(score) AS score FROM best GROUP BY 1 HAVING count(*) = %(count)s
)
SELECT i.code, i.card, c.code, c.name, c.competence
FROM ranked r JOIN catalog_serviceitem i ON i.id = r.item_id JOIN catalog_category c ON c.id = i.category_id
WHERE i.withdrawn_at IS NULL AND i.current_id IS NOT NULL
ORDER BY r.score DESC, i.position LIMIT %(limit)s
"""


def search(text: str, *, limit: int = 20) -> list[ItemCard]:
    """Return the items that answer to every part of the text, best first: exact, beginning, word, inside, synonym.

    Finds Chinese, pinyin, initials and English. One query; an empty text finds nothing.
    """
    asked = terms.query(text)
    if not asked.terms:
        return []
    pieces = [(piece, number) for number, own in enumerate(asked.pieces, start=1) for piece in own]
    given: dict[str, Any] = {
        "terms": list(asked.terms),
        "pieces": [piece for piece, _number in pieces],
        "owners": [number for _piece, number in pieces],
        "typed": [term for term in asked.terms if term.isascii() and len(term) >= 5],
        "whole": [int(rank) for rank in terms.WHOLE],
        "count": len(asked.terms),
        "limit": max(1, min(limit, 100)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, given)
        return [_card(*row) for row in cursor.fetchall()]


def _card(code: str, card: Any, category_code: str, category_name: Any, competence: str) -> ItemCard:
    card, category_name = _decoded(card), _decoded(category_name)
    return ItemCard(
        code=code,
        name=words(card["name"]).in_language(_language()),
        summary=words(card["summary"]).in_language(_language()),
        online=card["online"],
        online_whole=card["online_whole"],
        competence=competence,
        category_code=category_code,
        category_name=words(category_name).in_language(_language()),
        sample=card["sample"],
    )


def _decoded(value: Any) -> Any:
    """Django's cursor hands a JSON column over as text, the ORM as values."""
    return json.loads(value) if isinstance(value, str) else value


def guide_of(item_code: str) -> Guide:
    """Return the guide in force. Raises ItemNotFound."""
    version_id = _CURRENT.first(item_code=item_code)
    if version_id is None:
        raise ItemNotFound(field="item")
    return guide_version(version_id)


_CURRENT: Ready[str] = Ready(
    lambda item_code: ServiceItem.objects.filter(_OFFERED, code=item_code).values_list(
        "current__public_id", flat=True
    ),
    item_code=str,
)


def guide_version(version_id: str) -> Guide:
    """Return the version a case was told, published still or not. Raises VersionNotFound."""
    return _guide(version_id, _language())


@lru_cache(maxsize=1024)
def _guide(version_id: str, language: str) -> Guide:
    number, read = _plan(version_id)
    return checklist.in_language(plan=read, version_id=version_id, version_no=number, language=language)


# A version never changes, so a process may keep what it has read.
@lru_cache(maxsize=512)
def _plan(version_id: str) -> tuple[int, Plan]:
    row = GuideVersion.objects.filter(public_id=version_id).values_list("number", "content").first()
    if row is None:
        raise VersionNotFound(field="version")
    return row[0], plan(json.loads(row[1]))


def personal_checklist(guide: Guide, answers: Mapping[str, str]) -> Checklist:
    """Return what this situation needs; with answers missing, `complete` is False and `next_question` says which.

    Raises AnswerUnknown, its field being the question.
    """
    return checklist.draw_up(guide, answers)


def checklist_of(version_id: str, answers: Mapping[str, str]) -> Checklist:
    """Return what a case that was told this version needs, as personal_checklist. Raises VersionNotFound too."""
    return _drawn_up(version_id, _language(), tuple(answers.items()))


# A version and its answers have one checklist; drawing it up takes longer than reading the case it belongs to.
@lru_cache(maxsize=4096)
def _drawn_up(version_id: str, language: str, answers: tuple[tuple[str, str], ...]) -> Checklist:
    return checklist.draw_up(_guide(version_id, language), dict(answers))


def complete_checklist(guide: Guide, answers: Mapping[str, str]) -> Checklist:
    """Return what this situation needs. Raises AnswersIncomplete and AnswerUnknown, the field being the question."""
    return checklist.draw_up_complete(guide, answers)
