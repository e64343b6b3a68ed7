"""Nobody gets more than a person may: not with many items, not with many tries, not in a crowd."""

import base64
import json
from datetime import timedelta
from itertools import count
from typing import Any

import altcha
import pytest

from onetrip.core import limits, valkey
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import queries, rules, services
from onetrip.domain.booking.errors import ProofNeeded, TooFast, TooManyLive
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.states import MOST_LIVE, Channel
from tests.domain.booking.conftest import BY, NOON, Hall

_numbers = count(1)


@pytest.fixture
def asker() -> queries.Asker:
    """Somebody who has never asked before: the counters outlive a test."""
    number = next(_numbers)
    return queries.Asker(person=f"P{number}", device=f"d{number}", address=f"10.0.0.{number}")


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.BOOKING_TRIES_AN_HOUR, settings.BOOKING_PROOF = 20, "auto"
    valkey.client().delete(f"pace:book:city:{int(NOON.timestamp()) // rules.CITY_PER_S}")


def try_once(asker: queries.Asker, proof: str = "") -> None:
    services.admit(asker=asker, proof=proof, by=BY, at=NOON)


def hold(slot: Slot, citizen: User | None, item: str, channel: Channel = Channel.PHONE) -> str:
    return services.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk if citizen else None, competence="vehicle", item_code=item,
        item_name="换证", channel=channel, by=BY, at=NOON,
    )  # fmt: skip


def test_a_person_has_a_handful_of_appointments_whatever_they_are_for(
    hall: Hall, citizens: list[User]
) -> None:
    slot = hall.slot(capacity=20)
    held = [hold(slot, citizens[0], f"i{number}") for number in range(MOST_LIVE)]
    with pytest.raises(TooManyLive):
        hold(slot, citizens[0], "one-more")
    assert Slot.objects.get().taken == MOST_LIVE
    services.cancel_appointment(appointment_id=held[1], by=BY, at=NOON)
    hold(slot, citizens[0], "one-more")
    assert sorted(Appointment.objects.exclude(state="cancelled").values_list("place_no", flat=True)) == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    hold(slot, citizens[1], "i1")  # others are not in the way
    for number in range(MOST_LIVE + 1):
        hold(slot, None, f"h{number}", Channel.HALL)  # the hall knows whom it books for


def test_a_hold_that_moves_counts_once(hall: Hall, citizens: list[User]) -> None:
    slot, other = hall.slot(), hall.slot(starts_at=NOON + timedelta(hours=3))
    for _again in range(MOST_LIVE + 2):
        hold(slot, citizens[0], "i40")
        hold(other, citizens[0], "i40")
    assert list(Appointment.objects.filter(state="held").values_list("place_no", flat=True)) == [1]


@pytest.mark.django_db
def test_twenty_tries_an_hour_and_it_is_noted_once(asker: queries.Asker) -> None:
    for _try in range(20):
        try_once(asker)
    for _try in range(3):
        with pytest.raises(TooFast) as refused:
            try_once(asker)
        assert 0 < refused.value.retry_after_s <= 3600
    assert AuditEntry.objects.filter(verb="booking.too_fast").count() == 1


@pytest.mark.django_db
def test_a_crowd_behind_one_address_works_and_nobody_is_shut_out(asker: queries.Asker) -> None:
    for number in range(rules.ADDRESS_ASKED):
        try_once(queries.Asker(f"{asker.person}-{number}", f"{asker.device}-{number}", asker.address))
    with pytest.raises(ProofNeeded) as asked:
        try_once(asker)
    assert AuditEntry.objects.filter(verb="booking.proof_asked").count() == 1
    try_once(asker, solved(asker.person, asked.value.params["digits"]))


@pytest.mark.django_db
def test_a_rush_of_the_whole_city_is_noted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "CITY_ASKED", 3)
    crowd = [queries.Asker(f"C{number}", f"c{number}", f"10.1.0.{number}") for number in range(6)]
    for asker in crowd[:3]:
        try_once(asker)
    for asker in crowd[3:]:
        with pytest.raises(ProofNeeded):
            try_once(asker)
    noted = AuditEntry.objects.get(verb="booking.proof_asked")
    assert noted.detail == {"counted_by": "city"}


def solved(person: str, digits: int) -> str:
    text = queries.challenge_for(person=person, digits=digits, at=NOON + timedelta(days=20000))
    challenge = altcha.Challenge.from_dict(json.loads(text))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


@pytest.mark.django_db
def test_no_other_proof_counts(asker: queries.Asker, settings: Any) -> None:
    settings.BOOKING_PROOF = "always"
    good = solved(asker.person, rules.PROOF_DIGITS)
    content = json.loads(base64.b64decode(good))
    content["challenge"]["parameters"]["keyPrefix"] = "0"
    tampered = base64.b64encode(json.dumps(content).encode()).decode()
    short = solved(asker.person, rules.PROOF_DIGITS - 1)
    for wrong in ("", "x", "e30=", tampered, short, solved("SOMEBODY", rules.PROOF_DIGITS)):
        with pytest.raises(ProofNeeded):
            try_once(asker, wrong)
    assert AuditEntry.objects.filter(verb="booking.proof_refused").count() == 5
    try_once(asker, good)


@pytest.mark.django_db
def test_an_old_proof_is_no_proof(asker: queries.Asker, settings: Any) -> None:
    settings.BOOKING_PROOF = "always"
    text = queries.challenge_for(person=asker.person, digits=1, at=NOON - timedelta(days=9))
    challenge = altcha.Challenge.from_dict(json.loads(text))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    with pytest.raises(ProofNeeded):
        try_once(asker, altcha.Payload(challenge, solution).to_base64())


@pytest.mark.django_db
def test_a_counter_that_is_away_stops_nobody(asker: queries.Asker, settings: Any, tmp_path: Any) -> None:
    settings.VALKEY_URL = f"unix://{tmp_path}/nobody.sock"
    for _try in range(30):
        try_once(asker)
    assert limits.pace({"x": 60}, at=NOON) == {"x": 0}
