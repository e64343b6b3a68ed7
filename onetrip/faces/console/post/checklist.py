"""Which material is next, what the verdicts add up to, and the first draft of the conclusion. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

KINDS = ("ready", "ready_with", "impossible")
WANTING = ("fix", "missing")
QUICK_REASONS = (
    gettext_lazy("expired"),
    gettext_lazy("cannot be read"),
    gettext_lazy("not filled in completely"),
    gettext_lazy("only a copy, the original is needed"),
    gettext_lazy("the name differs"),
)
QUICK_ANSWERS = (
    gettext_lazy("Please hold the paper closer to the camera."),
    gettext_lazy("Please show the back side, too."),
    gettext_lazy("Please keep it still for a moment."),
    gettext_lazy("This paper is in order."),
)


@dataclass(frozen=True)
class Tally:
    """How far the check is: counts by verdict and how many materials have none yet."""

    settled: int
    wanting: int
    open: int
    total: int


def tally(materials: Sequence[Any]) -> Tally:
    """Count the verdicts."""
    without = sum(1 for material in materials if not material.verdict)
    wanting = sum(1 for material in materials if material.verdict in WANTING)
    return Tally(len(materials) - without - wanting, wanting, without, len(materials))


def current_material(materials: Sequence[Any], asked: str = "", drawn_with: str | None = None) -> str:
    """Return the key of the material the verdict keys act on: the one asked for, else the first without a verdict.

    `drawn_with`: the verdict it had in the page that asks again by itself. Another one was given since, so the
    checklist moves on: an answer that was under way must not hold the officer at a paper that is settled.
    """
    verdicts = {material.line.key: material.verdict or "" for material in materials}
    if asked in verdicts and drawn_with in (None, verdicts[asked]):
        return asked
    return next((material.line.key for material in materials if not material.verdict), "")


def suggested_kind(materials: Sequence[Any]) -> str:
    """Return the conclusion that the verdicts speak for; with open ones "" : the officer decides without a nudge."""
    counted = tally(materials)
    if counted.open:
        return ""
    return "ready_with" if counted.wanting else "ready"


def draft(kind: str, materials: Sequence[Any]) -> str:
    """Return a first text of the conclusion from the verdicts: what the citizen reads and brings along."""
    wanting = [material for material in materials if material.verdict in WANTING]
    bring = [material.line.name for material in materials if material.verdict == "ok"]
    bring_along = (
        _("Please bring: %(names)s.") % {"names": pgettext("list", ", ").join(bring)} if bring else ""
    )
    if kind == "ready":
        first = _("Your papers are complete. Book a time and come with the originals.")
        return "\n".join(part for part in (first, bring_along) if part)
    if kind == "ready_with":
        lines = [f"{number}. {_wanting_line(material)}" for number, material in enumerate(wanting, 1)]
        first = _("You can book as soon as you have the following:")
        return "\n".join([first, *lines, *([bring_along] if bring_along else [])])
    return _("This cannot be done at present, because: ")


def _wanting_line(material: Any) -> str:
    named = {"name": material.line.name, "where": material.line.where_to_get, "reason": material.reason}
    if material.verdict == "missing" and named["where"]:
        return _("%(name)s is missing (to be had from: %(where)s)") % named
    if material.verdict == "missing":
        return _("%(name)s is missing") % named
    if named["reason"]:
        return _("%(name)s must be corrected: %(reason)s") % named
    return _("%(name)s must be corrected") % named
