"""Papers that are not complete yet: a place for now, firm when all is there, given back in time when not."""

from datetime import datetime, timedelta

import pytest

from onetrip.core.events import publish
from onetrip.core.unit import unit_of_work
from onetrip.domain.accounts.models import User
from onetrip.domain.booking import rules, services
from onetrip.domain.booking.models import Appointment, Mark, Slot
from onetrip.domain.cases import services as cases
from onetrip.domain.cases.models import Case
from onetrip.domain.consultations.events import ConsultationConcluded
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.notifications.models import Message
from tests.domain.booking.conftest import BY, NOON, Hall

IN_3_DAYS = NOON + timedelta(days=3)


@pytest.mark.parametrize(
    ("ahead", "before"),
    [
        (timedelta(days=3), timedelta(hours=24)),
        (timedelta(hours=25), timedelta(hours=24)),
        (timedelta(hours=20), timedelta(hours=2)),
        (timedelta(hours=2, minutes=59), None),
    ],
)
def test_by_when(ahead: timedelta, before: timedelta | None) -> None:
    by = rules.complete_by(at=NOON, starts_at=NOON + ahead)
    assert by == (before and NOON + ahead - before)


@pytest.fixture
def slot(hall: Hall) -> Slot:
    return hall.slot(starts_at=IN_3_DAYS, capacity=2)


def provisional(slot: Slot, citizen: User, at: datetime = NOON) -> str:
    appointment = services.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk, competence="vehicle", item_code="i40", item_name="换证",
        by=BY, at=at,
    )  # fmt: skip
    services.confirm_appointment(appointment_id=appointment, by=BY, at=at)
    services.make_provisional(appointment_id=appointment, by=BY, at=at)
    return appointment


def test_reminded_once_and_then_given_back_without_a_mark(slot: Slot, citizens: list[User]) -> None:
    appointment = provisional(slot, citizens[0])
    assert services.remind_incomplete(at=NOON + timedelta(hours=23)) == 0
    assert services.remind_incomplete(at=NOON + timedelta(hours=25)) == 1
    assert services.remind_incomplete(at=NOON + timedelta(hours=26)) == 0
    assert services.release_incomplete(at=NOON + timedelta(hours=47)) == 0
    assert services.release_incomplete(at=NOON + timedelta(hours=48)) == 1
    row = Appointment.objects.get(public_id=appointment)
    assert row.state == "cancelled" and not Mark.objects.exists()
    assert Slot.objects.get().taken == 0
    templates = set(Message.objects.values_list("template", flat=True))
    assert templates == {"booking.papers_complete", "booking.given_back"}


def test_who_has_everything_keeps_the_place(slot: Slot, citizens: list[User]) -> None:
    appointment = provisional(slot, citizens[0])
    for _twice in range(2):
        services.say_complete(appointment_id=appointment, by=BY, at=NOON)
    assert services.remind_incomplete(at=NOON + timedelta(hours=30)) == 0
    assert services.release_incomplete(at=NOON + timedelta(hours=60)) == 0
    assert Appointment.objects.get().state == "booked"


def test_who_moves_has_until_a_day_before_the_new_time(slot: Slot, hall: Hall, citizens: list[User]) -> None:
    appointment = provisional(slot, citizens[0])
    later = hall.slot(starts_at=IN_3_DAYS + timedelta(days=2))
    services.reschedule_appointment(appointment_id=appointment, slot_id=later.public_id, by=BY, at=NOON)
    assert Appointment.objects.get().complete_by == later.starts_at - timedelta(hours=24)


@pytest.fixture
def errand(slot: Slot, citizens: list[User]) -> Case:
    """A case whose officer said: ready once something is brought."""
    consultation = Consultation.objects.create(
        citizen=citizens[0], competence="vehicle", item_code="i40", item_name="换证", state="concluded", rank=1,
        joined_at=NOON, seen_at=NOON,
    )  # fmt: skip
    return Case.objects.create(
        citizen=citizens[0], item_code="i40", item_name="换证", competence="vehicle", state="ready", answers={},
        guide_version="none", opened_at=NOON, changed_at=NOON, consultation=consultation, conclusion_kind="ready_with",
    )  # fmt: skip


def booked(errand: Case, slot: Slot, citizen: User) -> Appointment:
    appointment = services.hold_slot(
        slot_id=slot.public_id, citizen_id=citizen.pk, competence="vehicle", item_code="i40", item_name="换证",
        by=BY, at=NOON,
    )  # fmt: skip
    row = Appointment.objects.get(public_id=appointment)
    Case.objects.filter(pk=errand.pk).update(appointment=row)
    services.confirm_appointment(appointment_id=appointment, by=BY, at=NOON)
    return Appointment.objects.get(pk=row.pk)


def test_the_officers_conclusion_decides(errand: Case, slot: Slot, citizens: list[User]) -> None:
    row = booked(errand, slot, citizens[0])
    assert row.complete_by == IN_3_DAYS - timedelta(hours=24)
    assert errand.consultation is not None
    concluded = ConsultationConcluded(
        consultation_id=errand.consultation.public_id, kind="ready", text="", at=NOON, by=BY
    )
    with unit_of_work():
        publish(concluded)
    row.refresh_from_db()
    assert row.complete_by is None


def test_a_ready_case_is_booked_firmly_and_its_citizen_may_say_so(
    errand: Case, slot: Slot, citizens: list[User]
) -> None:
    Case.objects.filter(pk=errand.pk).update(conclusion_kind="ready")
    row = booked(errand, slot, citizens[0])
    assert row.complete_by is None
    services.make_provisional(appointment_id=row.public_id, by=BY, at=NOON)
    cases.say_complete(case_id=errand.public_id, citizen_id=citizens[0].pk, by=BY, at=NOON)
    row.refresh_from_db()
    assert row.complete_by is None
