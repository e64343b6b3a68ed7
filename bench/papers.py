"""`precheck_s`, `precheck_class`, `precheck_advice`: the pre-check on the drawn set, every kind, condition and font.

The limits of the judge were set on other seeds. The time of a photo is processor time of one thread.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.figures import AT_LEAST, AT_MOST, DOCUMENT, Figure
from bench.stage import Stage

SEED = 2026
_BEGIN, _END = "<!-- pre-check: written by `python -m bench precheck_class` -->", "<!-- end of pre-check -->"
_PHOTO_S, _CLASS, _ADVICE = 2.0, 0.95, 0.98


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """Judge the whole set (a font in four when quick) and write the figures of each condition and kind."""
    from onetrip.domain.papers.gateways import look_at
    from onetrip.domain.papers.rules import judge, needs_another
    from tests.drawn.samples import samples

    counts: dict[str, Counter[str]] = {}
    seconds, sent_back = [], 0
    look_at(next(samples(seed=SEED + 1)).jpeg)  # a worker loads its models once, not for every photo
    for sample in samples(seed=SEED, fonts=(0, 4) if stage.quick else tuple(range(8))):
        begin = time.process_time()
        found = judge(look_at(sample.jpeg), sample.expected)
        seconds.append(time.process_time() - begin)
        for group in ("all", sample.condition, sample.kind or "another paper"):
            count = counts.setdefault(group, Counter())
            count["all"] += 1
            count["kind"] += found.kind == sample.kind
            count["advice"] += found.advice == sample.advice
        sent_back += sample.condition == "clean" and needs_another(found.advice)
    total = counts["all"]
    slowest = max(seconds)
    if not stage.quick:
        _publish(counts, sent_back, seconds)
    stage.tell(f"{total['all']} photos, {sent_back} good ones sent back")
    figures = [
        Figure("precheck_s", slowest, "s", _PHOTO_S, "2 s a photo on one core, the slowest", (AT_MOST, 1.0)),
        Figure("precheck_class", _share(total, "kind"), "share", _CLASS, "right kind", (AT_LEAST, 1.0)),
        Figure("precheck_advice", _share(total, "advice"), "share", _ADVICE, "right advice", (AT_LEAST, 1.0)),
    ]
    return [figure for figure in figures if figure.name in wanted]


def _share(count: Counter[str], what: str) -> float:
    return count[what] / count["all"]


def _rows(counts: dict[str, Counter[str]]) -> Iterable[str]:
    yield "| photos | number | right kind | right advice |"
    yield "|---|---|---|---|"
    for group, count in counts.items():
        yield f"| {group} | {count['all']} | {_share(count, 'kind'):.3f} | {_share(count, 'advice'):.3f} |"


def _publish(counts: dict[str, Counter[str]], sent_back: int, seconds: list[float]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    good = counts["clean"]["all"]
    took = f"Half of the photos took at most {median(seconds):.2f} s of one core, the slowest {max(seconds):.2f} s."
    said = f"Good photos sent back: {sent_back} of {good}. {took}"
    table = "\n".join(_rows(counts))
    DOCUMENT.write_text(f"{before}{_BEGIN}\n{said}\n\n{table}\n{_END}{after}", encoding="utf-8")
