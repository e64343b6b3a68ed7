"""kill -9 of web and worker at any moment while people pay, cancel and let orders lapse: the books are right.

The state machine of `tests/domain/payments/test_any_interleaving.py` tries far more orders of events, in one process.
Here everything is real: processes, HTTP, commits, the worker's queue. Which step follows which, and when whom the
kill hits, is drawn from the seeds of a fixed bank.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoDbBlocker

from onetrip.cli.ports import free_port
from onetrip.core import clock
from onetrip.core.audit import Actor, verify
from onetrip.core.errors import Refusal
from onetrip.domain.booking.models import Appointment
from onetrip.domain.cases import services as cases
from onetrip.domain.cases.models import Case
from onetrip.domain.catalog import services as catalog
from onetrip.domain.payments import flows, queries
from onetrip.domain.payments.models import Attempt, Notice, Order, Refund
from onetrip.faces.frame.sessions import CITIZEN
from tests.conftest import django_on
from tests.domain.booking.conftest import Hall, build_hall
from tests.domain.cases.test_errand import answers_for
from tests.domain.cases.test_fees import BEFORE, COMPETENCES
from tests.domain.catalog.conftest import SHIPPED
from tests.fake_pay import FakePay, fake_pay, paying_through
from tests.people import a_citizen, signed_in
from tests.servers import Farm, Server

pytestmark = pytest.mark.timeout(400)

SEEDS, STEPS, KILLS = (5, 20), 9, 3
BY = Actor.system("test")
REST_WITHIN_S = 100
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass
class Town:
    """The processes, the provider, and a hall with places."""

    farm: Farm
    pay: FakePay
    hall: Hall
    web: Server
    worker: Server
    errands: list["Errand"] = field(default_factory=list)

    def start_again_what_died(self) -> None:
        if self.web.child.poll() is not None:
            self.web = self.farm.start("web", port=self.web.port)
            self.farm.wait_until_it_answers(self.web, "/healthz")
        if self.worker.child.poll() is not None:
            _sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
            self.worker = self.farm.start("worker")

    def begin(self) -> None:
        """Somebody holds a place that is confirmed by paying."""
        user, at = a_citizen(), clock.now()
        by = Actor("citizen", user.public_id)
        case_id = cases.open_case(
            citizen_id=user.pk, item_code=BEFORE, answers=answers_for(BEFORE), by=by, at=at
        )
        slot = self.hall.slot(starts_at=at + timedelta(hours=30, minutes=len(self.errands)), capacity=1)
        cases.hold_slot(slot_id=slot.public_id, case_id=case_id, citizen_id=user.pk, by=by, at=at)
        cookie = signed_in(user).cookies[CITIZEN.cookie].value
        self.errands.append(Errand(case_id, user.pk, self.web.url, cookie))


@dataclass
class Errand:
    """One citizen's browser, on the errand's pages."""

    case_id: str
    citizen_id: int
    url: str
    cookie: str

    @property
    def case(self) -> Case:
        return Case.objects.select_related("appointment", "order").get(public_id=self.case_id)

    def attempts(self) -> list[Attempt]:
        return list(Attempt.objects.filter(order__payer_id=self.citizen_id).order_by("pk"))

    def press(self, page: str, **fields: str) -> None:
        """Open a page and press its button. The connection may break at any moment: then nobody knows what happened."""
        address = f"{self.url}/cases/{self.case_id}/{page}"
        cookies = {CITIZEN.cookie: self.cookie}
        with suppress(httpx.TransportError), httpx.Client(cookies=cookies, timeout=30) as browser:
            token = _TOKEN.search(browser.get(address).text)
            if token:
                browser.post(address, data={"csrfmiddlewaretoken": token[1], **fields})


@pytest.fixture
def town(tmp_path: Path, fresh_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    port = free_port()
    with (
        fake_pay(folder=tmp_path, notify_url=f"http://127.0.0.1:{port}/hooks/wechat-pay") as pay,
        django_db_blocker.unblock(),
        django_on(fresh_database),
        paying_through(pay),
    ):
        farm = Farm(folder=tmp_path, database_url=fresh_database, ONETRIP_WECHAT_PAY=str(pay.folder))
        try:
            web, worker = farm.start("web", port=port), farm.start("worker")
            catalog.import_catalog(folder=SHIPPED, by=BY, at=clock.now())
            hall = build_hall()
            hall.schedule.competences = COMPETENCES
            hall.schedule.save()
            farm.wait_until_it_answers(web, "/healthz")
            yield Town(farm, pay, hall, web, worker)
        finally:
            farm.stop()


def test_killed_at_any_moment_nobody_pays_twice_and_no_place_is_without_its_fee(town: Town) -> None:
    kinds: set[str] = set()
    for seed in SEEDS:
        kinds |= play(town, random.Random(seed))
        the_books_are_right()
    assert {"web", "worker"} <= kinds and {"pays", "cancels", "lapses", "forges"} <= kinds
    come_to_rest(town)
    compare_with_the_provider(town)


def play(town: Town, chance: random.Random) -> set[str]:
    """Some steps, some of them with a kill in the middle; return what happened."""
    acts: dict[str, Callable[[Town, random.Random], None]] = {
        "starts": starts, "pays": pays, "cancels": cancels, "lapses": lapses, "forges": forges,
        "releases": lambda town, _chance: town.pay.control("release"),
    }  # fmt: skip
    weights = [5, 8, 2, 2, 2, 2]
    killed_at = set(chance.sample(range(1, STEPS), KILLS))
    for _two in range(2):
        town.begin()
        town.errands[-1].press("pay", way="native")
    happened: set[str] = set()
    for step in range(STEPS):
        name = chance.choices(list(acts), weights)[0]
        victim = chance.choice(["web", "worker"]) if step in killed_at else ""
        kill = threading.Timer(chance.uniform(0, 0.5), getattr(town, victim).kill) if victim else None
        if kill:
            kill.start()
        acts[name](town, chance)
        if kill:
            kill.join()
            town.start_again_what_died()
        happened |= {name, victim}
    return happened


def starts(town: Town, chance: random.Random) -> None:
    """Somebody new, or one more way to pay for somebody who is paying already."""
    if chance.random() < 0.5:
        town.begin()
    chance.choice(town.errands).press("pay", way=chance.choice(["h5", "native"]))


def pays(town: Town, chance: random.Random) -> None:
    """Pay what can be paid, also what we have closed; its notice is lost, doubled, late, or held back for a while."""
    errand = chance.choice(town.errands)
    town.pay.behave(lose=chance.choice([0, 0, 1]), copies=chance.choice([1, 2]), pay_closed=chance.random() < 0.3,
                    delay_s=chance.choice([0, 0.3]), hold=chance.random() < 0.2)  # fmt: skip
    for attempt in errand.attempts()[-2:]:
        with suppress(AssertionError):  # it is closed, or the page died before it was opened
            town.pay.pay(attempt.public_id)


def cancels(town: Town, chance: random.Random) -> None:
    chance.choice(town.errands).press(chance.choice(["appointment/cancel", "withdraw"]))


def lapses(town: Town, chance: random.Random) -> None:
    """Time passes for somebody: the hold and what waits for money have ended."""
    errand, now = chance.choice(town.errands), clock.now()
    mine = {"order__payer_id": errand.citizen_id}
    Attempt.objects.filter(**mine, state__in=("opening", "open")).update(expires_at=now)
    Order.objects.filter(payer_id=errand.citizen_id, state="due").update(expires_at=now)
    Appointment.objects.filter(pk=errand.case.appointment_id, state="held").update(held_until=now)


def forges(town: Town, chance: random.Random) -> None:
    """A notice that nobody has signed. It is refused whenever somebody is there to refuse it."""
    body = chance.randbytes(40).hex()
    names = ("Timestamp", "Nonce", "Signature", "Serial", "Signature-Type")
    headers = {f"Wechatpay-{name}": str(int(time.time())) for name in names}
    try:
        answer = httpx.post(f"{town.web.url}/hooks/wechat-pay", content=body, headers=headers, timeout=30)
    except httpx.TransportError:
        return
    assert 400 <= answer.status_code < 500


def the_books_are_right() -> None:
    assert sum(queries.trial_balance().values()) == 0
    for order in Order.objects.prefetch_related("attempts"):
        kept = [one for one in order.attempts.all() if one.state == "paid" and not one.surplus]
        assert len(kept) <= 1, "nobody pays twice"
        assert (order.state in ("paid", "refunded")) == bool(kept)


def come_to_rest(town: Town) -> None:
    """Everybody is alive, all that is open ends, and what the provider's bill alone knows is asked about."""
    town.pay.be_good()
    town.pay.control("release")
    town.start_again_what_died()
    deadline = time.monotonic() + REST_WITHIN_S
    while what := still_to_do(town):
        assert time.monotonic() < deadline, (what, _jobs_as_they_stand(), town.worker.said()[-3000:])
        time.sleep(0.3)


def _jobs_as_they_stand() -> list[tuple[object, ...]]:
    rows = ProcrastinateJob.objects.exclude(status="succeeded").exclude(task_name__in=TIMETABLE)
    refunds = Refund.objects.filter(state="approved").values_list(
        "public_id", "looks", "fault", "reason", "asked_at"
    )
    return [*rows.values_list("task_name", "args", "status", "attempts"), *refunds]


def still_to_do(town: Town) -> str:
    """Say what has not come to its end, and let time pass for it."""
    past = clock.now()
    in_the_air = Attempt.objects.filter(state__in=("opening", "open"))
    due = Order.objects.filter(state="due")
    jobs = ProcrastinateJob.objects.filter(
        task_name__regex="^(payments|cases)[.]", status__in=("todo", "doing")
    )
    one_off = jobs.exclude(task_name__in=TIMETABLE)
    in_the_air.filter(expires_at__gt=past).update(expires_at=past)
    due.filter(expires_at__gt=past).update(expires_at=past)
    Appointment.objects.filter(state="held", held_until__gt=past).update(held_until=past)
    _sql("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()")
    for what, rows in (
        ("notices", Notice.objects.filter(applied_at=None)), ("attempts", in_the_air), ("orders", due),
        ("holds", Appointment.objects.filter(state="held")), ("jobs", one_off),
    ):  # fmt: skip
        if rows.exists():
            return what
    if Refund.objects.filter(state="approved").exists():
        return "refunds"
    return "differences" if asked_about_differences() else ""


TIMETABLE = ("payments.apply_notices", "payments.close_overdue_orders", "payments.look_after_forgotten",
             "payments.reconcile_yesterday")  # fmt: skip


def asked_about_differences() -> int:
    """Compare the day as the office does, ask about what only the provider knows, and return how much that was."""
    at = clock.now()
    flows.reconcile(day=clock.city_day(at), by=BY, at=at)
    open_ones = [one for one in queries.differences(day=clock.city_day(at)) if one.state == "open"]
    for one in open_ones:
        try:
            flows.ask_about_difference(difference_id=one.id, by=BY, at=at)
        except Refusal:
            continue
    return len(open_ones)


def compare_with_the_provider(town: Town) -> None:
    the_books_are_right()
    theirs = town.pay.totals()
    came = sum(row.fen for row in Attempt.objects.filter(state="paid"))
    went = sum(row.fen for row in Refund.objects.filter(state="done"))
    assert (theirs["paid"], theirs["refunded"]) == (came, went) and came > 0
    books = {account: fen for account, fen in queries.trial_balance().items() if fen}
    kept = came - went
    assert books == ({"provider": kept, "fees": -kept} if kept else {})
    for errand in town.errands:
        case = errand.case
        has_place = case.appointment is not None and case.appointment.state == "booked"
        assert has_place == (case.order is not None and case.order.state == "paid"), errand.case_id
    assert verify().intact


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
