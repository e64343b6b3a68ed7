"""What everybody may know: closed months, no person, and no cell that can be worked out."""

from datetime import timedelta

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from onetrip.core import clock
from onetrip.domain.insights import queries, rules
from onetrip.faces.hooks import published
from tests.domain.booking.conftest import NOON

NEXT_MONTH = NOON + timedelta(days=31)


def many(past, count, outcome="done", **more):
    for number in range(count):
        past.visit(outcome, at=NOON + timedelta(minutes=number), **more)


def counts(by, at=NEXT_MONTH):
    return {row.key: (row.errands, row.one_trip) for row in queries.open_figures(at=at).rows if row.by == by}


def test_only_closed_months(past):
    many(past, 21)
    assert counts("month", at=NOON) == {}
    assert counts("month") == {"2026-11-01": (21, 21)}
    figures = queries.open_figures(at=NEXT_MONTH)
    assert (figures.first.isoformat(), figures.last.isoformat()) == ("2025-12-01", "2026-11-30")


def test_small_cells_are_hidden_and_another_with_them(past):
    many(past, 3, item="rare")
    many(past, 25, item="second")
    many(past, 30, item="first")
    assert counts("item") == {"first": (30, 30), "second": (None, None), "rare": (None, None)}


cells = st.lists(st.integers(0, 60), max_size=8)


@given(cells)
def test_nobody_can_work_out_a_hidden_cell(drawn):
    hidden = rules.hidden(drawn)
    covered = [count for count, is_hidden in zip(drawn, hidden, strict=True) if is_hidden]
    for count, is_hidden in zip(drawn, hidden, strict=True):
        assert is_hidden or count == 0 or count >= rules.MIN_SAMPLE
    left = [count for count, is_hidden in zip(drawn, hidden, strict=True) if count and not is_hidden]
    if covered and left:  # somebody who knows the sum learns no single cell, and no small group
        assert len(covered) > 1 and sum(covered) >= rules.MIN_SAMPLE


def test_the_door_is_open_cacheable_and_says_how_to_read_it(past, monkeypatch):
    many(past, 21, hall="hall-1")
    monkeypatch.setattr(clock, "now", lambda: NEXT_MONTH)
    published._figures.cache_clear()
    stranger = Client()
    answer = stranger.get("/hooks/open-data/v1/one-trip.json")
    body = answer.json()
    assert body["version"] == 1 and body["period"]["last"] == "2026-11-30"
    assert {"by": "venue", "key": "hall-1", "label": "车管所", "errands": 21, "one_trip": 21} in body["rows"]
    assert answer["Cache-Control"].startswith("public") and "Set-Cookie" not in answer
    again = stranger.get("/hooks/open-data/v1/one-trip.json", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304
    lines = stranger.get("/hooks/open-data/v1/one-trip.csv").content.decode().splitlines()
    assert lines[0] == "by,key,label,errands,one_trip" and len(lines) == len(body["rows"]) + 1
    assert stranger.post("/hooks/open-data/v1/one-trip.json").status_code == 405
    published._figures.cache_clear()
