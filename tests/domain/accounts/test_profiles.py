"""What people change about themselves, and the record of who looked."""

import json
from datetime import UTC, datetime, time

import pytest

from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import errors, queries, services
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.notifications.models import Message
from onetrip.domain.notifications.views import Route
from tests.people import a_citizen, a_staff_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


def actor(user: User) -> Actor:
    return Actor(kind=user.kind, id=user.public_id)


def test_card_masks_the_phone() -> None:
    user = a_citizen(phone="13812345678", name="张伟")
    assert queries.citizen(user.public_id) == queries.CitizenCard(user.public_id, "张伟", "138****5678")


def test_without_a_wish_messages_go_to_the_phone_and_the_page_and_not_at_night() -> None:
    user = a_citizen(phone="13812345678")
    ways = queries.ways_to(user.pk)
    assert ways is not None and [(one.channel, one.address) for one in ways.routes] == [
        ("sms", "13812345678"),
        ("inbox", user.public_id),
    ]
    assert (ways.quiet.since, ways.quiet.until) == (time(22), time(7))


def test_the_wish_decides_order_and_hours_and_an_address_counts_once_it_is_confirmed() -> None:
    user = a_citizen(phone="13812345678")
    by = actor(user)
    services.set_message_wish(
        user_id=user.pk, channels=["email", "sms"], quiet_since=time(20), quiet_until=time(9), by=by, at=AT
    )
    services.ask_email(user_id=user.pk, email="li@example.org", page="https://city/m/", by=by, at=AT)
    assert [one.channel for one in _ways(user)] == ["sms", "inbox"]
    sent = Message.objects.get(template="accounts.email")
    token = json.loads(sent.params or "")["address"].removeprefix("https://city/m/")
    with pytest.raises(errors.EmailInvalid):
        services.confirm_email(user_id=a_citizen(phone="13711112222").pk, token=token, by=by, at=AT)
    with pytest.raises(errors.EmailInvalid):
        services.confirm_email(user_id=user.pk, token=token + "x", by=by, at=AT)
    services.confirm_email(user_id=user.pk, token=token, by=by, at=AT)
    assert [one.channel for one in _ways(user)] == ["email", "sms", "inbox"]
    assert queries.message_wishes_of(user.pk).masked_email == "l***@example.org"
    services.forget_email(user_id=user.pk, by=by, at=AT)
    assert [one.channel for one in _ways(user)] == ["sms", "inbox"]


def _ways(user: User) -> list[Route]:
    ways = queries.ways_to(user.pk)
    assert ways is not None
    return ways.routes


@pytest.mark.parametrize("channels", [["pigeon"], ["sms", "sms"], ["inbox"]])
def test_a_wish_for_what_is_not_there_is_refused(channels: list[str]) -> None:
    user = a_citizen()
    with pytest.raises(errors.PreferenceInvalid):
        services.set_message_wish(
            user_id=user.pk, channels=channels, quiet_since=time(22), quiet_until=time(7), by=actor(user), at=AT
        )  # fmt: skip


@pytest.mark.parametrize("typed", ["", "li", "li@", "li@example.org\nBcc: all@example.org"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    user = a_citizen()
    with pytest.raises(errors.EmailInvalid):
        services.ask_email(user_id=user.pk, email=typed, page="/", by=actor(user), at=AT)


def test_nobody_is_told_anything_after_the_account_was_closed() -> None:
    user = a_citizen()
    User.objects.filter(pk=user.pk).update(is_active=False)
    given = {"template": "consultations.answered", "params": {"item": "x"}, "expires_at": AT, "at": AT}
    assert services.tell(citizen_id=user.pk, **given) is None  # type: ignore[arg-type]


def test_cards_are_found_by_kind_only() -> None:
    citizen, officer = a_citizen(), a_staff_member(Role("officer", "v1"))
    with pytest.raises(NotFound):
        queries.citizen(officer.public_id)
    with pytest.raises(NotFound):
        queries.staff(citizen.public_id)


@pytest.mark.parametrize(
    ("typed", "kept"), [("  张  伟 ", "张 伟"), ("Ana\u200b\tMaria", "Ana Maria"), ("x" * 60, "x" * 60)]
)
def test_name_is_tidied(typed: str, kept: str) -> None:
    user = a_citizen()
    services.set_name(user_id=user.pk, name=typed, by=actor(user), at=AT)
    assert User.objects.get(pk=user.pk).name == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "x" * 61])
def test_no_name_and_too_long_a_name_are_refused(typed: str) -> None:
    user = a_citizen(name="张伟")
    with pytest.raises(errors.NameInvalid):
        services.set_name(user_id=user.pk, name=typed, by=actor(user), at=AT)
    assert User.objects.get(pk=user.pk).name == "张伟"


def test_preferences_change_one_by_one() -> None:
    user = a_citizen()
    services.set_preferences(user_id=user.pk, language="en", by=actor(user), at=AT)
    services.set_preferences(user_id=user.pk, large_text=True, by=actor(user), at=AT)
    user.refresh_from_db()
    assert (user.language, user.large_text) == ("en", True)
    with pytest.raises(errors.PreferenceInvalid):
        services.set_preferences(user_id=user.pk, language="tlh", by=actor(user), at=AT)


def test_a_look_is_on_record() -> None:
    officer = a_staff_member(Role("officer", "v1"))
    services.record_look(by=actor(officer), subject="case:ABC", why="call", at=AT)
    entry = AuditEntry.objects.get(verb="case.read")
    assert (entry.subject, entry.actor_id, entry.detail) == ("case:ABC", officer.public_id, {"why": "call"})


def test_the_person_of_a_session_comes_with_roles_in_one_query(django_assert_num_queries: object) -> None:
    officer = a_staff_member(Role("officer", "v1", "household"), Role("lead", "v1"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        person = queries.person_in_session(officer.pk)
        assert person is not None
        assert set(person.roles) == {Role("officer", "v1", "household"), Role("lead", "v1")}
