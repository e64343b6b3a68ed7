"""Intervals and means, against known values and as properties."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetrip.domain.insights import rules

counts = st.integers(0, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [  # 81 of 263 as in R. G. Newcombe, Statistics in Medicine 17 (1998), table I
        (8, 10, 0.4901625, 0.9433178),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (81, 263, 0.2552900, 0.3662082),
    ],
)
def test_the_interval_is_wilsons(hits, total, low, high):
    assert rules.wilson(hits, total) == pytest.approx((low, high), abs=1e-4)


def test_nothing_counted_means_anything_is_possible():
    assert rules.wilson(0, 0) == (0.0, 1.0)
    assert rules.rate_of(0, 0) is None
    assert rules.average_stars({}) is None


@pytest.mark.parametrize(("hits", "total"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(hits, total):
    with pytest.raises(ValueError, match=f"{hits} of {total}"):
        rules.wilson(hits, total)


@given(counts)
def test_the_rate_lies_in_its_interval(pair):
    low, high = rules.wilson(*pair)
    rate = rules.rate_of(*pair, least=1)
    assert 0 <= low <= high <= 1
    if rate is not None:
        assert low <= rate <= high


@given(counts)
def test_more_of_the_same_makes_the_interval_narrower(pair):
    hits, total = pair
    low, high = rules.wilson(hits, total)
    wide = high - low
    low, high = rules.wilson(hits * 2, total * 2)
    assert high - low <= wide


def test_a_rate_needs_a_sample():
    assert rules.rate_of(19, 19) is None
    assert rules.rate_of(10, 20) == 0.5


def test_trips_saved_of_one_item_is_the_plain_difference():
    """40 of 100 sent back without asking, 20 of 100 after it: 20 trips. Against the usual standard error."""
    asked, saved, low, high = rules.trips_saved([rules.Stratum(100, 20, 100, 40)])
    assert (asked, saved) == (100, pytest.approx(20))
    error = 1.96 * 100 * sqrt(0.2 * 0.8 / 100 + 0.4 * 0.6 / 100)
    assert (low, high) == (pytest.approx(20 - error, abs=0.5), pytest.approx(20 + error, abs=0.5))


def test_an_item_nobody_did_without_asking_says_nothing():
    assert rules.trips_saved([rules.Stratum(100, 20, 0, 0)]) is None


def test_the_mean_of_stars():
    assert rules.average_stars({5: 3, 1: 1}) == 4.0
