"""A guide as rules: the language-neutral form that the engine and the checks share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onetrip.domain.catalog.errors import Place
from onetrip.domain.catalog.views import Fact

Answers = Mapping[str, str]
Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """A text in Chinese, and in English where somebody wrote it."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text; Chinese stands in where a translation is missing."""
        return self.en if language.startswith("en") and self.en else self.zh


@dataclass(frozen=True)
class Condition:
    """Holds when every question named was answered with one of the choices named. An empty one always holds."""

    needs: tuple[tuple[str, frozenset[str]], ...] = ()

    def holds(self, answers: Answers) -> bool:
        return all(answers.get(question) in choices for question, choices in self.needs)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(question for question, _choices in self.needs)


@dataclass(frozen=True)
class Asked:
    """A question about the situation, asked only `when` the answers before it say so."""

    key: str
    words: Words
    choices: tuple[tuple[str, Words], ...]
    when: Condition


@dataclass(frozen=True)
class Rule:
    """One line of the guide: it speaks for the situations in which `when` holds. `parts` is what it says."""

    when: Condition
    parts: Parts
    fact: Fact

    def words(self, name: str) -> Words:
        return words(self.parts.get(name))


# One of each of these must speak for every situation; materials may be many.
SINGLE = ("fees", "limits", "proxy", "online", "territory", "minutes")
MANY = "materials"


@dataclass(frozen=True)
class Plan:
    """Everything a published version says."""

    code: str
    name: Words
    summary: Words
    sample: bool
    no_materials: bool
    missing_advice: Words
    recording: Rule | None  # why a call about it may be recorded; None: it may not
    category_code: str
    category_name: Words
    competence: str
    questions: tuple[Asked, ...]
    rules: Mapping[str, tuple[Rule, ...]]
    vocabulary: Mapping[str, Parts]
    sources: tuple[str, ...]

    def speaking(self, kind: str, answers: Answers) -> Iterator[Rule]:
        """Yield the rules of a kind that hold for the answers, in the editor's order."""
        return (rule for rule in self.rules[kind] if rule.when.holds(answers))


def words(value: Any) -> Words:
    """Read {zh, en}; nothing at all gives empty words."""
    value = value or {}
    return Words(zh=value.get("zh", ""), en=value.get("en", ""))


def condition(value: Parts | None) -> Condition:
    """Read {question: choice} or {question: [choices]}."""
    pairs = (value or {}).items()
    return Condition(tuple((key, frozenset([c] if isinstance(c, str) else c)) for key, c in pairs))


def plan(content: Parts) -> Plan:
    """Read the content of a version: {item, category, materials}."""
    item, category = content["item"], content["category"]
    return Plan(
        code=item["code"],
        name=words(item["name"]),
        summary=words(item["summary"]),
        sample=bool(item.get("sample", False)),
        no_materials=bool(item.get("no_materials", False)),
        missing_advice=words(item.get("missing_advice")),
        recording=recording_rule(item),
        category_code=category["code"],
        category_name=words(category["name"]),
        competence=category["competence"],
        questions=tuple(asked(value) for value in item.get("questions", ())),
        rules={kind: tuple(to_rule(value) for value in rule_list(item, kind)) for kind in (MANY, *SINGLE)},
        vocabulary=content["materials"],
        sources=_sources(item),
    )


def recording_rule(item: Parts) -> Rule | None:
    """Return the rule that allows recordings of calls about the item, None where there is none: that is the default."""
    value = item.get("recording")
    return to_rule(value) if value and value["allowed"] else None


def rule_list(item: Parts, kind: str) -> list[Parts]:
    """Return the rules of a kind; a single rule may be written without a list."""
    value = item.get(kind) or []
    return value if isinstance(value, list) else [value]


def place_of(item: Parts, kind: str, number: int) -> Place:
    """Return where a rule stands in its document: a single one may be written without a list."""
    return (kind, number) if isinstance(item.get(kind), list) else (kind,)


def situations(questions: tuple[Asked, ...], answers: Answers | None = None) -> Iterator[dict[str, str]]:
    """Yield every consistent combination of answers, each in the order in which its questions are asked."""
    so_far = dict(answers or {})
    for number, question in enumerate(questions):
        if question.when.holds(so_far):
            for choice, _words in question.choices:
                yield from situations(questions[number + 1 :], {**so_far, question.key: choice})
            return
    yield so_far


def asked(value: Parts) -> Asked:
    """Read one question."""
    choices = tuple((choice["key"], words(choice)) for choice in value["choices"])
    return Asked(value["key"], words(value["text"]), choices, condition(value.get("when")))


def fact(value: Parts | None) -> Fact:
    """Read how well something is known. What says nothing about itself is unknown."""
    value = value or {}
    return Fact(status=value.get("status", "unknown"), source=value.get("source", ""))


def to_rule(value: Parts) -> Rule:
    """Read one rule of any kind."""
    return Rule(when=condition(value.get("when")), parts=value, fact=fact(value))


def _sources(item: Parts) -> tuple[str, ...]:
    found = [row.get(name, "") for row in item.get("rows", ()) for name in ("law", "source")]
    found.append((item.get("recording") or {}).get("source", ""))
    found += [rule.get("source", "") for kind in (MANY, *SINGLE) for rule in rule_list(item, kind)]
    return tuple(dict.fromkeys(source for source in found if source))
