"""Live topics: numbered patches in the transaction, hints after it, and a follower who always ends up right."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from onetrip.core import clock, live
from onetrip.core.errors import NotFound
from onetrip.core.models import LiveEvent
from onetrip.core.unit import unit_of_work, use_case
from tests.depth import examples

# RFC 7396, appendix A: target, patch, result. The examples whose target or patch is no object are left out: topics
# are documents.
RFC_7396 = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]

VALUES = st.recursive(
    st.integers(0, 3) | st.sampled_from(["", "x"]) | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
PATCHES = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.none() | VALUES,
        lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)


@pytest.mark.parametrize("document, patch, result", RFC_7396)
def test_merge_does_what_the_standard_says(document: Any, patch: Any, result: Any) -> None:
    before = json.dumps(document)
    assert live.merge(document, patch) == result
    assert json.dumps(document) == before


@given(DOCUMENTS, PATCHES)
def test_a_patch_applied_twice_changes_nothing_more(document: Any, patch: Any) -> None:
    once = live.merge(document, patch)
    assert live.merge(once, patch) == once


@given(DOCUMENTS, PATCHES, PATCHES)
def test_a_combined_patch_does_what_both_do(document: Any, first: Any, second: Any) -> None:
    combined = live._combine(first, second)
    if combined is not None:
        assert live.merge(document, combined) == live.merge(live.merge(document, first), second)


def test_patches_that_no_single_patch_can_say() -> None:
    assert live._combine({"a": None}, {"a": {"b": 1}}) is None
    assert live._combine({"a": {"b": 1}}, {"a": {"c": {"d": 1}}}) == {"a": {"b": 1, "c": {"d": 1}}}
    assert live._combine({"a": {"b": 1}}, {"a": None}) == {"a": None}


def say(topic: str, *patches: dict[str, Any]) -> None:
    with unit_of_work():
        for patch in patches:
            live.change(topic=topic, patch=patch)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(DOCUMENTS, st.lists(st.lists(PATCHES, min_size=1, max_size=3), max_size=5), st.integers(0, 5))
def test_snapshot_and_events_make_the_fresh_snapshot(
    django_db_blocker: Any, document: Any, cases: list[list[Any]], seen: int
) -> None:
    """Whoever takes a snapshot at any moment and applies what came after holds the document of now."""
    with transaction.atomic():
        LiveEvent.objects.all().delete()
        topic = f"tests:{id(cases)}-{LiveEvent.objects.count()}"
        start = live.heads([topic]).get(topic, 0)
        fresh, held, number = document, document, start
        for index, patches in enumerate(cases):
            say(topic, *patches)
            for patch in patches:
                fresh = live.merge(fresh, patch)
            if index < seen:  # the page had seen this much when it lost the connection
                held, number = fresh, live.heads([topic])[topic]
        events = live.events_after(topic, number)
        assert events is not None
        for _number, patch in events:
            held = live.merge(held, patch)
        assert held == fresh


@pytest.mark.django_db
def test_changes_are_numbered_topic_by_topic() -> None:
    say("tests:a", {"x": 1})
    say("tests:a", {"x": 2})
    say("tests:b", {"y": 1})
    assert live.events_after("tests:a", 0) == [(1, {"x": 1}), (2, {"x": 2})]
    assert live.heads(["tests:a", "tests:b", "tests:never"]) == {"tests:a": 2, "tests:b": 1}


@pytest.mark.django_db
def test_changes_of_one_use_case_become_one_event_where_they_can() -> None:
    say("tests:a", {"x": 1, "y": {"a": 1}}, {"x": None, "y": {"b": 2}})
    assert live.events_after("tests:a", 0) == [(1, {"x": None, "y": {"a": 1, "b": 2}})]
    say("tests:a", {"y": None}, {"y": {"c": 3}})  # one patch would leave a and b lying in y
    assert live.events_after("tests:a", 1) == [(2, {"y": None}), (3, {"y": {"c": 3}})]


@pytest.mark.django_db
def test_a_refused_use_case_leaves_no_number() -> None:
    say("tests:a", {"x": 1})
    with pytest.raises(ZeroDivisionError), unit_of_work():
        live.change(topic="tests:a", patch={"x": 2})
        raise ZeroDivisionError
    assert live.heads(["tests:a"]) == {"tests:a": 1}
    say("tests:a", {"x": 3})
    assert live.events_after("tests:a", 1) == [(2, {"x": 3})]


@pytest.mark.django_db
def test_a_change_outside_a_use_case_is_refused() -> None:
    with pytest.raises(RuntimeError, match="use case"), transaction.atomic():
        live.change(topic="tests:a", patch={})


@pytest.mark.django_db
def test_who_was_away_too_long_is_told_so() -> None:
    for number in range(5):
        say("tests:a", {"x": number})
    assert live.events_after("tests:a", 5) == []
    assert live.events_after("tests:a", 6) is None  # a number from the future: another database was restored
    assert live.events_after("tests:never", 0) == []
    LiveEvent.objects.filter(topic="tests:a", seq__lte=2).update(at=clock.now() - timedelta(days=2))
    assert live.forget_before(clock.now() - timedelta(days=1)) == 2
    assert live.events_after("tests:a", 1) is None
    assert live.events_after("tests:a", 2) == [(3, {"x": 2}), (4, {"x": 3}), (5, {"x": 4})]
    LiveEvent.objects.filter(seq=4).delete()  # its transaction was the oldest: a hole in the middle
    assert live.events_after("tests:a", 2) is None
    LiveEvent.objects.filter(topic="tests:a").delete()
    assert live.events_after("tests:a", 4) is None
    assert live.events_after("tests:a", 5) == []


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_and_its_number_are_of_one_moment(together: Callable[..., list[Any]]) -> None:
    """A change that commits while the snapshot is being built is in neither of the two, or in both."""
    read, written = threading.Event(), threading.Event()

    def build(key: str) -> dict[str, Any]:
        read.set()
        assert written.wait(10)
        return {"seq": live.heads([f"tests_moment:{key}"]).get(f"tests_moment:{key}", 0)}

    live.register_snapshot("tests_moment", build)

    def change_meanwhile() -> None:
        assert read.wait(10)
        say("tests_moment:a", {"seq": 2})
        written.set()

    say("tests_moment:a", {"seq": 1})
    (seq, document), nothing = together(lambda: live.snapshot("tests_moment:a"), change_meanwhile)
    assert nothing is None
    assert seq == document["seq"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("topic", ["nobody:x", "nobody", "", "tests_moment:"])
def test_an_unknown_topic_has_no_snapshot(topic: str) -> None:
    with pytest.raises(NotFound):
        live.snapshot(topic)


@pytest.mark.django_db(transaction=True)
def test_use_cases_that_touch_the_same_topics_in_opposite_order_do_not_deadlock(
    together: Callable[..., list[Any]],
) -> None:
    rounds, both = 10, threading.Barrier(2)

    def run(first: str, second: str) -> None:
        for number in range(rounds):
            with unit_of_work():
                live.change(topic=first, patch={"n": number})
                live.change(topic=second, patch={"n": number})
                both.wait(10)

    answers = together(lambda: run("tests:a", "tests:b"), lambda: run("tests:b", "tests:a"))
    assert answers == [None, None]
    for topic in ("tests:a", "tests:b"):
        assert [number for number, _patch in live.events_after(topic, 0) or []] == list(
            range(1, 2 * rounds + 1)
        )


@pytest.fixture
def hints() -> Iterator[Callable[[], list[Any]]]:
    """Everything that goes through Valkey's channels from now on."""
    client = redis.Redis.from_url(settings.VALKEY_URL)
    follower = client.pubsub(ignore_subscribe_messages=True)
    follower.psubscribe(live.CHANNEL + "tests:*")
    assert follower.get_message(timeout=5) is None  # the answer to the subscription itself

    def received() -> list[Any]:
        found = []
        while message := follower.get_message(timeout=0.3):
            found.append((message["channel"].decode(), json.loads(message["data"])))
        return found

    yield received
    follower.close()
    client.close()


@pytest.mark.django_db(transaction=True)
def test_hints_go_out_after_the_commit_and_only_then(hints: Callable[[], list[Any]]) -> None:
    with unit_of_work():
        live.change(topic="tests:a", patch={"姓": None})
        live.change(topic="tests:b", patch={"y": 1})
        assert hints() == []
    assert hints() == [
        ("live:tests:a", {"topic": "tests:a", "seq": 1, "patch": {"姓": None}}),
        ("live:tests:b", {"topic": "tests:b", "seq": 1, "patch": {"y": 1}}),
    ]
    with pytest.raises(ZeroDivisionError), unit_of_work():
        live.change(topic="tests:a", patch={"x": 2})
        raise ZeroDivisionError
    assert hints() == []


@pytest.mark.django_db(transaction=True)
def test_a_valkey_that_hangs_up_fails_no_use_case_and_is_tried_twice(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    caller, _address = server.accept()
                except OSError:
                    return
                calls.append(1)
                caller.close()

        threading.Thread(target=hang_up, daemon=True).start()
        settings.VALKEY_URL = f"redis://127.0.0.1:{server.getsockname()[1]}"
        try:
            with unit_of_work():
                for topic in ("tests:a", "tests:b", "tests:c"):
                    live.change(topic=topic, patch={"x": 1})
        finally:
            server.shutdown(socket.SHUT_RDWR)
    assert live.heads(["tests:a", "tests:b", "tests:c"]) == {"tests:a": 1, "tests:b": 1, "tests:c": 1}
    assert len(calls) == 2  # one call for all topics, and one more try
    assert "were not sent" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_valkey_that_is_gone_fails_no_use_case(settings: Any, tmp_path: Any) -> None:
    settings.VALKEY_URL = f"unix://{tmp_path}/nobody.sock"
    say("tests:a", {"x": 1})
    assert live.events_after("tests:a", 0) == [(1, {"x": 1})]


@pytest.mark.django_db
def test_a_use_case_inside_another_adds_to_its_event() -> None:
    @use_case
    def inner() -> None:
        live.change(topic="tests:a", patch={"inner": 1})

    with unit_of_work():
        live.change(topic="tests:a", patch={"outer": 1})
        inner()
        assert (
            live.heads(["tests:a"]) == {}
        )  # written at the very end, so that topics are locked for a moment only
    assert live.events_after("tests:a", 0) == [(1, {"outer": 1, "inner": 1})]
    assert connection.in_atomic_block
