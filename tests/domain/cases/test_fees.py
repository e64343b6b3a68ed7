"""Hold, pay, confirm: no place lost while paying, no money kept without a place."""

import shutil
from dataclasses import dataclass
from datetime import timedelta

import pytest

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Appointment
from onetrip.domain.cases import flows, queries, services
from onetrip.domain.cases import jobs as case_jobs
from onetrip.domain.cases.errors import FeeDue, FeeLater, NothingBooked, NothingToPay
from onetrip.domain.cases.models import Case
from onetrip.domain.catalog import services as catalog
from onetrip.domain.notifications.models import Message
from onetrip.domain.payments import flows as payment_flows
from onetrip.domain.payments.errors import OrderNotDue
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import Hall
from tests.domain.cases.test_errand import answers_for
from tests.domain.payments import conftest as pay
from tests.domain.payments.conftest import Till
from tests.people import a_citizen, a_staff_member

provider, till = pay.provider, pay.till
BEFORE, AT_WINDOW, FREE = "i81-passport-lost", "i28-id-card-lost", "i14-household-register"
COMPETENCES = ["exit_entry", "household", "id_card"]


@dataclass
class Errand:
    hall: Hall
    till: Till
    citizen_id: int
    case_id: str
    by: Actor

    @property
    def of(self) -> dict:
        return {"case_id": self.case_id, "citizen_id": self.citizen_id}

    @property
    def case(self) -> Case:
        return Case.objects.get(public_id=self.case_id)

    @property
    def place(self) -> str:
        return self.case.appointment.state

    def hold(self) -> None:
        slot = self.hall.slot(starts_at=clock.now() + timedelta(hours=30), capacity=1)
        services.hold_slot(slot_id=slot.public_id, **self.of, by=self.by, at=clock.now())

    def start(self, *, at=None) -> str:
        return flows.start_payment(**self.of, way="h5", ip="10.0.0.1", by=self.by, at=at or clock.now())

    def pay(self, number: str) -> None:
        self.till.pay.behave(lose=1)
        self.till.pay.pay(number)
        payment_flows.look_after(number=number, at=clock.now())

    @property
    def fee(self):
        return queries.fee(**self.of)


@pytest.fixture
def errand_for(shipped: None, hall: Hall, till: Till):
    hall.schedule.competences = COMPETENCES
    hall.schedule.save()

    def begin(item: str) -> Errand:
        citizen = a_citizen()
        by = Actor("citizen", citizen.public_id)
        case_id = services.open_case(
            citizen_id=citizen.pk, item_code=item, answers=answers_for(item), by=by, at=clock.now()
        )
        return Errand(hall, till, citizen.pk, case_id, by)

    return begin


def work() -> None:
    """What the worker does, until nothing is left."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    for _round in range(20):
        done = pay.work()
        for row in ProcrastinateJob.objects.filter(status="todo", task_name="cases.settle_fee"):
            case_jobs.settle_fee.func(**row.args)
            pay._forget(row.pk)
            done += 1
        if not done:
            return


def test_a_fee_before_the_visit_confirms_the_place(errand_for) -> None:
    errand = errand_for(BEFORE)
    assert errand.fee.before and errand.fee.is_due and not errand.fee.can_pay_online
    with pytest.raises(NothingBooked):
        errand.start()
    errand.hold()
    with pytest.raises(FeeDue):
        services.confirm(**errand.of, by=errand.by, at=clock.now())
    number = errand.start()
    assert errand.start() == number
    assert (errand.place, errand.fee.order.state) == ("held", "due")
    errand.pay(number)
    assert (errand.place, errand.case.state) == ("booked", "booked")
    assert not errand.fee.is_due and errand.fee.order.kept_fen == 12000
    with pytest.raises(OrderNotDue):
        errand.start()


def test_the_place_waits_while_its_holder_pays(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    at = errand.case.appointment.held_until - timedelta(minutes=2)
    number = errand.start(at=at)
    held_until, ends = errand.case.appointment.held_until, pay.attempt(number).expires_at
    assert held_until == at + timedelta(minutes=5) and ends == held_until - timedelta(minutes=1)
    booking.expire_holds(at=at + timedelta(minutes=4))
    assert errand.place == "held"
    errand.pay(number)
    assert errand.place == "booked"


def test_a_hold_that_is_over_but_not_given_away_still_counts(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    number = errand.start()
    Appointment.objects.update(held_until=clock.now() - timedelta(minutes=1))
    errand.pay(number)
    assert errand.place == "booked"


def test_a_place_that_is_gone_gives_its_fee_back(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    number = errand.start()
    booking.expire_holds(at=clock.now() + timedelta(hours=1))
    assert errand.place == "expired"
    errand.pay(number)
    work()
    assert errand.fee.order.state == "refunded"
    assert [one.reason for one in errand.fee.order.refunds] == ["no_place"]
    assert sum(pay.balance().values()) == 0 and "fees" not in pay.balance()


def test_a_cancelled_appointment_gives_its_fee_back_and_a_new_one_costs_anew(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    errand.pay(errand.start())
    services.cancel_booking(**errand.of, by=errand.by, at=clock.now())
    assert errand.fee.order.state == "paid", "no lock of the order is asked for within the cancellation"
    work()
    assert errand.fee.order.state == "refunded"
    errand.hold()
    with pytest.raises(FeeDue):
        services.confirm(**errand.of, by=errand.by, at=clock.now())
    first = errand.fee.order.id
    errand.pay(errand.start())
    assert errand.place == "booked" and errand.fee.order.id != first


def test_giving_up_ends_what_is_due(errand_for) -> None:
    errand = errand_for(AT_WINDOW)
    number = errand.start()
    services.withdraw_case(**errand.of, by=errand.by, at=clock.now())
    work()
    assert errand.fee.order.state == "closed" and pay.attempt(number).state == "closed"


def test_giving_up_lets_the_held_place_go(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    services.withdraw_case(**errand.of, by=errand.by, at=clock.now())
    assert (errand.place, errand.case.state) == ("cancelled", "withdrawn")


@pytest.mark.parametrize("job_first", [True, False])
def test_money_that_comes_after_giving_up_goes_back(errand_for, job_first: bool) -> None:
    errand = errand_for(BEFORE)
    errand.hold()
    number = errand.start()
    services.withdraw_case(**errand.of, by=errand.by, at=clock.now())
    if job_first:
        case_jobs.settle_fee.func(case=errand.case_id)
    errand.pay(number)
    work()
    assert (pay.attempt(number).state, errand.place) == ("paid", "cancelled")
    assert [one.reason for one in errand.fee.order.refunds] == ["withdrawn"]
    assert pay.balance() in ({}, {"provider": 12000, "refunds_due": -12000}), "on its way back, or there"


def test_a_fee_is_kept_of_whoever_is_in_the_hall_already(errand_for) -> None:
    errand = errand_for(BEFORE)
    errand.hall.desks[0].competences = COMPETENCES
    errand.hall.desks[0].save()
    errand.hold()
    number = errand.start()
    services.walk_in(
        venue_code=errand.hall.venue.code, item_code=BEFORE, citizen_id=errand.citizen_id,
        by=errand.by, at=clock.now(),
    )  # fmt: skip
    errand.pay(number)
    work()
    assert (errand.fee.order.state, errand.case.state, errand.place) == ("paid", "arrived", "held")
    booking.expire_holds(at=clock.now() + timedelta(hours=1))
    work()
    assert (errand.fee.order.state, errand.case.state, errand.place) == ("paid", "arrived", "expired")


def test_a_fee_at_the_window_may_be_paid_sooner(errand_for) -> None:
    errand = errand_for(AT_WINDOW)
    errand.hold()
    services.confirm(**errand.of, by=errand.by, at=clock.now())
    assert errand.fee.can_pay_online and not errand.fee.before
    errand.pay(errand.start())
    assert errand.fee.order.state == "paid"
    services.cancel_booking(**errand.of, by=errand.by, at=clock.now())
    work()
    assert errand.fee.order.state == "refunded"


def test_what_is_free_cannot_be_paid(errand_for) -> None:
    errand = errand_for(FREE)
    assert not errand.fee.is_due
    with pytest.raises(NothingToPay):
        errand.start()


def test_a_stranger_finds_no_fee(errand_for) -> None:
    errand = errand_for(AT_WINDOW)
    other = a_citizen()
    with pytest.raises(NotFound):
        queries.fee(case_id=errand.case_id, citizen_id=other.pk)
    with pytest.raises(NotFound):
        services.prepare_payment(case_id=errand.case_id, citizen_id=other.pk, by=errand.by, at=clock.now())
    with pytest.raises(NotFound):
        services.ask_fee_at_window(case_id=errand.case_id, officer_id=other.pk, by=errand.by, at=clock.now())


def test_without_a_provider_the_place_is_confirmed_as_ever(errand_for, settings) -> None:
    errand = errand_for(BEFORE)
    settings.WECHAT_PAY_FOLDER = ""
    errand.hold()
    services.confirm(**errand.of, by=errand.by, at=clock.now())
    assert errand.place == "booked" and not errand.fee.before and not errand.fee.can_pay_online


def test_a_fee_after_the_visit_is_owed_when_the_errand_is_done(errand_for, tmp_path) -> None:
    folder = tmp_path / "catalog"
    shutil.copytree("catalog", folder)
    guide = folder / "items" / f"{BEFORE}.yaml"
    guide.write_text(guide.read_text(encoding="utf-8").replace("pay: before", "pay: after"), encoding="utf-8")
    catalog.import_catalog(folder=folder, by=pay.BY, at=clock.now())
    errand = errand_for(BEFORE)
    assert errand.fee.later and not errand.fee.is_due and not errand.fee.before
    with pytest.raises(FeeLater):
        errand.start()
    officer, desk = a_staff_member(), errand.hall.desks[0].pk
    Desk.objects.filter(pk=desk).update(competences=COMPETENCES)
    staff = Actor("staff", officer.public_id)
    ticket = services.walk_in(
        venue_code="hall-1", item_code=BEFORE, citizen_id=errand.citizen_id, by=errand.by, at=clock.now()
    )
    booking.call_next(desk_id=desk, by=staff, at=clock.now())
    assert not Message.objects.filter(template="cases.fee_due").exists()
    services.record_outcome(
        ticket_id=ticket, desk_id=desk, outcome="done", officer_id=officer.pk, by=staff, at=clock.now()
    )
    assert Message.objects.filter(template="cases.fee_due").count() == 1
    assert errand.fee.is_due and errand.fee.can_pay_online and not errand.fee.later
    errand.pay(errand.start())
    work()
    assert (errand.fee.order.state, errand.case.state) == ("paid", "done")
