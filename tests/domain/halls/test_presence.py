"""Being in the hall: its code changes every minute, is another one in every hall, and forgives one step."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onetrip.core.audit import Actor
from onetrip.core.errors import NotAllowed, NotFound
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Appointment
from onetrip.domain.halls import queries, rules, services
from onetrip.domain.halls.errors import DeviceKindUnknown, DeviceNameMissing, HallCodeWrong, NotInTheHall
from onetrip.domain.halls.models import Device
from tests.domain.booking.conftest import BY, NOON, build_citizens, build_hall

MINUTE = timedelta(minutes=1)
moments = st.integers(0, 10**7).map(lambda seconds: NOON + timedelta(seconds=seconds))


@pytest.fixture
def hall(db):
    return build_hall()


def screen(hall, kind="screen"):
    return services.add_device(venue_code=hall.venue.code, kind=kind, label="大厅屏", by=BY, at=NOON)


@given(at=moments)
def test_a_code_is_taken_in_its_minute_and_the_next_and_never_after(at):
    shown = queries.code_now(venue_code="hall-1", at=at)
    assert len(shown.code) == 6 and 1 <= shown.left_s <= 60
    for later in (timedelta(0), timedelta(seconds=shown.left_s + 59)):
        assert rules.is_hall_code(venue_code="hall-1", code=shown.code, at=at + later)
    gone = at + timedelta(seconds=shown.left_s + 60)
    usable = {rules.hall_code(venue_code="hall-1", step=rules.step_at(gone) - back) for back in (0, 1)}
    assert shown.code in usable or not rules.is_hall_code(venue_code="hall-1", code=shown.code, at=gone)


def test_codes_differ_by_hall_and_by_minute():
    codes = {rules.hall_code(venue_code=f"hall-{n % 5}", step=n) for n in range(2000)}
    assert len(codes) > 1990
    assert rules.hall_code(venue_code="a", step=1) != rules.hall_code(venue_code="b", step=1)


@given(at=moments, minutes=st.integers(0, 29), other=st.text(max_size=40))
def test_a_proof_counts_for_its_hall_for_half_an_hour_and_nothing_else_does(at, minutes, other):
    code = queries.code_now(venue_code="hall-1", at=at).code
    proof = services.show_code.__wrapped__(venue_code="hall-1", code=f" {code[:3]} {code[3:]} ", at=at)
    about = {"proof": proof, "at": at.replace(microsecond=0) + timedelta(minutes=minutes)}
    assert queries.is_present(venue_code="hall-1", **about)
    assert not queries.is_present(venue_code="hall-2", **about)
    assert not queries.is_present(venue_code="hall-1", proof=proof, at=at + rules.PRESENT_FOR + MINUTE)
    assert not queries.is_present(venue_code="hall-1", proof=proof, at=at - MINUTE)
    assert not queries.is_present(venue_code="hall-1", proof=other, at=at)


def test_a_wrong_code_proves_nothing(hall):
    right = queries.code_now(venue_code="hall-1", at=NOON).code
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for typed in (wrong, "", "abc", right[:5]):
        with pytest.raises(HallCodeWrong):
            services.show_code(venue_code="hall-1", code=typed, at=NOON)


def booked(hall):
    (citizen,) = build_citizens(1)
    slot = hall.slot(starts_at=NOON + timedelta(minutes=20))
    about = {"by": Actor("citizen", citizen.public_id), "at": NOON}
    appointment = booking.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk, competence="vehicle", item_code="i40", item_name="换证", **about
    )  # fmt: skip
    booking.confirm_appointment(appointment_id=appointment, **about)
    return appointment, citizen, about


def test_a_hall_with_a_screen_lets_nobody_check_in_from_home(hall):
    appointment, citizen, about = booked(hall)
    screen(hall)
    with pytest.raises(NotInTheHall):
        booking.check_in(appointment_id=appointment, **about)
    walk = {"venue_code": "hall-1", "competence": "vehicle", "item_code": "i40", "item_name": "换证"}
    with pytest.raises(NotInTheHall):
        booking.take_ticket(citizen_id=citizen.pk, **walk, **about)
    assert Appointment.objects.get().state == "booked"
    code = queries.code_now(venue_code="hall-1", at=NOON).code
    proof = services.show_code(venue_code="hall-1", code=code, at=NOON)
    assert booking.check_in(appointment_id=appointment, presence=proof, **about)
    assert booking.take_ticket(citizen_id=citizen.pk, presence=proof, **walk, **about)


def test_reception_and_self_check_in_stand_in_the_hall_anyway(hall):
    appointment, _citizen, _about = booked(hall)
    screen(hall)
    assert booking.check_in(appointment_id=appointment, by=Actor("device", "0" * 16), at=NOON)
    assert booking.take_ticket(
        venue_code="hall-1", competence="vehicle", item_code="i40", item_name="换证", by=Actor("staff", "1" * 16),
        at=NOON,
    )  # fmt: skip


def test_a_hall_without_a_screen_cannot_ask_for_its_code(hall):
    appointment, _citizen, about = booked(hall)
    screen(hall, kind="tablet")
    assert booking.check_in(appointment_id=appointment, **about)


def test_a_machine_is_known_by_its_key_until_it_is_taken_away(hall):
    key = screen(hall)
    found = queries.device_by_key(key=key, at=NOON)
    assert found and (found.venue_code, found.kind, found.silent) == ("hall-1", "screen", False)
    assert key not in str(Device.objects.values().get())
    for other in ("", key[:-1], key.swapcase()):
        assert queries.device_by_key(key=other, at=NOON) is None
    later = NOON + timedelta(hours=1)
    assert queries.devices_of(venue_code="hall-1", at=later)[0].silent
    services.note_seen(device_id=found.id, at=later)
    assert not queries.devices_of(venue_code="hall-1", at=later)[0].silent
    services.remove_device(venue_code="hall-1", device_id=found.id, by=BY, at=later)
    assert queries.device_by_key(key=key, at=later) is None
    assert not queries.asks_for_presence("hall-1")
    with pytest.raises(NotFound):
        services.remove_device(venue_code="hall-1", device_id=found.id, by=BY, at=later)


def test_only_a_lead_sets_machines_up(hall):
    about = {"venue_code": "hall-1", "by": BY, "at": NOON}
    with pytest.raises(DeviceNameMissing):
        services.add_device(kind="tablet", label=" ", **about)
    with pytest.raises(DeviceKindUnknown):
        services.add_device(kind="robot", label="x", **about)
    with pytest.raises(NotAllowed):
        services.add_device(kind="tablet", label="x", **{**about, "by": Actor("citizen", "0" * 16)})
