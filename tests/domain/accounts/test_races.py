"""Two at once: real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from onetrip.core.audit import Actor
from onetrip.core.errors import Refusal
from onetrip.domain.accounts import errors, rules, services
from onetrip.domain.accounts.models import RecoveryCode, SecondFactor, User
from onetrip.domain.accounts.services.second_factor import _hash_recovery
from onetrip.domain.accounts.states import Role
from onetrip.domain.notifications.models import Message
from tests.people import a_card_holder, a_citizen, a_staff_member

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 7, 1, 2, 0, 10, tzinfo=UTC)
PHONE = "13800138000"
CROWD = 8


def at_once(act: Callable[[int], object]) -> list[object]:
    """Run `act` in many threads that start together; return what each returned, or its refusal."""
    start = Barrier(CROWD)

    def run(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(run, range(CROWD)))


def test_a_phone_code_signs_in_once() -> None:
    code = str(services.send_phone_code(phone=PHONE, ip="10.0.0.1", at=AT).demo_code)
    outcomes = at_once(lambda n: services.sign_in_with_code(phone=PHONE, code=code, ip=f"10.0.1.{n}", at=AT))
    assert [type(outcome) for outcome in outcomes].count(User) == 1
    assert [type(outcome) for outcome in outcomes].count(errors.CodeWrong) == CROWD - 1
    assert User.objects.count() == 1


def test_many_guesses_at_once_are_five_attempts() -> None:
    code = str(services.send_phone_code(phone=PHONE, ip="10.0.0.1", at=AT).demo_code)
    guess = f"{(int(code) + 1) % 10**6:06d}"
    outcomes = at_once(lambda n: services.sign_in_with_code(phone=PHONE, code=guess, ip=f"10.0.1.{n}", at=AT))
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds.count(errors.CodeWrong) == rules.CODE_ATTEMPTS - 1
    assert kinds.count(errors.CodeDead) == CROWD - rules.CODE_ATTEMPTS + 1


def test_many_taps_send_one_message() -> None:
    outcomes = at_once(lambda n: services.send_phone_code(phone=PHONE, ip=f"10.0.1.{n}", at=AT))
    sent = [outcome for outcome in outcomes if isinstance(outcome, services.CodeSent)]
    assert len(sent) == 1
    assert Message.objects.count() == 1
    assert services.sign_in_with_code(phone=PHONE, code=str(sent[0].demo_code), ip="10.0.0.1", at=AT)


def test_a_code_of_the_app_lets_in_once() -> None:
    user = a_staff_member(Role("officer", "v1"))
    factor = SecondFactor.objects.get(user=user)
    code = rules.totp_code(secret=factor.secret, step=rules.step_at(AT))
    outcomes = at_once(
        lambda n: services.pass_second_factor(user_id=user.pk, code=code, ip=f"10.0.1.{n}", at=AT)
    )
    assert [type(outcome) for outcome in outcomes].count(User) == 1
    assert all(isinstance(outcome, (User, errors.SecondFactorWrong)) for outcome in outcomes)


def test_a_recovery_code_lets_in_once() -> None:
    user = a_staff_member(Role("officer", "v1"))
    RecoveryCode.objects.create(user=user, code_hash=_hash_recovery(user.pk, "ABCDE12345"))
    outcomes = at_once(
        lambda n: services.pass_second_factor(user_id=user.pk, code="abcde-12345", ip=f"10.0.1.{n}", at=AT)
    )
    assert [type(outcome) for outcome in outcomes].count(User) == 1


def test_a_counter_that_looks_for_a_card_and_one_that_joins_it_make_no_second_account() -> None:
    card, officer = "11010519491231002X", Actor("staff", "counter")
    by_card, kept = a_card_holder(name="孙奶奶", card=card), a_citizen(phone=PHONE, name="")

    def act(number: int) -> object:
        if number == 0:
            return services.merge_citizens(
                kept_id=kept.pk, given_up_id=by_card.pk, consent=True, by=officer, at=AT
            )
        return services.find_person(name="孙奶奶", identity=card, by=officer, at=AT)

    found = at_once(act)[1:]
    assert set(found) <= {by_card.public_id, kept.public_id}
    assert User.objects.filter(is_active=True, name="孙奶奶").count() == 1
    assert services.find_person(name="孙奶奶", identity=card, by=officer, at=AT) == kept.public_id
