"""Ids, money, secrets, the clock, transition tables: what needs no database."""

import hmac
from datetime import UTC, date, datetime, time

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from onetrip.core import clock
from onetrip.core.crypto import SealedTextField, keyed_hash, seal, unseal
from onetrip.core.ids import LENGTH, PublicIdField, new_public_id
from onetrip.core.money import Fen, yuan
from onetrip.core.transitions import Transition, TransitionTable, WrongState


def test_public_ids_are_long_unlike_and_readable_on_the_phone() -> None:
    ids = {new_public_id() for _number in range(2000)}
    assert len(ids) == 2000
    letters = set("".join(ids))
    assert letters == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")  # all 32, and none of I, L, O, U
    assert {len(each) for each in ids} == {LENGTH} == {16}


def test_a_public_id_field_makes_its_own() -> None:
    field = PublicIdField()
    assert field.unique and not field.editable and field.max_length == 16
    assert field.get_default() != field.get_default()
    assert PublicIdField(**field.deconstruct()[3]).max_length == 16


@pytest.mark.parametrize(
    "fen, text",
    [
        (0, "¥0.00"),
        (5, "¥0.05"),
        (1000, "¥10.00"),
        (1050, "¥10.50"),
        (123456789, "¥1,234,567.89"),
        (-250, "-¥2.50"),
    ],
)
def test_money_reads_like_a_price_tag(fen: int, text: str) -> None:
    assert yuan(Fen(fen)) == text


@given(st.binary(max_size=200))
def test_what_is_sealed_comes_back(plain: bytes) -> None:
    sealed = seal(plain, purpose="tests")
    assert unseal(sealed, purpose="tests") == plain
    assert seal(plain, purpose="tests") != sealed


@pytest.mark.parametrize("position", [0, 1, 12, 13, 20, -1])
def test_a_changed_byte_is_refused_wherever_it_is(position: int) -> None:
    sealed = bytearray(seal(b"410105199001011234", purpose="tests"))
    sealed[position] ^= 1
    with pytest.raises(InvalidTag):
        unseal(bytes(sealed), purpose="tests")


@pytest.mark.parametrize("length", [0, 1, 5, 13])
def test_a_stump_is_refused(length: int) -> None:
    with pytest.raises(InvalidTag):
        unseal(seal(b"410105", purpose="tests")[:length], purpose="tests")


def test_the_purpose_is_bound_in() -> None:
    sealed = seal(b"13800000000", purpose="phone")
    with pytest.raises(InvalidTag):
        unseal(sealed, purpose="id number")
    assert keyed_hash("13800000000", purpose="phone") != keyed_hash("13800000000", purpose="id number")


def test_another_city_cannot_open_it(settings: pytest.FixtureRequest) -> None:
    sealed, digest = seal(b"x", purpose="tests"), keyed_hash("x", purpose="tests")
    settings.SECRET_KEY = "another city's secret, long enough"  # type: ignore[attr-defined]
    assert keyed_hash("x", purpose="tests") != digest
    with pytest.raises(InvalidTag):
        unseal(sealed, purpose="tests")


def test_a_keyed_hash_stays_the_same_for_ever(settings: pytest.FixtureRequest) -> None:
    """Rows are found by it: a change of derivation would lose every citizen's account."""
    settings.SECRET_KEY = "a fixed secret for this test"  # type: ignore[attr-defined]
    root = hmac.digest(b"onetrip", b"a fixed secret for this test", "sha256")  # RFC 5869, extract
    key = hmac.digest(root, b"hash:accounts.phone\x01", "sha256")  # and expand
    expected = hmac.digest(key, b"13800000000", "sha256").hex()
    assert keyed_hash("13800000000", purpose="accounts.phone") == expected


def test_a_sealed_field_writes_no_plain_text() -> None:
    field = SealedTextField(purpose="tests")
    stored = field.get_db_prep_value("410105199001011234", connection).obj
    assert b"410105199001011234" not in stored
    assert field.from_db_value(stored, None, None) == "410105199001011234"
    assert field.from_db_value(None, None, None) is None
    assert field.deconstruct()[3]["purpose"] == "tests"
    assert field.get_default() == "" and SealedTextField(null=True).get_default() is None
    assert not [each for each in SealedTextField(default="").check() if each.id == "fields.E170"]
    with pytest.raises(TypeError):
        field.get_db_prep_value(b"410105199001011234", connection)  # bytes would be stored as they are


def test_the_city_has_its_own_day() -> None:
    late = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert clock.city_day(late) == date(2026, 3, 2)
    assert clock.city_time(late).strftime("%H:%M") == "01:30"
    assert clock.city_moment(date(2026, 3, 2), time(9)) == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


TABLE = TransitionTable(
    "tests",
    [
        Transition("red", "go", "green", ("staff",)),
        Transition("green", "stop", "red", ("staff", "system")),
        Transition("green", "break", "broken", ("system",)),
    ],
)


def test_a_table_leads_on_or_refuses() -> None:
    assert TABLE.next_state("red", "go") == "green"
    assert TABLE.allows("green", "break") and not TABLE.allows("red", "break")
    assert TABLE.verbs_from("green") == ["stop", "break"] and TABLE.verbs_from("broken") == []
    assert TABLE.final_states() == {"broken"}
    assert [row.to for row in TABLE] == ["green", "red", "broken"]
    with pytest.raises(WrongState) as refusal:
        TABLE.next_state("broken", "go")
    assert refusal.value.status == 409
    assert "broken" in refusal.value.text()


def test_a_verb_leads_to_one_state_only() -> None:
    with pytest.raises(ValueError, match="twice"):
        TransitionTable(
            "tests", [Transition("a", "go", "b", ("staff",)), Transition("a", "go", "c", ("staff",))]
        )
