"""Staff: employment, passwords, second factors, and what roles allow where."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from onetrip.core.audit import Actor
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import errors, queries, rules, services
from onetrip.domain.accounts.models import RecoveryCode, SecondFactor, StaffRole, User
from onetrip.domain.accounts.states import DEMO_PASSWORD, Kind, Role
from tests.people import a_citizen, a_staff_member

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=rules.STEP_S)
BY = Actor.system("tests")
OFFICER = Role("officer", "v1", "household")


def employ(*roles: Role, name: str = "李警官", password: str = DEMO_PASSWORD) -> User:
    return services.ensure_staff(
        username="li", name=name, roles=roles or [OFFICER], password=password, by=BY, at=AT
    )


def code_at(user: User, at: datetime) -> str:
    return rules.totp_code(secret=SecondFactor.objects.get(user=user).secret, step=rules.step_at(at))


def accept(
    *, password: str = DEMO_PASSWORD, at: datetime = AT, ip: str = "10.0.0.1"
) -> services.PasswordAccepted:
    return services.accept_password(username="li", password=password, ip=ip, at=at)


def pass_factor(user: User, code: str, *, at: datetime = AT, ip: str = "10.0.0.1") -> User:
    return services.pass_second_factor(user_id=user.pk, code=code, ip=ip, at=at)


def test_employing_twice_changes_nothing() -> None:
    first = employ(OFFICER, Role("lead", "v1"))
    entries = AuditEntry.objects.count()
    again = employ(Role("lead", "v1"), OFFICER)
    assert (first.pk, first.password) == (again.pk, User.objects.get().password)
    assert StaffRole.objects.count() == 2
    assert AuditEntry.objects.count() == entries


def test_roles_are_brought_in_line() -> None:
    employ(OFFICER, Role("lead", "v1"))
    user = employ(Role("lead", "v2"), name="李大队长")
    assert queries.roles_of(user.pk) == user.roles == [Role("lead", "v2")]
    assert queries.staff(user.public_id) == queries.StaffCard(
        user.public_id, "李大队长", [Role("lead", "v2")]
    )


def test_the_same_role_cannot_be_held_twice() -> None:
    user = employ(Role("admin"))
    with pytest.raises(IntegrityError):
        StaffRole.objects.create(user=user, role="admin")


def test_unknown_role_is_refused() -> None:
    with pytest.raises(errors.RoleInvalid):
        employ(Role("emperor"))
    assert not User.objects.exists()


def test_password_and_app_let_in() -> None:
    user = employ()
    assert accept() == services.PasswordAccepted(user_id=user.pk, enrolled=True)
    assert pass_factor(user, code_at(user, AT)) == user


@pytest.mark.parametrize(("username", "password"), [("li", "wrong"), ("nobody", DEMO_PASSWORD), ("", "")])
def test_wrong_name_and_wrong_password_get_the_same_answer(username: str, password: str) -> None:
    employ()
    with pytest.raises(errors.CredentialsWrong):
        services.accept_password(username=username, password=password, ip="10.0.0.1", at=AT)


def test_a_citizen_has_no_password_way_in() -> None:
    citizen = a_citizen()
    User.objects.filter(pk=citizen.pk).update(password=employ().password)
    for username in ("", citizen.public_id, str(citizen.phone)):
        with pytest.raises(errors.CredentialsWrong):
            services.accept_password(username=username, password=DEMO_PASSWORD, ip="10.0.0.1", at=AT)


def test_guessing_the_password_locks_the_account_and_says_for_how_long() -> None:
    employ()
    for _attempt in range(rules.LOGIN_TRIES):
        with pytest.raises(errors.CredentialsWrong):
            accept(password="guess")
    with pytest.raises(errors.LoginLocked) as refusal:
        accept(ip="10.0.0.2")
    assert refusal.value.params == {"minutes": 15}
    assert accept(at=AT + rules.LOGIN_PERIOD).enrolled


def test_the_right_password_clears_the_count() -> None:
    employ()
    for _round in range(3):
        for _attempt in range(rules.LOGIN_TRIES - 1):
            with pytest.raises(errors.CredentialsWrong):
                accept(password="guess")
        accept()


def test_one_address_cannot_try_many_accounts() -> None:
    employ()
    for number in range(rules.LOGIN_TRIES_IP):
        with pytest.raises(errors.CredentialsWrong):
            services.accept_password(username=f"u{number}", password="x", ip="10.0.0.7", at=AT)
    with pytest.raises(errors.LoginLocked):
        accept(ip="10.0.0.7")


def test_a_code_of_the_app_works_once_and_earlier_ones_never_again() -> None:
    user = employ()
    code = code_at(user, AT)
    pass_factor(user, code)
    for used in (code, code_at(user, AT - STEP)):
        with pytest.raises(errors.SecondFactorWrong):
            pass_factor(user, used)
    assert pass_factor(user, code_at(user, AT + STEP), at=AT + STEP) == user


@pytest.mark.parametrize(("drift", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_one_step_of_clock_drift_is_forgiven(drift: int, accepted: bool) -> None:
    user = employ()
    code = code_at(user, AT + drift * STEP)
    if accepted:
        assert pass_factor(user, code) == user
    else:
        with pytest.raises(errors.SecondFactorWrong):
            pass_factor(user, code)


def test_guessing_the_second_factor_locks() -> None:
    user = employ()
    for _attempt in range(rules.LOGIN_TRIES):
        with pytest.raises(errors.SecondFactorWrong):
            pass_factor(user, "00000x")
    with pytest.raises(errors.LoginLocked):
        pass_factor(user, code_at(user, AT), ip="10.0.0.2")


def test_totp_follows_the_standard() -> None:
    """RFC 6238 appendix B, SHA-1, last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    vectors = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}
    assert {at: rules.totp_code(secret=secret, step=at // 30) for at in vectors} == vectors


@override_settings(DEMO=False)
def test_enrolment_at_first_sign_in_hands_out_recovery_codes() -> None:
    user = employ()
    assert not accept().enrolled
    with pytest.raises(errors.SecondFactorMissing):
        pass_factor(user, "123456")
    enrolment = services.begin_enrolment(user_id=user.pk)
    assert services.begin_enrolment(user_id=user.pk) == enrolment
    assert enrolment.uri.startswith("otpauth://totp/onetrip:li?")
    with pytest.raises(errors.SecondFactorWrong):
        services.confirm_enrolment(user_id=user.pk, code="000000x", ip="10.0.0.1", at=AT)
    assert not accept().enrolled
    code = code_at(user, AT)
    signed_in, papers = services.confirm_enrolment(user_id=user.pk, code=code, ip="10.0.0.1", at=AT)
    assert signed_in == user and accept().enrolled
    assert len(set(papers)) == rules.RECOVERY_CODES
    assert not RecoveryCode.objects.filter(code_hash__in=papers).exists()
    with pytest.raises(errors.SecondFactorWrong):
        pass_factor(user, code)
    with pytest.raises(errors.SecondFactorMissing):
        services.begin_enrolment(user_id=user.pk)
    assert pass_factor(user, papers[3].lower()) == user
    with pytest.raises(errors.SecondFactorWrong):
        pass_factor(user, papers[3])
    assert RecoveryCode.objects.count() == rules.RECOVERY_CODES - 1


def test_reset_asks_for_a_new_enrolment() -> None:
    user = employ()
    services.reset_second_factor(user_id=user.pk, by=BY, at=AT)
    assert not accept().enrolled


def test_closed_staff_cannot_come_in() -> None:
    user = employ()
    code = code_at(user, AT)
    services.close_account(user_id=user.pk, by=BY, at=AT)
    with pytest.raises(errors.CredentialsWrong):
        accept()
    with pytest.raises(errors.SecondFactorMissing):
        pass_factor(user, code)
    assert queries.roles_of(user.pk) == []
    assert queries.person_in_session(user.pk) is None


def test_sample_city_shows_a_code_that_works_until_both_are_used() -> None:
    user = employ()
    for _login in range(2):
        code = queries.demo_code(user_id=user.pk, at=AT)
        assert code is not None
        pass_factor(user, code)
    assert queries.demo_code(user_id=user.pk, at=AT) is None
    assert queries.demo_code(user_id=user.pk, at=AT + STEP) is not None


def test_demo_logins_name_every_role_and_nothing_in_production() -> None:
    a_staff_member(Role("officer", "v1"), username="o1")
    a_staff_member(Role("editor"), username="e1")
    shown = queries.demo_logins(at=AT)
    assert {(login.username, login.role, login.password) for login in shown} == {
        ("o1", "officer", DEMO_PASSWORD),
        ("e1", "editor", DEMO_PASSWORD),
    }
    with override_settings(DEMO=False):
        assert queries.demo_logins(at=AT) == []
        assert queries.demo_code(user_id=User.objects.get(username="o1").pk, at=AT) is None


@pytest.mark.parametrize(
    ("role", "verb", "venue", "allowed"),
    [
        (Role("officer", "v1"), "take_calls", "v1", True),
        (Role("officer", "v1"), "take_calls", "v2", False),
        (Role("officer", "v1"), "take_calls", None, True),
        (Role("officer"), "serve_window", "v2", True),
        (Role("officer", "v1"), "lead_venue", "v1", False),
        (Role("lead", "v1"), "lead_venue", "v1", True),
        (Role("lead", "v1"), "lead_venue", "v2", False),
        (Role("supervisor"), "see_insights", "v2", True),
        (Role("supervisor"), "take_calls", None, False),
        (Role("editor"), "edit_catalog", None, True),
        (Role("editor"), "read_audit", None, False),
        (Role("admin"), "read_audit", None, True),
        (Role("admin"), "administer", None, True),
        (Role("lead", "v1"), "administer", None, False),
    ],
)
def test_roles_allow_verbs_within_their_reach(
    role: Role, verb: str, venue: str | None, allowed: bool
) -> None:
    assert queries.may([role], verb, venue_code=venue) is allowed


def test_a_competence_narrows_a_role() -> None:
    assert queries.may([OFFICER], "take_calls", venue_code="v1", competence="household")
    assert not queries.may([OFFICER], "take_calls", venue_code="v1", competence="vehicle")


def test_an_unknown_verb_is_a_bug_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        queries.may([OFFICER], "fly")


def test_the_database_keeps_the_doors_apart() -> None:
    for fields in (
        {"kind": Kind.STAFF, "username": None},
        {"kind": Kind.CITIZEN, "username": "x", "phone_hash": "y"},
        {"kind": Kind.CITIZEN, "phone_hash": None},
        {"kind": Kind.STAFF, "username": "x", "phone_hash": "y"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(joined_at=AT, **fields)
