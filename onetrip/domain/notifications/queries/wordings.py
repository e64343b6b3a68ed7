"""What messages say now, and what they said before."""

from collections.abc import Mapping, Sequence

from onetrip.core.errors import NotFound
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.errors import TemplateUnknown
from onetrip.domain.notifications.models import Wording
from onetrip.domain.notifications.views import TemplateCard, Version


def wordings_now(*, templates: Sequence[str] | None = None) -> dict[str, Wording]:
    """Return the version that counts of each kind of message that has one; one query."""
    rows = Wording.objects.order_by("template", "-number").distinct("template")
    if templates is not None:
        rows = rows.filter(template__in=templates)
    return {row.template: row for row in rows}


def words_now(templates: Sequence[str]) -> dict[str, rules.Words]:
    """Return what these messages say now: the version that counts, or what was shipped. One query."""
    if not templates:
        return {}
    written = wordings_now(templates=templates)
    return {key: _words(written[key]) if key in written else rules.find(key).words for key in templates}


def _words(row: Wording) -> rules.Words:
    return rules.Words(titles=row.titles, texts=row.texts, form=row.form, fields=row.fields)


def _version(template: str, words: rules.Words, row: Wording | None) -> Version:
    return Version(
        template=template,
        number=row.number if row else 0,
        titles=words.titles,
        texts=words.texts,
        form=words.form,
        fields=words.fields,
        by=row.made_by if row else "",
        at=row.made_at if row else None,
    )


def _card(kind: rules.Declared, row: Wording | None) -> TemplateCard:
    words = _words(row) if row else kind.words
    return TemplateCard(
        key=kind.key,
        variables=kind.variables,
        required=kind.required,
        is_urgent=kind.urgent,
        is_secret=kind.secret,
        now=_version(kind.key, words, row),
    )


def template_cards() -> list[TemplateCard]:
    """Return every kind of message with what it says now, by key. One query."""
    now = wordings_now()
    return [_card(kind, now.get(kind.key)) for kind in rules.all_declared()]


def template_card(key: str) -> TemplateCard:
    """Return one kind of message. Raises NotFound."""
    try:
        return _card(rules.find(key), wordings_now(templates=[key]).get(key))
    except TemplateUnknown as unknown:
        raise NotFound() from unknown


def versions_of(key: str, *, limit: int = 30) -> list[Version]:
    """Return the versions of a wording, the newest first."""
    rows = Wording.objects.filter(template=key).order_by("-number")[:limit]
    return [_version(key, _words(row), row) for row in rows]


def preview(
    *, template: str, titles: Mapping[str, str], texts: Mapping[str, str], fields: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return title and text in each language as a person would read them, with the sample's values.

    Raises VariableMissing, VariableUnknown, WordingBroken, TemplateUnknown.
    """
    kind = rules.find(template)
    words = rules.Words(titles=titles, texts=texts, fields=fields)
    rules.check_wording(words, variables=kind.variables, required=kind.required)
    values = {**kind.variables, rules.LINK: "https://…/m/Ab3dE5"}
    return {
        language: (rules.spell(titles[language], values), rules.spell(texts[language], values))
        for language in rules.LANGUAGES
    }
