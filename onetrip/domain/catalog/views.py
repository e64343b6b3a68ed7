"""What the outside sees of a guide: plain values, every text already in one language."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """How well something is known: `status` is seen (in the named source), memory or unknown."""

    status: str
    source: str = ""

    @property
    def verified(self) -> bool:
        return self.status == "seen"


@dataclass(frozen=True)
class CategoryCard:
    code: str
    name: str
    icon: str  # a name of the lucide set
    item_count: int
    competence: str


@dataclass(frozen=True)
class ItemCard:
    code: str
    name: str
    summary: str
    online: bool  # can at least be started online
    online_whole: bool  # in every situation it can be finished without coming
    competence: str
    category_code: str
    category_name: str
    sample: bool


@dataclass(frozen=True)
class Question:
    key: str
    text: str
    choices: tuple[tuple[str, str], ...]  # (key, text)


@dataclass(frozen=True)
class Online:
    possible: bool
    whole: bool
    how: str
    fact: Fact


@dataclass(frozen=True)
class RecordingRule:
    """Calls about the item may be recorded if everybody in them agrees, and why."""

    why: str
    fact: Fact


@dataclass(frozen=True)
class Guide:
    """One version of an item's guide (办事须知) in one language."""

    version_id: str
    version_no: int
    item_code: str
    name: str
    category_code: str
    category_name: str
    competence: str
    territory: str  # registration, residence or anywhere; where situations differ, that of the first
    summary: str
    questions: tuple[Question, ...]  # all that may be asked; which ones are, depends on the answers
    online: Online  # possible in some situation, whole only if so in every one
    sources: tuple[str, ...]
    sample: bool
    recording: RecordingRule | None  # None: calls about it are never recorded
    language: str
    plan: Any = field(repr=False, compare=False)  # a rules.plan.Plan, read by the catalogue's own rules only

    def question(self, key: str) -> Question | None:
        """Return the question of that key, or None."""
        return next((question for question in self.questions if question.key == key), None)


@dataclass(frozen=True)
class MaterialLine:
    key: str
    name: str
    form: str  # original, copy, both or form
    form_text: str
    count: int
    reason: str
    where_to_get: str
    held_by_department: bool
    onsite: bool  # not a paper: done on the spot (fingerprints, a look at the vehicle)
    fact: Fact


@dataclass(frozen=True)
class FeeLine:
    fen: int | None  # None: no figure can be given, `text` says why
    text: str
    fact: Fact
    pay: str = "window"  # or before: the place is confirmed by paying; or after the errand is done


@dataclass(frozen=True)
class LimitLine:
    """How long it takes. Units are working or calendar; 0 days is on the spot; None is not known."""

    statutory_days: int | None
    statutory_unit: str | None
    promised_days: int | None
    promised_unit: str | None
    text: str
    fact: Fact
    promised_fact: Fact


@dataclass(frozen=True)
class ProxyLine:
    allowed: bool
    text: str
    fact: Fact


@dataclass(frozen=True)
class Checklist:
    """What one situation needs. While `complete` is False, ask `next_question`; the lines are then still empty."""

    complete: bool
    answers: dict[str, str]  # only those that count, in the order asked
    next_question: Question | None
    questions: tuple[Question, ...]  # the ones asked so far, with the next one last
    materials: tuple[MaterialLine, ...]
    fee: FeeLine
    limit: LimitLine
    proxy: ProxyLine
    territory: str
    territory_fact: Fact
    competence: str
    online: Online
    finish_online: bool
    minutes: int  # at the window, an estimate
    missing_advice: str


@dataclass(frozen=True)
class VersionCard:
    """One version of a guide as the editor's list shows it."""

    version_id: str
    number: int
    published: bool
    current: bool
    sha256: str


@dataclass(frozen=True)
class RuleLine:
    """A rule of a guide that asks for a material: `when` it speaks (empty: always), and why."""

    when: str
    reason: str
    fact: Fact


@dataclass(frozen=True)
class VersionRules:
    """What one version of a guide says of one material; no rules: it never asks for it."""

    item_code: str
    version_no: int
    item_name: str
    material_name: str
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, by item code."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    withdrawn: tuple[str, ...]
    versions: dict[str, str]  # item code -> public id of the version this import wrote or found


@dataclass(frozen=True)
class Difference:
    """One change between two documents: `where` is readable, like fees[vehicle=car].fen; None stands for absent."""

    where: str
    before: str | None
    after: str | None
