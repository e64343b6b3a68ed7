"""Somebody a counter knows by identity card has a phone later: one person, found by both; no stranger gets there."""

from datetime import timedelta

import pytest

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import NotAllowed, TooMany
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import queries, services
from onetrip.domain.accounts.errors import (
    CardNotProved,
    CodeWrong,
    IdentityInvalid,
    NameDiffers,
    NothingToMerge,
    OtherPerson,
)
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.booking.models import Appointment
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.queries import Counter
from tests.domain.booking.conftest import build_hall
from tests.people import a_card_holder, a_citizen, a_staff_member

pytestmark = pytest.mark.django_db
CARD, OTHER_CARD = "11010519491231002X", "440524188001010014"
PHONE = "13911112222"
NAME = "孙奶奶"
PAPER = "24681357"


@pytest.fixture
def granny() -> User:
    """Known by her card, with an errand and a place of which she has the paper."""
    person, at = a_card_holder(name=NAME, card=CARD), clock.now()
    slot = build_hall().slot(starts_at=at + timedelta(days=1))
    slot.day = clock.city_day(slot.starts_at)
    slot.save()
    booked = Appointment.objects.create(
        slot=slot, citizen=person, competence="vehicle", item_code="i46", item_name="补证", state="booked",
        arrival_code=PAPER, channel="hall", made_at=at, changed_at=at,
    )  # fmt: skip
    Case.objects.create(
        citizen=person, item_code="i46", item_name="补证", guide_version="v", state="booked", appointment=booked,
        opened_at=at, changed_at=at,
    )  # fmt: skip
    return person


@pytest.fixture
def officer() -> User:
    return a_staff_member(Role("officer", "hall-1"))


def code_to(phone: str) -> str:
    sent = services.send_phone_code(phone=phone, ip="10.0.0.1", at=clock.now())
    assert sent.demo_code
    return sent.demo_code


def give_phone(
    granny: User, officer: User, *, code: str | None = None, phone: str = PHONE, venue: str | None = "hall-1"
) -> str:
    return case_services.give_phone_for(
        counter=Counter(venue), citizen=granny.public_id, phone=phone, code=code or code_to(phone), ip="10.0.0.1",
        by=Actor("staff", officer.public_id), at=clock.now(),
    )  # fmt: skip


def prove(person: User, *, name: str = NAME, identity: str = CARD, arrival_code: str = PAPER) -> int:
    return case_services.prove_card(
        user_id=person.pk, name=name, identity=identity, arrival_code=arrival_code,
        by=Actor("citizen", person.public_id), at=clock.now(),
    )  # fmt: skip


def found_at_counter(officer: User, *, name: str = NAME, **by: str) -> str:
    return services.find_person(name=name, by=Actor("staff", officer.public_id), at=clock.now(), **by)


def test_at_the_counter_the_phone_is_given_to_the_account_of_the_card(granny: User, officer: User) -> None:
    assert give_phone(granny, officer) == granny.public_id
    signed_in = services.sign_in_with_code(phone=PHONE, code=code_to_later(PHONE), ip="10.0.0.1", at=later())
    assert signed_in == granny and len(cases.cases_of(citizen_id=signed_in.pk)) == 1
    assert (
        found_at_counter(officer, identity=CARD) == found_at_counter(officer, phone=PHONE) == granny.public_id
    )
    verbs = set(AuditEntry.objects.filter(subject=f"user:{granny.public_id}").values_list("verb", flat=True))
    assert {"account.phone_given", "counter.give_phone"} <= verbs
    with pytest.raises(NothingToMerge):
        give_phone(granny, officer, code="000000")


def later():
    return clock.now() + timedelta(minutes=2)


def code_to_later(phone: str) -> str:
    return str(services.send_phone_code(phone=phone, ip="10.0.0.1", at=later()).demo_code)


def test_where_the_phone_has_an_account_everything_goes_there(granny: User, officer: User) -> None:
    own = a_citizen(phone=PHONE, name="")
    assert give_phone(granny, officer) == own.public_id
    own.refresh_from_db()
    granny.refresh_from_db()
    assert own.name == NAME and not granny.is_active and granny.merged_into == own
    assert Appointment.objects.get().citizen_id == own.pk and len(cases.cases_of(citizen_id=own.pk)) == 1
    assert found_at_counter(officer, identity=CARD) == own.public_id
    assert User.objects.filter(kind="citizen", is_active=True).count() == 1
    assert queries.account_card(own.pk).by_card


def test_nobody_is_given_a_phone_without_its_code_or_by_the_hotline(granny: User, officer: User) -> None:
    code_to(PHONE)
    with pytest.raises(CodeWrong):
        give_phone(granny, officer, code="000000")
    operator = a_staff_member(Role("operator"))
    with pytest.raises(NotAllowed):
        give_phone(granny, operator, code="000000", venue=None)
    a_citizen(phone="13933334444", name="马先生")
    with pytest.raises(NameDiffers):
        give_phone(granny, officer, code="000000", phone="13933334444")
    granny.refresh_from_db()
    assert granny.phone is None and granny.is_active


def test_from_the_phone_with_card_and_paper(granny: User, officer: User) -> None:
    own = a_citizen(phone=PHONE, name="小孙")
    other = prove(own, arrival_code="2468 1357", name="孙 奶奶", identity=CARD.lower())
    assert other == granny.pk
    services.merge_citizens(
        kept_id=own.pk, given_up_id=other, consent=True, by=Actor("citizen", own.public_id), at=clock.now()
    )
    own.refresh_from_db()
    assert own.name == NAME, "the name on the card is the person's name"
    assert found_at_counter(officer, identity=CARD) == own.public_id
    assert len(cases.cases_of(citizen_id=own.pk)) == 1


@pytest.mark.parametrize(
    "said",
    [{"arrival_code": "13572468"}, {"arrival_code": ""}, {"name": "马先生"}, {"identity": OTHER_CARD}],
)
def test_a_stranger_who_only_claims_learns_nothing_and_is_on_record(
    granny: User, said: dict[str, str]
) -> None:
    stranger = a_citizen()
    with pytest.raises(CardNotProved) as refused:
        prove(stranger, **said)
    assert str(refused.value.message) == str(CardNotProved.message) and not refused.value.params
    tried = AuditEntry.objects.get(verb="account.card_refused")
    assert tried.subject == f"user:{stranger.public_id}" and granny.public_id not in str(tried.detail)
    assert CARD not in str(list(AuditEntry.objects.values()))


def test_whoever_guesses_is_stopped_and_the_card_is_guarded_against_many(granny: User) -> None:
    stranger = a_citizen()
    for number in range(5):
        with pytest.raises(CardNotProved):
            prove(stranger, arrival_code=f"{number:08d}")
    with pytest.raises(TooMany):
        prove(stranger)  # even the right one, now
    for number in range(5):
        with pytest.raises(CardNotProved):
            prove(a_citizen(), arrival_code=f"{number:08d}")
    with pytest.raises(TooMany):
        prove(a_citizen())


def test_the_paper_of_somebody_else_or_an_old_one_proves_nothing(granny: User) -> None:
    own = a_citizen(phone=PHONE)
    with pytest.raises(IdentityInvalid):
        prove(own, identity="1")
    Appointment.objects.update(citizen=a_citizen())
    with pytest.raises(CardNotProved):
        prove(own)
    Appointment.objects.update(citizen=granny)
    slot = Appointment.objects.get().slot
    slot.day -= timedelta(days=60)
    slot.save()
    with pytest.raises(CardNotProved):
        prove(own)


def test_what_is_bound_stays_bound_and_two_cards_are_two_people(granny: User, officer: User) -> None:
    own = a_citizen(phone=PHONE, name="")
    give_phone(granny, officer)
    with pytest.raises(CardNotProved):
        prove(a_citizen())  # bound to a phone: name, card and paper open nothing any more
    neighbour = a_card_holder(name=NAME, card=OTHER_CARD)
    with pytest.raises(OtherPerson):
        services.merge_citizens(
            kept_id=own.pk, given_up_id=neighbour.pk, consent=True, by=Actor.system("tests"), at=clock.now()
        )
    neighbour.refresh_from_db()
    assert neighbour.is_active
