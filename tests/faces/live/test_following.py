"""A page that follows a document shows what the database holds, whatever is lost on the way."""

import threading
import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from onetrip.core import live
from onetrip.faces.live.limits import EVENTS_AT_ONCE
from tests.conftest import ENGINES
from tests.faces.live.conftest import OpenPage, Page, change
from tests.servers import LiveServers


@pytest.fixture
def topic(empty_live_servers: LiveServers) -> str:
    """A document that everybody may follow and nothing else changes."""
    return f"hall:{uuid4().hex[:12]}"


def followed(page: Page, topic: str) -> Page:
    page.subscribe(topic)
    page.hear_until("snapshot", topic=topic)
    return page


def as_the_table_has_it(page: Page, topic: str) -> dict[str, Any]:
    """The page's last snapshot with every change since. On a busy machine a server falls more behind than it may tell
    one by one, and sends another snapshot; this test's hall is empty in the table, so its snapshots are, too.
    """
    began, document = page.snapshots[topic]
    for _number, patch in live.events_after(topic, began) or []:
        document = live.merge(document, patch)
    return document


def publish_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_push", lambda hints: None)


def test_a_snapshot_then_numbered_events(open_page: OpenPage, topic: str) -> None:
    page = followed(open_page(), topic)
    assert page.docs[topic] == {"called": {}, "waiting": {}, "windows": {}} and page.seqs[topic] == 0
    change(topic, {"waiting": {"A001": {"line": "vehicle", "rank": 1}}})
    change(topic, {"waiting": {"A001": None}, "called": {"A001": {"desk": "3"}}})
    page.hear_until("event", seq=2)
    assert page.docs[topic] == {"called": {"A001": {"desk": "3"}}, "waiting": {}, "windows": {}}


def test_two_hundred_changes_from_eight_threads_arrive_in_order(open_page: OpenPage, topic: str) -> None:
    pages = [followed(open_page(), topic) for _ in range(3)]

    def work(thread: int) -> None:
        try:
            for number in range(25):
                change(topic, {"called": {f"{thread}-{number}": {"desk": str(number)}}})
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for page in pages:
        page.hear_up_to(200, topic=topic)  # hear() insists on every number
    for thread in threads:
        thread.join()
    every = live.events_after(topic, 0) or []
    assert [number for number, _patch in every] == list(range(1, 201))
    for page in pages:
        assert page.docs[topic] == as_the_table_has_it(page, topic)


def test_a_lost_push_is_filled_in_with_the_next(
    open_page: OpenPage, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = followed(open_page(), topic)
    with monkeypatch.context() as lost:
        publish_nothing(lost)
        change(topic, {"called": {"A1": {"desk": "1"}}})
        change(topic, {"called": {"A2": {"desk": "2"}}})
    assert page.hears_nothing("event")
    change(topic, {"called": {"A3": {"desk": "3"}}})
    page.hear_until("event", seq=3)
    assert set(page.docs[topic]["called"]) == {"A1", "A2", "A3"}


def test_who_fell_far_behind_gets_a_snapshot_and_is_told_what_follows(
    open_page: OpenPage, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [followed(open_page(), topic) for _ in range(2)]
    with monkeypatch.context() as lost:
        publish_nothing(lost)
        for number in range(EVENTS_AT_ONCE + 1):
            change(topic, {"called": {f"A{number}": {"desk": "1"}}})
    change(topic, {"called": {"B1": {"desk": "2"}}})
    for page in pages:
        assert page.hear_until("snapshot")["seq"] == EVENTS_AT_ONCE + 2
    change(topic, {"called": {"B2": {"desk": "2"}}})
    for page in pages:
        page.hear_up_to(EVENTS_AT_ONCE + 3, topic=topic)
        assert page.docs[topic] == as_the_table_has_it(page, topic)
        assert page.docs[topic]["called"] == {"B2": {"desk": "2"}}


def test_a_lost_last_push_is_found_by_the_regular_round(
    open_page: OpenPage, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = followed(open_page(), topic)
    publish_nothing(monkeypatch)
    change(topic, {"called": {"A1": {"desk": "1"}}})
    page.hear_until("event", seq=1, within_s=25)


def test_a_page_that_was_away_gets_only_what_it_missed(open_page: OpenPage, topic: str) -> None:
    page = followed(open_page(), topic)
    change(topic, {"called": {"A1": {"desk": "1"}}})
    page.hear_until("event", seq=1)
    page.drop()
    change(topic, {"called": {"A2": {"desk": "2"}}})
    back = open_page()
    back.docs, back.seqs = page.docs, page.seqs
    back.subscribe(topic)
    assert back.hear()["op"] == "event"
    assert set(back.docs[topic]["called"]) == {"A1", "A2"}


def test_a_page_that_was_away_too_long_gets_a_fresh_snapshot(open_page: OpenPage, topic: str) -> None:
    for number in range(3):
        change(topic, {"called": {f"A{number}": {"desk": "1"}}})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_liveevent WHERE topic = %s AND seq < 3", [topic])
    page = open_page()
    page.seqs[topic] = 1
    page.subscribe(topic)
    assert page.hear()["op"] == "snapshot" and page.seqs[topic] == 3


def test_a_page_that_missed_very_much_is_not_dropped_for_it(open_page: OpenPage, topic: str) -> None:
    page = followed(open_page(), topic)
    page.drop()
    for number in range(150):
        change(topic, {"called": {"A2": {"desk": str(number)}}})
    back = open_page()
    back.docs, back.seqs = page.docs, page.seqs
    back.subscribe(topic)
    assert back.hear()["op"] == "snapshot"
    change(topic, {"called": {"A3": {"desk": "1"}}})
    back.hear_until("event")


def test_latecomers_and_early_birds_end_with_the_same_document(open_page: OpenPage, topic: str) -> None:
    """Pages that join in the middle of a storm of changes miss nothing and see nothing twice."""
    done = threading.Event()

    def storm() -> None:
        try:
            for number in range(120):
                change(topic, {"called": {f"A{number % 7}": {"desk": str(number)}}})
        finally:
            done.set()
            connection.close()

    early = followed(open_page(), topic)
    thread = threading.Thread(target=storm)
    thread.start()
    late = []
    while not done.is_set():
        late.append(followed(open_page(), topic))
        time.sleep(0.02)
    thread.join()
    for page in (early, *late):
        page.hear_up_to(120, topic=topic)
        assert page.docs[topic] == as_the_table_has_it(page, topic)


def test_valkey_restarts_and_nothing_is_lost(open_page: OpenPage, topic: str) -> None:
    if ENGINES.valkey is None:
        pytest.skip("the Valkey of this run is not ours to restart")
    page = followed(open_page(), topic)
    ENGINES.valkey.stop()
    change(topic, {"called": {"A1": {"desk": "1"}}})
    ENGINES.valkey.start()
    page.hear_until(
        "event", seq=1, within_s=8
    )  # well before the regular round: the new connection looks by itself
    change(topic, {"called": {"A2": {"desk": "2"}}})
    page.hear_until("event", seq=2)


def test_unsubscribed_is_silent(open_page: OpenPage, topic: str) -> None:
    page = followed(open_page(), topic)
    page.say(op="unsubscribe", topics=[topic])
    page.say(op="ping")
    page.hear_until("pong")
    change(topic, {"called": {"A1": {"desk": "1"}}})
    assert page.hears_nothing("event")
