"""What a document must look like: the fields, their kinds, and what may be left out.

A shape reports to a function `(place, code, message, params)`, so that it knows nothing of files and lines.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from onetrip.domain.catalog.errors import Place

Report = Callable[..., None]  # report(place, code, message, **params)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COMPETENCES = (
    "household",
    "id_card",
    "residence",
    "driving_licence",
    "vehicle",
    "exit_entry",
    "approval",
    "fire",
)
TERRITORIES = ("registration", "residence", "anywhere")
FORMS = ("original", "copy", "both", "form")
STATUSES = ("seen", "memory", "unknown")
UNITS = ("working", "calendar")


class Shape(Protocol):
    def check(self, value: Any, place: Place, report: Report) -> None: ...


@dataclass(frozen=True)
class Text:
    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, str) or not value.strip():
            report(place, "not_text", _("A text is expected here."))


@dataclass(frozen=True)
class Slug:
    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, str) or not SLUG.fullmatch(value):
            report(
                place, "not_a_key", _("“%(value)s” must be small letters, digits and dashes."), value=value
            )


@dataclass(frozen=True)
class RowId:
    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, str) or not re.fullmatch(r"[A-Z]\d+", value):
            report(place, "not_a_row", _("“%(value)s” must be a letter and a number, like I01."), value=value)


@dataclass(frozen=True)
class Flag:
    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, bool):
            report(place, "not_yes_no", _("Only true or false is allowed here."))


@dataclass(frozen=True)
class Whole:
    least: int = 0
    most: int = 100_000_000
    or_nothing: bool = False

    def check(self, value: Any, place: Place, report: Report) -> None:
        if value is None and self.or_nothing:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            message = _("A whole number from %(least)s to %(most)s is expected here.")
            report(place, "not_a_number", message, least=self.least, most=self.most)


@dataclass(frozen=True)
class OneOf:
    names: tuple[str, ...]

    def check(self, value: Any, place: Place, report: Report) -> None:
        if value not in self.names:
            message = _("“%(value)s” is unknown here; possible are: %(names)s.")
            report(place, "unknown_value", message, value=value, names=", ".join(self.names))


@dataclass(frozen=True)
class InWords:
    """{zh, en}: Chinese is a must, English may follow later."""

    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, dict):
            report(place, "not_words", _("Write the text as {zh: …, en: …}."))
            return
        zh = value.get("zh")
        if not isinstance(zh, str) or not zh.strip():
            report(place, "zh_missing", _("The Chinese text (zh) is missing."))
        if "en" in value:
            Text().check(value["en"], (*place, "en"), report)
        _report_unknown(value, {"zh", "en"}, place, report)


@dataclass(frozen=True)
class When:
    """{question: choice} or {question: [choices]}; whether the names exist is looked at later."""

    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, dict) or not value:
            report(
                place,
                "not_a_condition",
                _("Write a condition as {question: choice} or {question: [choices]}."),
            )
            return
        for question, choices in value.items():
            several = choices if isinstance(choices, list) else [choices]
            if not several or not all(isinstance(choice, str) for choice in several):
                message = _(
                    "The choices of “%(question)s” must be names; put quotes around yes, no and numbers."
                )
                report((*place, question), "not_a_choice", message, question=question)


@dataclass(frozen=True)
class ListOf:
    shape: Shape
    least: int = 1
    or_one: bool = False  # a single entry may stand without the dash

    def check(self, value: Any, place: Place, report: Report) -> None:
        if self.or_one and isinstance(value, dict):
            self.shape.check(value, place, report)
            return
        if not isinstance(value, list) or len(value) < self.least:
            report(
                place,
                "not_a_list",
                _("A list with at least %(least)s entries is expected here."),
                least=self.least,
            )
            return
        for number, entry in enumerate(value):
            self.shape.check(entry, (*place, number), report)


@dataclass(frozen=True)
class Named:
    """A mapping from keys of the editor's choice to entries of one shape."""

    shape: Shape

    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, dict) or not value:
            report(place, "not_a_mapping", _("Names with their entries are expected here."))
            return
        for key, entry in value.items():
            Slug().check(key, (*place, key), report)
            self.shape.check(entry, (*place, key), report)


@dataclass(frozen=True)
class Record:
    must: Mapping[str, Shape]
    may: Mapping[str, Shape]
    known: bool = False  # carries status and source: how well the fact is known
    words: bool = False  # carries zh and en beside its other fields

    def check(self, value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, dict):
            report(
                place,
                "not_a_record",
                _("Fields like “%(names)s” are expected here."),
                names=", ".join(self.must),
            )
            return
        fields = {**self.must, **self.may}
        for name, shape in fields.items():
            if name in value:
                shape.check(value[name], (*place, name), report)
            elif name in self.must:
                report(place, "field_missing", _("“%(name)s” is missing."), name=name)
        if self.known:
            _check_fact(value, place, report)
        if self.words:
            InWords().check({name: value[name] for name in ("zh", "en") if name in value}, place, report)
        allowed = {
            *fields,
            *(("status", "source") if self.known else ()),
            *(("zh", "en") if self.words else ()),
        }
        _report_unknown(value, allowed, place, report)


def _check_fact(value: Mapping[str, Any], place: Place, report: Report) -> None:
    figures = [value[name] for name in ("statutory", "promised") if isinstance(value.get(name), dict)]
    if "status" not in value and figures:
        return  # a limit whose figures each say how well they are known
    OneOf(STATUSES).check(value.get("status"), (*place, "status"), report)
    if value.get("status") == "seen" and not str(value.get("source") or "").strip():
        report(place, "source_missing", _("A fact marked “seen” must name its source."))


def _report_unknown(value: Mapping[str, Any], allowed: set[str], place: Place, report: Report) -> None:
    for name in value:
        if name not in allowed:
            message = _("There is no field “%(name)s” here; possible are: %(names)s.")
            report((*place, name), "unknown_field", message, name=name, names=", ".join(sorted(allowed)))


_WHEN = {"when": When()}
_FIGURE = Record({"days": Whole(0, 3650), "unit": OneOf(UNITS)}, {}, known=True)
_CHOICE = Record({"key": Slug()}, {}, words=True)
_QUESTION = Record({"key": Slug(), "text": InWords(), "choices": ListOf(_CHOICE, least=2)}, _WHEN)
_ROW = Record({"id": RowId()}, {**_WHEN, "situation": Text(), "law": Text(), "source": Text()})
_MATERIAL_RULE = Record(
    {"material": Text()},
    {**_WHEN, "form": OneOf(FORMS), "count": Whole(1, 99), "reason": InWords(), "needed": Flag()},
    known=True,
)

CATEGORIES = ListOf(
    Record({"code": Slug(), "name": InWords(), "icon": Slug(), "competence": OneOf(COMPETENCES)}, {})
)
MATERIALS = Named(
    Record(
        {"name": InWords(), "form": OneOf(FORMS), "where": InWords()},
        {"held_by_department": Flag(), "onsite": Flag()},
    )
)
SYNONYMS = Record(
    {
        "words": ListOf(Record({"say": ListOf(Text()), "means": Text()}, {}), least=0),
        "phrases": ListOf(Record({"say": ListOf(Text()), "items": ListOf(Text())}, {}), least=0),
    },
    {},
)
ITEM = Record(
    {
        "code": Slug(),
        "category": Text(),
        "name": InWords(),
        "summary": InWords(),
        "territory": ListOf(Record({"of": OneOf(TERRITORIES)}, _WHEN, known=True), or_one=True),
        "minutes": ListOf(Record({"estimate": Whole(1, 480)}, _WHEN), or_one=True),
        "fees": ListOf(
            Record(
                {"fen": Whole(or_nothing=True)},
                {**_WHEN, "text": InWords(), "pay": OneOf(("before", "window", "after"))},
                known=True,
            ),
            or_one=True,
        ),
        "limits": ListOf(
            Record({}, {**_WHEN, "statutory": _FIGURE, "promised": _FIGURE, "text": InWords()}, known=True),
            or_one=True,
        ),
        "proxy": ListOf(Record({"allowed": Flag(), "text": InWords()}, _WHEN, known=True), or_one=True),
        "online": ListOf(
            Record({"possible": Flag(), "whole": Flag()}, {**_WHEN, "how": InWords()}, known=True),
            or_one=True,
        ),
    },
    {
        "sample": Flag(),
        "no_materials": Flag(),
        "missing_advice": InWords(),
        "recording": Record({"allowed": Flag(), "why": InWords()}, {}, known=True),
        "rows": ListOf(_ROW, least=0),
        "questions": ListOf(_QUESTION, least=0),
        "materials": ListOf(_MATERIAL_RULE, least=0),
    },
)
