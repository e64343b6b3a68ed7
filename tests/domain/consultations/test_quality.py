"""What pages report of their calls: believed for nothing but sums, and kept in bounds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetrip.core import clock
from onetrip.core.errors import NotFound
from onetrip.domain.consultations import rules, services
from onetrip.domain.consultations.errors import BadFigures
from onetrip.domain.consultations.models import CallQuality, Consultation
from onetrip.domain.consultations.queries.wall import wall
from onetrip.domain.insights import queries as insights
from tests.faces.console.conftest import actor, shipped, town
from tests.people import a_citizen

__all__ = ["shipped", "town"]
SAID = {
    "session": "a1", "lasted_s": 60, "setup_ms": 800, "height": 720, "received": 900, "lost": 100, "freezes": 1,
    "frozen_ms": 600, "relayed": False,
}  # fmt: skip


def report(town, call, who="citizen", at=None, **changes):
    services.report_quality(
        consultation_id=call, user_id=getattr(town, who).pk, said={**SAID, **changes}, at=at or clock.now()
    )


@pytest.fixture
def call(town):
    return town.call()[1]


def sums(by="all"):
    now = clock.now()
    return insights.call_quality(since=now - timedelta(hours=1), until=now + timedelta(hours=1), by=by)


def test_each_page_is_one_row_with_its_latest_sums(town, call):
    report(town, call)
    report(town, call, lasted_s=90, received=1900, lost=100)
    report(town, call, session="b2", setup_ms=1200, lost=0, received=1000, relayed=True)
    report(town, call, "officer", setup_ms=None, height=0, lost=0, received=1000, relayed=None)
    assert CallQuality.objects.count() == 3
    (row,) = sums()
    assert row.calls == 1
    assert row.loss == pytest.approx(100 / 4000)
    assert row.frozen == pytest.approx(1.8 / 210)
    assert (row.setup_ms, row.height, row.relayed) == (1000, 720, 0.5)
    (day,), (post,) = sums("day"), sums("post")
    assert day.calls == post.calls == 1 and post.label


def test_only_the_parties_and_only_about_a_call_that_is_or_just_was(town, call):
    with pytest.raises(NotFound):
        report(town, call, "colleague")
    stranger = a_citizen(name="别人")
    with pytest.raises(NotFound):
        services.report_quality(consultation_id=call, user_id=stranger.pk, said=SAID, at=clock.now())
    services.conclude(
        consultation_id=call,
        officer_id=town.officer.pk,
        kind="ready",
        text="",
        by=actor(town.officer),
        at=clock.now(),
    )
    ended = Consultation.objects.get(public_id=call).ended_at
    report(town, call, at=ended + rules.LATE_REPORTS)
    with pytest.raises(BadFigures):
        report(town, call, at=ended + rules.LATE_REPORTS + timedelta(seconds=1))


def test_nobody_reports_of_a_call_that_was_not(town):
    _case, ringing = town.ring()
    with pytest.raises(BadFigures):
        report(town, ringing)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lost": -1}, {"lost": 10**11}, {"lost": 1.5}, {"lost": "1"}, {"lost": True}, {"lost": None},
        {"session": ""}, {"session": "x" * 17}, {"session": "<b>"}, {"relayed": "no"}, {"setup_ms": -1},
    ],
)  # fmt: skip
def test_what_no_page_of_ours_would_say_is_refused(wrong):
    assert rules.figures_in({**SAID, **wrong}) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_anything_may_come_and_nothing_breaks(said):
    assert rules.figures_in(said) is None


def test_pages_without_end_are_not_kept(town, call):
    for number in range(rules.MOST_PAGES):
        report(town, call, session=f"s{number}")
    with pytest.raises(BadFigures):
        report(town, call, session="more")
    report(town, call, session="s0")


def test_a_bad_post_is_an_alarm_on_the_wall(town, call):
    for number in range(5):
        report(town, call, session=f"s{number}", lost=0)
    assert not sums("post")[0].is_poor
    for number in range(5):
        report(town, call, session=f"s{number}", lost=100)
    assert sums("post")[0].is_poor
    (post,) = wall(venue_codes=["hall-1"], at=clock.now() + timedelta(seconds=1)).posts
    assert post.alarm == "poor_calls"


def test_reports_are_forgotten(town, call):
    report(town, call)
    at = CallQuality.objects.get().at
    assert services.forget_quality(at=at + rules.KEPT - timedelta(seconds=1)) == 0
    assert services.forget_quality(at=at + rules.KEPT) == 1


def test_every_call_that_was_reported_opens_to_its_case(town, call):
    report(town, call)
    report(town, call, "officer")
    now = clock.now()
    (post,) = sums("post")
    found = insights.cases_behind(
        figure="reported", key=post.key, since=now - timedelta(hours=1), until=now + timedelta(hours=1)
    )
    assert len(found.rows) == post.calls == 1


def test_the_door_is_small_and_counted(town, call):
    browser = town.browser("citizen")
    address = f"/calls/{call}/quality"

    def send(body):
        return browser.post(address, body, content_type="application/json", HTTP_ACCEPT="application/json")

    assert send(SAID).status_code == 204
    assert send({**SAID, "more": "x" * 1000}).status_code == 422
    assert send("no json").status_code == 422
    assert [send(SAID).status_code for _ in range(10)][-1] == 429
    officer = town.browser("officer").post(
        f"/console/post/quality/{call}/",
        SAID,
        content_type="application/json",
        HTTP_ACCEPT="application/json",
    )
    assert officer.status_code == 204
    assert town.browser("supervisor").get("/console/insights/calls/").status_code == 200
