"""Finding an editor's mistakes, each with its file and line, before anything is imported.

First the shape of every document, then the names they use, then what the rules say together: every situation a
citizen can be in is played through, which proves that each gets one fee, one limit, one proxy rule, at least one
material, and that no rule and no question is there for nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from onetrip.domain.catalog.errors import Place, Problem
from onetrip.domain.catalog.rules import shapes
from onetrip.domain.catalog.rules.coverage import find_gaps
from onetrip.domain.catalog.rules.documents import Document, Documents, read_folder
from onetrip.domain.catalog.rules.plan import MANY, SINGLE, place_of, rule_list


class Reporter:
    """Collects the problems of one document; counts them, so that a caller knows whether to go on."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document = document
        self.problems = problems
        self.count = 0

    def __call__(self, place: Place, code: str, message: Any, /, **params: Any) -> None:
        self.count += 1
        line = self.document.line(place)
        self.problems.append(Problem(self.document.file, line, code, message, params))


def read_and_check(folder: Path) -> tuple[Documents, tuple[Problem, ...]]:
    """Read a catalogue folder and return it with every mistake, in the order of files and lines."""
    read, problems = read_folder(folder)
    _find_problems(read, problems)
    return read, tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code)))


def _find_problems(read: Documents, problems: list[Problem]) -> None:
    """Add what is wrong to `problems`. Documents with a wrong shape are not looked at any deeper."""
    sound = [
        _check_shape(document, shape, problems)
        for document, shape in (
            (read.categories, shapes.CATEGORIES),
            (read.materials, shapes.MATERIALS),
            (read.synonyms, shapes.SYNONYMS),
        )
    ]
    if not read.items:
        Reporter(read.categories, problems)((), "no_items", _("The folder “items” holds no documents."))
    items = [document for document in read.items if _check_shape(document, shapes.ITEM, problems)]
    if not all(sound):
        return
    categories = _check_categories(read.categories, problems)
    for document in items:
        report = Reporter(document, problems)
        if _check_names(document.content, report, categories, read.materials.content):
            find_gaps(document.content, report)
    _check_twice(items, problems)
    if len(items) == len(read.items):
        _check_vocabulary(read, problems)


def _check_shape(document: Document, shape: shapes.Shape, problems: list[Problem]) -> bool:
    if document.content is None and any(problem.file == document.file for problem in problems):
        return False
    report = Reporter(document, problems)
    shape.check(document.content, (), report)
    return report.count == 0


def _check_categories(document: Document, problems: list[Problem]) -> set[str]:
    report, seen = Reporter(document, problems), set[str]()
    for number, category in enumerate(document.content):
        if category["code"] in seen:
            message = _("The category “%(code)s” is given twice.")
            report((number, "code"), "category_twice", message, code=category["code"])
        seen.add(category["code"])
    return seen


def _check_names(
    item: Mapping[str, Any], report: Reporter, categories: set[str], materials: Mapping[str, Any]
) -> bool:
    if report.document.file.rsplit("/", 1)[-1] != f"{item['code']}.yaml":
        report(
            ("code",),
            "file_name",
            _("The document of “%(code)s” must be called %(code)s.yaml."),
            code=item["code"],
        )
    if item["category"] not in categories:
        report(
            ("category",), "unknown_category", _("There is no category “%(name)s”."), name=item["category"]
        )
    choices = _check_questions(item, report)
    for number, rule in enumerate(rule_list(item, MANY)):
        if rule["material"] not in materials:
            message = _("There is no material “%(name)s” in materials.yaml.")
            report((MANY, number, "material"), "unknown_material", message, name=rule["material"])
    for kind in (MANY, *SINGLE, "rows"):
        for number, rule in enumerate(rule_list(item, kind)):
            _check_condition(rule, place_of(item, kind, number), report, choices)
    _check_figures(item, report)
    return report.count == 0


def _check_questions(item: Mapping[str, Any], report: Reporter) -> dict[str, set[str]]:
    choices: dict[str, set[str]] = {}
    for number, question in enumerate(item.get("questions", ())):
        place: Place = ("questions", number)
        # Only earlier questions are known here: one that waits for a later answer would never be asked.
        _check_condition(question, place, report, choices)
        if question["key"] in choices:
            report(
                (*place, "key"),
                "question_twice",
                _("The question “%(key)s” is given twice."),
                key=question["key"],
            )
        keys = [choice["key"] for choice in question["choices"]]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                report(
                    (*place, "choices", at),
                    "choice_twice",
                    _("The choice “%(key)s” is given twice."),
                    key=key,
                )
        choices[question["key"]] = set(keys)
    return choices


def _check_condition(
    rule: Mapping[str, Any], place: Place, report: Reporter, choices: Mapping[str, set[str]]
) -> None:
    for question, wanted in rule.get("when", {}).items():
        at = (*place, "when", question)
        if question not in choices:
            report(at, "unknown_question", _("There is no question “%(name)s” before this."), name=question)
            continue
        for choice in [wanted] if isinstance(wanted, str) else wanted:
            if choice not in choices[question]:
                message = _("The question “%(question)s” has no choice “%(choice)s”.")
                report(at, "unknown_choice", message, question=question, choice=choice)


def _check_figures(item: Mapping[str, Any], report: Reporter) -> None:
    for number, fee in enumerate(rule_list(item, "fees")):
        if fee["fen"] is None and "text" not in fee:
            message = _("A fee without an amount needs a text that says why.")
            report(place_of(item, "fees", number), "fee_unexplained", message)
    for number, limit in enumerate(rule_list(item, "limits")):
        if not {"statutory", "promised", "text"} & limit.keys():
            message = _("A limit needs a statutory or a promised figure, or a text.")
            report(place_of(item, "limits", number), "limit_empty", message)


def _check_twice(items: list[Document], problems: list[Problem]) -> None:
    codes: dict[str, str] = {}
    rows: dict[str, str] = {}
    for document in items:
        report, code = Reporter(document, problems), document.content["code"]
        if code in codes:
            message = _("The item “%(code)s” is already in %(file)s.")
            report(("code",), "item_twice", message, code=code, file=codes[code])
        codes.setdefault(code, document.file)
        for number, row in enumerate(document.content.get("rows", ())):
            if row["id"] in rows:
                message = _("The source row %(id)s is already used in %(file)s.")
                report(("rows", number), "row_twice", message, id=row["id"], file=rows[row["id"]])
            rows.setdefault(row["id"], document.file)


def _check_vocabulary(read: Documents, problems: list[Problem]) -> None:
    used = {rule["material"] for document in read.items for rule in rule_list(document.content, MANY)}
    report = Reporter(read.materials, problems)
    for key in read.materials.content:
        if key not in used:
            report((key,), "material_unused", _("No item asks for the material “%(key)s”."), key=key)
    report = Reporter(read.synonyms, problems)
    codes = {document.content["code"] for document in read.items}
    names = [f"{d.content['name']['zh']} {d.content['name'].get('en', '')}".lower() for d in read.items]
    for number, entry in enumerate(read.synonyms.content["words"]):
        if not any(entry["means"].lower() in name for name in names):
            message = _("No item's name contains “%(word)s”.")
            report(("words", number, "means"), "synonym_unused", message, word=entry["means"])
    for number, entry in enumerate(read.synonyms.content["phrases"]):
        for at, code in enumerate(entry["items"]):
            if code not in codes:
                message = _("There is no item “%(code)s”.")
                report(("phrases", number, "items", at), "unknown_item", message, code=code)
