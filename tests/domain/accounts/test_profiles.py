"""What people change about themselves, and the record of who looked."""

from datetime import UTC, datetime

import pytest

from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import errors, queries, services
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from tests.people import a_citizen, a_staff_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


def actor(user: User) -> Actor:
    return Actor(kind=user.kind, id=user.public_id)


def test_card_masks_the_phone() -> None:
    user = a_citizen(phone="13812345678", name="张伟")
    assert queries.citizen(user.public_id) == queries.CitizenCard(user.public_id, "张伟", "138****5678")
    assert queries.address_of(user.pk) == "13812345678"


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
