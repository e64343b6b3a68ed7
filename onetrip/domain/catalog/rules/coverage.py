"""What the rules of one guide say together, found by playing through every situation."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onetrip.domain.catalog.rules.plan import (
    MANY,
    SINGLE,
    Answers,
    Asked,
    Rule,
    asked,
    condition,
    place_of,
    rule_list,
    situations,
    to_rule,
)

Report = Callable[..., None]
MOST_SITUATIONS = 5000  # beyond that nobody can answer for the guide; split the item

_NAMES = {
    "fees": pgettext_lazy("what a guide says", "fee"),
    "limits": pgettext_lazy("what a guide says", "time limit"),
    "proxy": pgettext_lazy("what a guide says", "proxy rule"),
    "online": pgettext_lazy("what a guide says", "online rule"),
    "territory": pgettext_lazy("what a guide says", "territory"),
    "minutes": pgettext_lazy("what a guide says", "estimate of minutes"),
}


def find_gaps(item: Mapping[str, Any], report: Report) -> None:
    """Report what is missing, contradicts itself or is there for nothing. Names and shapes were checked before."""
    questions = tuple(asked(value) for value in item.get("questions", ()))
    rules = {kind: [to_rule(value) for value in rule_list(item, kind)] for kind in (MANY, *SINGLE)}
    played = list(islice(situations(questions), MOST_SITUATIONS + 1))
    if len(played) > MOST_SITUATIONS:
        message = _("More than %(most)s situations: split this item.")
        report(("questions",), "too_many_situations", message, most=MOST_SITUATIONS)
        return
    _report_unused_questions(item, questions, report)
    _report_unreachable(item, rules, questions, played, report)
    for kind in SINGLE:
        _report_single(item, kind, rules[kind], played, report)
    _report_materials(item, rules[MANY], played, report)


def _report_unused_questions(item: Mapping[str, Any], questions: tuple[Asked, ...], report: Report) -> None:
    read = {
        question
        for kind in (MANY, *SINGLE)
        for rule in rule_list(item, kind)
        for question in rule.get("when", {})
    }
    read |= {name for question in questions for name in question.when.reads}
    for number, question in enumerate(questions):
        if question.key not in read:
            message = _("No rule reads the question “%(key)s”: do not ask it.")
            report(("questions", number), "question_unread", message, key=question.key)


def _report_unreachable(
    item: Mapping[str, Any],
    rules: Mapping[str, list[Rule]],
    questions: tuple[Asked, ...],
    played: list[dict[str, str]],
    report: Report,
) -> None:
    for kind in (MANY, *SINGLE):
        for number, rule in enumerate(rules[kind]):
            if not any(rule.when.holds(answers) for answers in played):
                report(
                    place_of(item, kind, number),
                    "rule_unreachable",
                    _("No situation ever comes to this rule."),
                )
    for number, row in enumerate(item.get("rows", ())):
        if not any(condition(row.get("when")).holds(answers) for answers in played):
            report(("rows", number), "row_unreachable", _("No situation ever comes to this source row."))
    for number, question in enumerate(questions):
        if not any(question.key in answers for answers in played):
            report(("questions", number), "question_unreachable", _("This question is never asked."))


def _report_single(
    item: Mapping[str, Any], kind: str, rules: list[Rule], played: list[dict[str, str]], report: Report
) -> None:
    told: set[tuple[int, ...]] = set()
    for answers in played:
        holding = tuple(number for number, rule in enumerate(rules) if rule.when.holds(answers))
        if len(holding) == 1 or holding in told:
            continue
        told.add(holding)  # one line for each pair of rules, not one for each situation
        params = {"what": _NAMES[kind], "situation": situation_text(answers)}
        if not holding:
            message = _("There is no %(what)s for the situation %(situation)s.")
            report((kind,), "rule_missing", message, **params)
        else:
            message = _("There are two of %(what)s for the situation %(situation)s.")
            report(place_of(item, kind, holding[1]), "rules_contradict", message, **params)


def _report_materials(
    item: Mapping[str, Any], rules: list[Rule], played: list[dict[str, str]], report: Report
) -> None:
    told: set[object] = set()
    for answers in played:
        holding = [(number, rule) for number, rule in enumerate(rules) if rule.when.holds(answers)]
        _report_twice(item, holding, answers, told, report)
        needed = any(rule.parts.get("needed", True) for _number, rule in holding)
        if needed == bool(item.get("no_materials", False)) and needed not in told:
            told.add(needed)
            if needed:
                message = _("The item says no_materials, but the situation %(situation)s asks for some.")
                report(("no_materials",), "materials_despite", message, situation=situation_text(answers))
            else:
                message = _(
                    "No material in the situation %(situation)s; if that is right, say no_materials: true."
                )
                report((MANY,), "no_material", message, situation=situation_text(answers))


def _report_twice(
    item: Mapping[str, Any],
    holding: list[tuple[int, Rule]],
    answers: Answers,
    told: set[object],
    report: Report,
) -> None:
    first: dict[str, Rule] = {}
    for number, rule in holding:
        key = rule.parts["material"]
        other = first.setdefault(key, rule)
        if other is rule or number in told:
            continue
        told.add(number)
        params = {"key": key, "situation": situation_text(answers)}
        if _says(other) != _says(rule):
            message = _(
                "Two rules contradict each other about the material “%(key)s” in the situation %(situation)s."
            )
            report(place_of(item, MANY, number), "materials_contradict", message, **params)
        else:
            message = _("The material “%(key)s” is asked for twice in the situation %(situation)s.")
            report(place_of(item, MANY, number), "material_twice", message, **params)


def _says(rule: Rule) -> tuple[object, ...]:
    return rule.parts.get("needed", True), rule.parts.get("form"), rule.parts.get("count", 1)


def situation_text(answers: Answers) -> str:
    """Return a situation as the editor writes it."""
    return "{" + ", ".join(f"{question}: {choice}" for question, choice in answers.items()) + "}"
