"""What one page may cost the others."""

import json
import time
from contextlib import suppress
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from onetrip.domain.accounts.states import Role
from onetrip.faces.frame.sessions import STAFF, session_of
from onetrip.faces.live.limits import RATE_BURST, RATE_PER_S, RECHECK_S, Bucket
from tests.faces.live.conftest import OpenPage, Page, change
from tests.patience import PATIENCE_S
from tests.people import a_citizen, a_staff_member, open_door, signed_in


def closed_with(page: Page, *, within_s: float = PATIENCE_S) -> int:
    """The close code, after whatever else is said."""
    deadline = time.monotonic() + within_s
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            page.hear(within_s=max(0.01, deadline - time.monotonic()))
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "http://127.0.0.1.elsewhere.example", "null", "http://127.0.0.1:1"],
)
def test_other_sites_pages_are_refused(open_page: OpenPage, origin: str) -> None:
    with pytest.raises(InvalidStatus):
        open_page(a_citizen(), origin=origin)


def test_unknown_paths_are_refused(open_page: OpenPage) -> None:
    with pytest.raises(InvalidStatus):
        open_page(path="/live/anything")


def test_staff_need_their_second_factor(open_page: OpenPage) -> None:
    from django.test import Client

    officer = a_staff_member(Role("officer"))
    half = open_door(Client(), officer, second_factor=False)
    assert closed_with(open_page(path="/console/live", browser=half)) == 4401
    assert closed_with(open_page(path="/console/live")) == 4401
    assert closed_with(open_page(path="/console/live", browser=signed_in(a_citizen()))) == 4401
    page = open_page(officer)
    page.say(op="ping")
    assert page.hear() == {"op": "pong"}


def test_signing_out_elsewhere_ends_the_officers_socket(open_page: OpenPage) -> None:
    officer = a_staff_member(Role("officer"))
    browser = signed_in(officer)
    page = open_page(officer, browser=browser)
    page.say(op="ping")
    assert page.hear() == {"op": "pong"}
    session_of({STAFF.cookie: browser.cookies[STAFF.cookie].value}, STAFF).flush()
    assert closed_with(page, within_s=RECHECK_S + PATIENCE_S) == 4401


@pytest.mark.parametrize(
    "message",
    ["", "nonsense", "[]", "3", "{}", '{"op":"delete"}', '{"op":"subscribe"}', '{"op":"subscribe","topics":[]}',
     '{"op":"signal","topic":"x","body":3}', '{"op":' * 50, "[" * 60_000],
)  # fmt: skip
def test_nonsense_ends_the_socket_and_nothing_else(open_page: OpenPage, message: str) -> None:
    page = open_page()
    page.socket.send(message)
    assert closed_with(page) == 1008
    other = open_page()
    other.say(op="ping")
    assert other.hear() == {"op": "pong"}


def test_too_big(open_page: OpenPage) -> None:
    page = open_page()
    page.socket.send(json.dumps({"op": "ping", "filling": "x" * 70_000}))
    assert closed_with(page) == 1009


def test_too_many_topics(open_page: OpenPage) -> None:
    page = open_page()
    page.subscribe(*(f"hall:h{number}" for number in range(25)))
    assert closed_with(page) == 1008


def test_too_fast(open_page: OpenPage) -> None:
    page = open_page()
    with suppress(ConnectionClosed):  # it may be closed while this is still talking
        for _ in range(int(RATE_BURST) + 40):
            page.say(op="ping")
    assert closed_with(page) == 1008


def test_a_bucket_fills_up_again() -> None:
    bucket = Bucket(now=0.0)
    assert all(bucket.take(now=0.0) for _ in range(int(RATE_BURST)))
    assert not bucket.take(now=0.0)
    assert bucket.take(now=1.0 / RATE_PER_S + 0.001) and not bucket.take(now=1.0 / RATE_PER_S + 0.001)


def test_who_cannot_keep_up_is_dropped_and_the_others_are_not(open_page: OpenPage) -> None:
    topic = f"hall:{uuid4().hex[:12]}"
    slow = open_page(max_queue=1)
    slow.subscribe(topic)
    quick = open_page()
    quick.subscribe(topic)
    quick.hear_until("snapshot")
    for number in range(60):  # 12 MB, more than any network buffer holds
        change(topic, {"called": {"A1": {"desk": str(number) + "x" * 200_000}}})
        quick.hear_until("event", seq=number + 1)
    heard = 0
    with pytest.raises(ConnectionClosed):
        while True:
            slow.hear()
            heard += 1
    assert heard < 60
