"""Signing in by phone code: what is right, what is refused, and how often."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import override_settings

from onetrip.core.errors import Refusal, TooMany
from onetrip.domain.accounts import errors, rules, services
from onetrip.domain.accounts.models import PhoneCode, User
from onetrip.domain.accounts.states import Kind
from onetrip.domain.notifications.models import Message

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
PHONE = "13800138000"


def send(*, phone: str = PHONE, ip: str = "10.0.0.1", at: datetime = AT) -> str:
    sent = services.send_phone_code(phone=phone, ip=ip, at=at)
    assert sent.demo_code is not None
    return sent.demo_code


def enter(code: str, *, phone: str = PHONE, ip: str = "10.0.0.1", at: datetime = AT) -> User:
    return services.sign_in_with_code(phone=phone, code=code, ip=ip, at=at)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_first_sign_in_creates_the_citizen_and_the_second_finds_them() -> None:
    first = enter(send())
    again = enter(send(at=AT + timedelta(minutes=2)), at=AT + timedelta(minutes=2))
    assert (first.pk, first.kind, first.phone) == (again.pk, Kind.CITIZEN, PHONE)
    assert User.objects.count() == 1


def test_phone_is_sealed_in_the_database() -> None:
    enter(send())
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_hash FROM accounts_user")
        sealed, hashed = cursor.fetchone()
    assert PHONE.encode() not in bytes(sealed)
    assert PHONE not in hashed


@pytest.mark.parametrize(
    "typed", ["138 0013 8000", "+86 138-0013-8000", "008613800138000", "１３８００１３８０００"]
)
def test_a_number_may_be_typed_in_many_ways(typed: str) -> None:
    code = send(phone=typed)
    assert enter(code).phone == PHONE


@pytest.mark.parametrize("typed", ["", "12800138000", "1380013800", "138001380000", "+1 202 555 0100", "abc"])
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(errors.PhoneInvalid) as refusal:
        send(phone=typed)
    assert refusal.value.field == "phone"


def test_code_is_good_for_five_minutes() -> None:
    code = send()
    with pytest.raises(errors.CodeWrong):
        enter(code, at=AT + timedelta(minutes=5))
    assert enter(code, at=AT + timedelta(minutes=4, seconds=59)).phone == PHONE


def test_code_works_once() -> None:
    code = send()
    enter(code)
    with pytest.raises(errors.CodeWrong):
        enter(code)


def test_code_of_another_phone_does_not_work() -> None:
    code = send()
    send(phone="13900139000", ip="10.0.0.2")
    with pytest.raises(errors.CodeWrong):
        enter(code, phone="13900139000")


def test_after_five_wrong_attempts_the_right_code_is_dead() -> None:
    code = send()
    for _attempt in range(4):
        with pytest.raises(errors.CodeWrong):
            enter(wrong(code))
    for typed in (wrong(code), code):
        with pytest.raises(errors.CodeDead):
            enter(typed)


def test_four_wrong_attempts_are_forgiven() -> None:
    code = send()
    for _attempt in range(4):
        with pytest.raises(errors.CodeWrong):
            enter(wrong(code))
    assert enter(code).phone == PHONE


def test_a_new_code_replaces_the_old_one() -> None:
    old = send()
    later = AT + timedelta(seconds=60)
    new = send(at=later)
    if old != new:
        with pytest.raises(errors.CodeWrong):
            enter(old, at=later)
    assert enter(new, at=later).phone == PHONE
    assert PhoneCode.objects.count() == 0


def test_the_next_code_is_sent_after_a_minute() -> None:
    send()
    with pytest.raises(errors.CodeTooSoon) as refusal:
        send(at=AT + timedelta(seconds=18))
    assert refusal.value.retry_after_s == 42
    assert Message.objects.count() == 1


def test_a_phone_gets_five_codes_an_hour() -> None:
    for minute in range(5):
        send(at=AT + timedelta(minutes=2 * minute))
    with pytest.raises(TooMany):
        send(at=AT + timedelta(minutes=12))
    assert send(at=AT + timedelta(minutes=61))


def test_impatient_taps_do_not_eat_up_the_hour() -> None:
    send()
    for _tap in range(10):
        with pytest.raises(errors.CodeTooSoon):
            send(at=AT + timedelta(seconds=5))
    assert send(at=AT + timedelta(seconds=61))


def test_an_address_gets_twenty_codes_an_hour() -> None:
    for number in range(20):
        send(phone=f"1390000{number:04d}")
    with pytest.raises(TooMany):
        send(phone="13911112222")
    assert send(phone="13911112222", ip="10.0.0.9")


def test_nothing_tells_whether_a_phone_is_known() -> None:
    enter(send())
    later = AT + timedelta(minutes=10)
    answers: list[object] = []
    for phone in (PHONE, "13700137000"):
        sent = services.send_phone_code(phone=phone, ip="10.0.0.3", at=later)
        refusals = []
        for typed in ("", "1", "000000x", wrong(str(sent.demo_code))):
            with pytest.raises(Refusal) as refusal:
                enter(typed, phone=phone, at=later)
            refusals.append((refusal.value.code, refusal.value.text()))
        answers.append((sent.resend_in_s, sent.expires_in_s, refusals))
    assert answers[0] == answers[1]


def test_guessing_without_a_code_is_refused_and_limited() -> None:
    for _attempt in range(rules.CODE_TRIES_PER_HOUR_IP):
        with pytest.raises(errors.CodeWrong):
            enter("123456")
    with pytest.raises(TooMany):
        enter("123456")


def test_closed_account_is_told_so_only_with_the_right_code() -> None:
    user = enter(send())
    User.objects.filter(pk=user.pk).update(is_active=False)
    later = AT + timedelta(minutes=2)
    code = send(at=later)
    with pytest.raises(errors.CodeWrong):
        enter(wrong(code), at=later)
    with pytest.raises(errors.AccountClosed):
        enter(code, at=later)


@override_settings(DEMO=False)
def test_production_never_shows_the_code() -> None:
    assert services.send_phone_code(phone=PHONE, ip="10.0.0.1", at=AT).demo_code is None


def test_the_code_goes_out_by_text_message_and_is_stored_as_a_hash() -> None:
    code = send()
    message = Message.objects.get()
    assert json.loads(message.routes) == [["sms", PHONE]]
    assert code in (message.params or "")
    row = PhoneCode.objects.get()
    assert code not in row.code_hash and len(row.code_hash) == 64
