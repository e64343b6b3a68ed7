"""The labelled set: every kind of paper in every condition and font, the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from onetrip.domain.papers.views import Expected
from tests.drawn.camera import Shot, photograph
from tests.drawn.papers import EXPIRING, KINDS, NAMED, OTHER, TODAY, make, person

CONDITIONS = ("clean", "tilted", "upside_down", "blurred", "glare", "cut", "wrong", "expired", "other_name")
_SHOTS = {
    "tilted": Shot(tilted=True),
    "upside_down": Shot(turned=180),
    "blurred": Shot(blurred=True),
    "glare": Shot(glare=True),
    "cut": Shot(cut=True),
}
_ADVICE = {
    "tilted": "tilted", "upside_down": "turned", "blurred": "blurred", "glare": "glare", "cut": "cut",
    "wrong": "wrong_paper", "expired": "expired", "other_name": "name_differs",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A photograph and what is true of it. `kind` is None for a paper the pre-check does not know."""

    jpeg: bytes
    condition: str
    font: int
    kind: str | None
    expected: Expected
    advice: tuple[str, ...]


def samples(
    *,
    seed: int,
    fonts: tuple[int, ...] = tuple(range(8)),
    conditions: tuple[str, ...] = CONDITIONS,
    kinds: tuple[str, ...] = KINDS,
) -> Iterator[Sample]:
    """Draw the set, one after the other."""
    for kind in kinds:
        for condition in conditions:
            if (condition == "expired" and kind not in EXPIRING) or (
                condition == "other_name" and kind not in NAMED
            ):
                continue
            for font in fonts:
                yield _sample(kind, condition, font, random.Random(f"{seed}/{kind}/{condition}/{font}"))


def _sample(kind: str, condition: str, font: int, chance: random.Random) -> Sample:
    shown = kind
    if condition == "wrong":
        shown = chance.choice([other for other in (*KINDS, OTHER, OTHER, OTHER) if other != kind])
    paper = make(shown, chance, expired=condition == "expired")
    shot = _SHOTS.get(condition, Shot())
    if condition == "upside_down":
        shot = Shot(turned=chance.choice((90, 180, 180, 270)))
    jpeg = photograph(paper, font=font, shot=shot, chance=chance)
    name = paper.name if kind in NAMED and shown == kind else ""
    while condition == "other_name" and name == paper.name:
        name = person(chance)
    return Sample(
        jpeg=jpeg,
        condition=condition,
        font=font,
        kind=None if shown == OTHER else shown,
        expected=Expected(kinds=(kind,), name=name, day=TODAY),
        advice=(_ADVICE[condition],) if condition in _ADVICE else (),
    )
