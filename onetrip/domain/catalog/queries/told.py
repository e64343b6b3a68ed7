"""What people were told: versions of guides by name, and the rules in them that asked for a material."""

import json
from collections.abc import Iterable

from django.utils.translation import get_language

from onetrip.domain.catalog.models import GuideVersion, ServiceItem
from onetrip.domain.catalog.rules.plan import MANY, Plan, Rule, plan, words
from onetrip.domain.catalog.views import RuleLine, VersionRules


def names_of_versions(version_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return (name of the item, number of the version) by the version's id; unknown ids are left out. One query."""
    rows = GuideVersion.objects.filter(public_id__in=set(version_ids))
    language = get_language() or ""
    found = rows.values_list("public_id", "number", "item__card")
    return {key: (words(card["name"]).in_language(language), number) for key, number, card in found}


def versions_in_force() -> list[str]:
    """Return the ids of all versions that are in force now. One query."""
    rows = ServiceItem.objects.filter(current__isnull=False)
    return list(rows.order_by("pk").values_list("current__public_id", flat=True))


def rules_behind(asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], VersionRules]:
    """Return, for (version, material) pairs, what that version says of the material. One query.

    An empty material gives the version without rules; unknown versions are left out.
    """
    wanted = set(asked)
    rows = GuideVersion.objects.filter(public_id__in={version for version, _material in wanted})
    found = {key: (number, plan(json.loads(content))) for key, number, content in
             rows.values_list("public_id", "number", "content")}  # fmt: skip
    return {
        (version, material): _said(*found[version], material)
        for version, material in wanted
        if version in found
    }


def _said(number: int, read: Plan, material: str) -> VersionRules:
    language = get_language() or ""
    named = words(read.vocabulary.get(material, {}).get("name")).in_language(language)
    rules = tuple(
        RuleLine(_situation(read, rule, language), rule.words("reason").in_language(language), rule.fact)
        for rule in read.rules[MANY]
        if rule.parts["material"] == material and rule.parts.get("needed", True)
    )
    return VersionRules(read.code, number, read.name.in_language(language), named or material, rules)


def _situation(read: Plan, rule: Rule, language: str) -> str:
    """Write a condition as people read it: question and the answers for which it holds."""
    asked = {question.key: question for question in read.questions}
    parts = []
    for key, choices in rule.when.needs:
        texts = [text.in_language(language) for choice, text in asked[key].choices if choice in choices]
        parts.append(f"{asked[key].words.in_language(language)} {' / '.join(texts)}")
    return "; ".join(parts)
