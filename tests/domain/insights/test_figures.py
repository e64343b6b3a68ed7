"""Every figure against a past of which the sums are known by hand."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onetrip.domain.insights import queries
from onetrip.domain.insights.errors import FigureUnknown
from tests.depth import examples
from tests.domain.booking.conftest import NOON

PERIOD = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=3)}


@pytest.fixture
def known(past):
    """Hall 1: 3 errands, 2 at once. Hall 2: 2 errands, 1 at once. Asked before: 2 of 2; not: 1 of 3."""
    past.visit("done", item="a", consulted=True, stars=5)
    past.visit("done", item="a", consulted=True, at=NOON + timedelta(days=1), stars=4)
    past.visit("material_missing", "done", item="b", stars=2)
    past.visit("done", item="b", hall="hall-2", waited_s=600)
    past.visit("material_missing", "guide_wrong", item="a", hall="hall-2", waited_s=1200)
    past.visit("done", at=NOON - timedelta(days=2))  # before the period
    past.visit("done", at=PERIOD["until"])  # the end is excluded
    return past


def rates(by, **more):
    return {row.key: (row.one_trip, row.finished) for row in queries.one_trip(by=by, **PERIOD, **more)}


def test_the_one_trip_rate(known):
    assert rates("none") == {"": (3, 5)}
    assert rates("venue") == {"hall-1": (2, 3), "hall-2": (1, 2)}
    assert rates("item") == {"a": (2, 3), "b": (1, 2)}
    assert rates("consulted") == {"yes": (2, 2), "no": (1, 3)}
    assert rates("day") == {"2026-11-24": (2, 4), "2026-11-25": (1, 1)}


def test_below_the_least_sample_no_rate_is_shown(past):
    for number in range(queries.MIN_SAMPLE):
        (row,) = queries.one_trip(**PERIOD)
        assert (row.rate, row.is_thin, row.finished) == (None, True, number)
        past.visit("done", at=NOON + timedelta(minutes=number))
    (row,) = queries.one_trip(**PERIOD)
    assert (row.rate, row.is_thin) == (1.0, False)


def test_by_channel_version_week_and_month(past):
    past.visit("done", came="phone", version="v1")
    past.visit("other", came="phone", version="v2")
    past.visit("done", came="walk_in", version="v2")
    assert rates("came") == {"phone": (1, 2), "walk_in": (1, 1)}
    assert rates("version") == {"v1": (1, 1), "v2": (1, 2)}
    assert rates("week") == {"2026-11-23": (2, 3)}
    assert rates("month") == {"2026-11-01": (2, 3)}


def test_who_came_with_papers_in_order(past):
    for outcome in ("done", "material_missing", "material_wrong", "guide_wrong"):
        past.visit(outcome)
    (row,) = queries.one_trip(**PERIOD)
    assert (row.in_order, row.finished) == (2, 4)


def test_trips_saved_compares_each_item_with_itself(past):
    """An item that is hard, and one that is easy; asking halves the returns of each. Mixed up it would look useless."""
    for item, asked, returned in (("hard", 30, 12), ("easy", 10, 1)):
        for number in range(asked):
            past.visit("other" if number < returned else "done", item=item, consulted=True)
    for item, alone, returned in (("hard", 10, 8), ("easy", 30, 6)):
        for number in range(alone):
            past.visit("other" if number < returned else "done", item=item)
    saved = queries.trips_saved(**PERIOD)
    assert saved.asked == 40
    assert saved.trips == pytest.approx(40 * 0.25)  # 0.8 - 0.4 and 0.2 - 0.1, weighted 7.5 : 7.5
    assert saved.low < saved.trips < saved.high
    assert queries.trips_saved(**PERIOD, venue_codes=["hall-2"]) is None


def test_guides_that_send_people_home(past):
    for _ in range(3):
        past.visit("material_missing", material="photo", version="v1")
    past.visit("material_wrong", material="form", version="v1")
    past.visit("guide_wrong", version="v2")
    past.visit("system_down", version="v2")
    past.visit(*["done"] * 1, version="v1")
    rows = [(row.version_id, row.reason, row.material, row.count, row.visits)
            for row in queries.guides_that_send_home(**PERIOD)]  # fmt: skip
    assert rows == [
        ("v1", "material_missing", "photo", 3, 5),
        ("v2", "guide_wrong", "", 1, 2),
        ("v1", "material_wrong", "form", 1, 5),
    ]


def test_the_reach_narrows_every_figure(known):
    assert rates("none", venue_codes=["hall-2"]) == {"": (1, 2)}
    assert rates("none", venue_codes=[]) == {"": (0, 0)}
    assert queries.trips_per_errand(**PERIOD, venue_codes=["hall-2"]).done == 1


def test_trips_per_errand(known):
    trips = queries.trips_per_errand(**PERIOD)
    assert (trips.done, trips.average) == (4, 1.25)  # 1 + 1 + 2 + 1


def test_why_returned(known):
    found = {row.key: (row.count, round(row.share, 3)) for row in queries.why_returned(**PERIOD)}
    assert found == {"material_missing": (2, 0.667), "guide_wrong": (1, 0.333)}


def test_waits(known):
    known.call(waited_s=10)
    known.call(waited_s=30)
    known.call(waited_s=80)
    halls = {row.key: (row.count, row.median_s) for row in queries.waits(of="hall", **PERIOD)}
    assert halls == {"hall-1": (4, 60), "hall-2": (3, 1200)}
    (line,) = queries.waits(of="line", **PERIOD)
    assert (line.key, line.count, line.median_s, line.most_s) == ("vehicle", 3, 30, 70)
    assert line.label != "vehicle"


def test_calls_per_post(past):
    past.call(talked_s=60)
    past.call(talked_s=180)
    past.call(state="interrupted", talked_s=10, hall="hall-2")
    found = [
        (row.venue_name, row.calls, row.concluded, row.interrupted, row.median_s)
        for row in queries.calls_per_post(**PERIOD)
    ]
    assert found == [("车管所", 2, 2, 0, 120), ("车管所", 1, 0, 1, 10)]


def test_satisfaction(known):
    known.call(stars=5)
    known.call(stars=2)
    known.call()
    consultation, visit = queries.satisfaction(**PERIOD)
    assert (consultation.ratings, consultation.average) == (2, 3.5)
    assert dict(visit.stars) == {5: 1, 4: 1, 3: 0, 2: 2, 1: 0}  # both visits of the case with two stars


def behind(figure, key="", **more):
    return queries.cases_behind(figure=figure, key=key, **PERIOD, **more).rows


def test_every_figure_opens_as_many_cases_as_it_counts(known):
    case = known.visit("done")
    known.call(case=case, stars=4)
    known.call(case=case, state="interrupted")  # the same errand, asked about twice: both calls open to it
    for by in queries.GROUPS:
        for row in queries.one_trip(by=by, **PERIOD):
            assert len(behind(f"finished.{by}", row.key)) == row.finished
            assert len(behind(f"one_trip.{by}", row.key)) == row.one_trip
            assert len(behind(f"unfit.{by}", row.key)) == row.finished - row.in_order
    for row in queries.guides_that_send_home(**PERIOD):
        assert len(behind("failed", row.key)) == row.count
    for row in queries.waits(of="hall", **PERIOD):
        assert len(behind("hall", row.key)) == row.count
    for row in queries.why_returned(**PERIOD):
        assert len(behind("returned", row.key)) == row.count
    for row in queries.calls_per_post(**PERIOD):
        assert len(behind("calls", row.key)) == row.calls
        assert len(behind("concluded", row.key)) == row.concluded
        assert len(behind("interrupted", row.key)) == row.interrupted
    for row in queries.satisfaction(**PERIOD):
        for stars, count in row.stars:
            assert len(behind(f"rated.{row.key}", str(stars))) == count
        assert len(behind(f"rated.{row.key}")) == row.ratings
    assert len(behind("done")) == queries.trips_per_errand(**PERIOD).done
    assert len(behind("line", "vehicle")) == 2


def test_the_list_keeps_to_the_reach(known):
    assert {row.venue_name for row in behind("finished.none", venue_codes=["hall-2"])} == {"车管所"}
    assert len(behind("finished.none", venue_codes=["hall-2"])) == 2
    assert behind("finished.none", venue_codes=[]) == ()


@pytest.mark.parametrize(
    ("figure", "key"),
    [
        ("", ""),
        ("finished", ""),
        ("finished.colour", ""),
        ("finished.day", "yesterday"),
        ("rated.visit", "6"),
        ("calls", "x"),
        ("failed", "v"),
        ("papers", "all"),
        ("rated.colour", "1"),
    ],
)
def test_unknown_figures_are_refused(db, figure, key):
    with pytest.raises(FigureUnknown):
        behind(figure, key)
    with pytest.raises(FigureUnknown):
        queries.one_trip(by="colour", **PERIOD)


def test_pages(past):
    for minute in range(31):
        past.visit("done", at=NOON + timedelta(minutes=minute))
    first = queries.cases_behind(figure="finished.none", **PERIOD)
    second = queries.cases_behind(figure="finished.none", page=2, **PERIOD)
    assert (len(first.rows), first.has_next, len(second.rows), second.has_next) == (30, True, 1, False)
    assert not {row.case_id for row in first.rows} & {row.case_id for row in second.rows}


@pytest.mark.parametrize("rows", [1, 30])
def test_the_cost_does_not_grow_with_the_rows(past, rows, django_assert_num_queries):
    for number in range(rows):
        past.visit("done", item=f"i{number}", at=NOON + timedelta(minutes=number))
    with django_assert_num_queries(2):  # the sums, the names of the items
        assert len(queries.one_trip(by="item", **PERIOD)) == rows
    with django_assert_num_queries(2):
        assert len(behind("finished.none")) == rows


errands = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["material_missing", "other"]), max_size=2),
        st.booleans(),
        st.sampled_from(["hall-1", "hall-2"]),
        st.sampled_from(["a", "b"]),
        st.booleans(),
    ),
    max_size=6,
)


@settings(
    max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(errands)
def test_the_parts_add_up_to_the_whole(past, drawn):
    from onetrip.domain.cases.models import Case, Visit

    Visit.objects.all().delete()
    Case.objects.all().delete()
    for returns, finished, hall, item, consulted in drawn:
        outcomes = [*returns, "done"] if finished or not returns else returns
        past.visit(*outcomes, hall=hall, item=item, consulted=consulted)
    (whole,) = queries.one_trip(**PERIOD)
    assert whole.finished == len(drawn)
    assert whole.one_trip == sum(1 for returns, *_rest in drawn if not returns)
    for by in ("item", "venue", "consulted", "came", "version", "day", "week", "month"):
        parts = queries.one_trip(by=by, **PERIOD)
        assert sum(part.one_trip for part in parts) == whole.one_trip
        assert sum(part.finished for part in parts) == whole.finished
        assert all(0 <= part.low <= part.one_trip / part.finished <= part.high <= 1 for part in parts)
