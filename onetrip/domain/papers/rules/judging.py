"""From a look to advice. The limits were set on drawn pictures of one random seed and are reported on another."""

from collections.abc import Iterable, Iterator

from onetrip.core.identity import id_number_fits
from onetrip.domain.papers.rules import reading
from onetrip.domain.papers.rules.kinds import kind_of
from onetrip.domain.papers.states import HINTS, Advice, PaperKind
from onetrip.domain.papers.views import Expected, Judgement, Look

SOFTNESS = 0.078
GLARE = 0.004
CUT = 0.08
TILT = 7.0
_FEWEST_LINES = 2
_LASTS = (PaperKind.ID_BACK, PaperKind.DRIVING, PaperKind.VEHICLE)
_NUMBERED = (PaperKind.ID_FRONT, PaperKind.HOUSEHOLD, PaperKind.DRIVING)
_NAMED = {PaperKind.ID_FRONT: "姓名", PaperKind.DRIVING: "姓名", PaperKind.HOUSEHOLD: "姓名"}


def judge(look: Look, expected: Expected) -> Judgement:
    """Return what the picture seems to show and what to advise. A picture that cannot be read is not argued about."""
    if len(look.lines) < _FEWEST_LINES:
        is_soft = SOFTNESS < look.softness < 1
        return Judgement(kind=None, advice=(str(Advice.BLURRED if is_soft else Advice.NO_TEXT),))
    rows = reading.rows_of(look.lines)
    kind = kind_of(rows)
    taken = tuple(_how_it_was_taken(look))
    unread = Advice.BLURRED in taken or Advice.CUT in taken or Advice.GLARE in taken
    written = tuple(_what_it_says(look, rows, kind, expected, unread=unread))
    return Judgement(kind=kind, advice=tuple(str(code) for code in taken + written))


def _how_it_was_taken(look: Look) -> Iterator[Advice]:
    if look.softness > SOFTNESS:
        yield Advice.BLURRED
    if look.glare > GLARE:
        yield Advice.GLARE
    if look.cut > CUT:
        yield Advice.CUT
    if look.turned and look.softness <= SOFTNESS:  # letters that cannot be read look alike either way round
        yield Advice.TURNED
    if abs(look.tilt) > TILT:
        yield Advice.TILTED


def _what_it_says(
    look: Look, rows: list[str], kind: str | None, expected: Expected, *, unread: bool
) -> Iterator[Advice]:
    """`unread`: what was not found may just be what the picture does not show."""
    if expected.kinds and kind not in expected.kinds and not (unread and kind is None):
        yield Advice.WRONG_PAPER
        return
    if kind in _LASTS:
        last = reading.valid_until(rows)
        if last is not None and last < expected.day:
            yield Advice.EXPIRED
    if unread:
        return
    if kind in _NUMBERED:
        numbers = reading.id_numbers(look.lines)
        if numbers and not any(id_number_fits(number) for number in numbers):
            yield Advice.NUMBER_WRONG
    if expected.name and kind in _NAMED:
        name = reading.name_after(_NAMED[PaperKind(kind)], rows)
        if name is not None and name != expected.name:
            yield Advice.NAME_DIFFERS


def needs_another(advice: Iterable[str]) -> bool:
    """Say whether the advice asks for another picture or paper; a hint alone does not."""
    return any(code not in HINTS for code in advice)
