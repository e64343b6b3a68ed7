"""The pre-check on drawn papers: every kind photographed well, a third of them in each other way, a font for each way.

`python -m bench precheck_class` measures the whole set.
"""

import pytest

from onetrip.domain.papers import rules
from onetrip.domain.papers.gateways import look_at
from tests.drawn.papers import KINDS
from tests.drawn.samples import CONDITIONS, samples

pytest.importorskip("rapidocr", reason="the optional extra: make precheck")
pytestmark = pytest.mark.timeout(300)
SEED = 20260601


@pytest.fixture(scope="module")
def judged():
    return [
        (sample, rules.judge(look_at(sample.jpeg), sample.expected))
        for number, condition in enumerate(CONDITIONS)
        for sample in samples(
            seed=SEED,
            fonts=(number % 8,),
            conditions=(condition,),
            kinds=KINDS if condition == "clean" else KINDS[number % 3 :: 3],
        )
    ]


def test_kinds_are_recognised(judged):
    right = [sample.kind == found.kind for sample, found in judged]
    assert sum(right) / len(right) >= 0.95


def test_advice_is_right(judged):
    wrong = [
        (sample.condition, sample.kind, found.advice)
        for sample, found in judged
        if sample.advice != found.advice
    ]
    assert len(wrong) <= 0.05 * len(judged), wrong


def test_no_good_picture_is_sent_back(judged):
    clean = [found for sample, found in judged if sample.condition == "clean"]
    assert len(clean) == 8
    assert not any(rules.needs_another(found.advice) for found in clean)
