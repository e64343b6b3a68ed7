"""Whatever comes in whatever order, the books are right in the end: hypothesis plays citizen, provider and forger.

The provider is the real fake one. Each step may be followed by any other; a worker may die in the middle of a job, and
the page between asking the provider and writing its answer down. At the end everything is let come to rest, and the
two sides are compared.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.payments import flows, queries, services
from onetrip.domain.payments.gateways import Declined, Unreachable
from onetrip.domain.payments.models import Attempt, Order, Refund
from tests.depth import examples
from tests.domain.payments import conftest as world
from tests.domain.payments.conftest import BY, FEN, Till, an_order, balance, refused

T = TypeVar("T")
LATE = timedelta(minutes=30)
# Which of several: the same draw in every run, whatever names the rows got and whatever came in from outside meanwhile.
ANY = st.integers(0, 999)
WAYS = st.sampled_from(["native", "h5"])


class Killed(Exception):
    """kill -9: what was not committed is gone."""


def one(rows: Sequence[T], which: int) -> T:
    return rows[which % len(rows)]


class AnyOrder(RuleBasedStateMachine):
    till: Till

    def __init__(self) -> None:
        super().__init__()
        self.has_heard = False
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.till.pay.be_good()
        self.till.ear.heard.clear()
        self.orders: list[str] = []
        self.paid: set[str] = set()
        self.mail = 0  # how many of the provider's notices have been delivered or thrown away

    @initialize()
    def begin(self) -> None:
        self.order(expires=False)

    def numbers(self) -> list[str]:
        return list(Attempt.objects.order_by("pk").values_list("public_id", flat=True))

    @rule(expires=st.booleans())
    def order(self, expires: bool) -> None:
        at = clock.now()
        self.orders.append(an_order(expires_at=at + timedelta(minutes=5) if expires else None, at=at))

    @rule(which=ANY, way=WAYS, dies=st.booleans())
    def start(self, which: int, way: str, dies: bool) -> None:
        """Begin to pay; the page may die after the provider was asked and before its answer is written."""
        order_id = one(self.orders, which)
        note_opened = services.note_opened
        try:
            if dies:
                services.note_opened = self._die
            flows.start_payment(order_id=order_id, way=way, ip="10.0.0.1", by=BY, at=clock.now())
        except (Refusal, Killed):
            pass
        finally:
            services.note_opened = note_opened

    @staticmethod
    def _die(**_words: object) -> None:
        raise Killed

    @precondition(lambda self: self.numbers())
    @rule(which=ANY, lost=st.booleans(), copies=st.integers(1, 2), late=st.booleans())
    def pay(self, which: int, lost: bool, copies: int, late: bool) -> None:
        """The citizen pays, now and then what was closed; the notice may be lost or come twice."""
        number = one(self.numbers(), which)
        before = len(self.till.ear.heard)
        self.till.pay.behave(lose=int(lost), copies=copies, pay_closed=late)
        try:
            self.till.pay.pay(number)
        except AssertionError:
            return  # closed, or never opened
        if number not in self.paid and not lost:
            self.till.heard(before + copies)
            self.has_heard = True
        self.paid.add(number)

    @precondition(lambda self: self.has_heard)
    @rule(which=ANY)
    def deliver(self, which: int) -> None:
        """Any notice, in any order, again and again: one that was taken is refused as a replay."""
        refused(one(self.till.ear.heard, which))

    @precondition(lambda self: self.has_heard)
    @rule(which=ANY)
    def forge(self, which: int) -> None:
        headers, body = one(self.till.ear.heard, which)
        assert refused((headers, body.replace(b"SUCCESS", b"SUCCESZ")))
        assert refused(({**headers, "Wechatpay-Nonce": "another"}, body))

    @rule(dies=st.booleans())
    def work(self, dies: bool) -> None:
        """The worker does what is due; when it dies, the job it was in is undone and its notice stays."""
        if not dies:
            world.work()
            return
        for event_id in queries.notices_to_apply(limit=1):
            try:
                with transaction.atomic():
                    services.apply_notice(event_id=event_id, at=clock.now())
                    raise Killed
            except Killed:
                pass

    @precondition(lambda self: self.numbers())
    @rule(which=ANY, late=st.booleans())
    def look(self, which: int, late: bool) -> None:
        flows.look_after(number=one(self.numbers(), which), at=clock.now() + (LATE if late else timedelta()))

    @rule(which=ANY)
    def expire(self, which: int) -> None:
        flows.close_order(order_id=one(self.orders, which), at=clock.now() + LATE)

    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        """The errand falls through: what is paid goes back, what is due is asked for no more."""
        order_id = one(self.orders, which)
        services.refund_by_rule(order_id=order_id, reason="cancelled", by=BY, at=clock.now())
        services.end_order(order_id=order_id, by=BY, at=clock.now())

    @rule()
    def provider_falls_silent(self) -> None:
        self.till.pay.behave(silent=True)
        for refund in Refund.objects.filter(state="approved"):
            flows.send_refund(refund_id=refund.public_id, at=clock.now())
        self.till.pay.behave(silent=False)

    @invariant()
    def the_books_are_right(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        came = sum(row.fen for row in Attempt.objects.filter(state="paid"))
        went = sum(row.fen for row in Refund.objects.filter(state="done"))
        assert balance().get("provider", 0) == came - went
        for order in Order.objects.all():
            kept = [one for one in order.attempts.filter(state="paid") if not one.surplus]
            assert len(kept) <= 1, "nobody pays twice"
            assert (order.state in ("paid", "refunded")) == bool(kept)

    def teardown(self) -> None:
        try:
            self.come_to_rest()
            self.compare_with_the_provider()
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        """Time passes: every attempt is looked after to its end, the bill is compared, every refund comes home."""
        self.till.pay.be_good()
        for number in self.numbers():
            flows.look_after(number=number, at=clock.now() + LATE)
        self.bring_refunds_home()
        self.ask_about_differences()
        self.bring_refunds_home()

    def ask_about_differences(self) -> None:
        """Money for what was closed already, and its notice lost: the daily bill knows, and somebody asks."""
        at = clock.now()
        flows.reconcile(day=clock.city_day(at), by=BY, at=at)
        ours = set(self.numbers())
        for difference in queries.differences(day=clock.city_day(at), limit=5000):
            if difference.number in ours:
                flows.ask_about_difference(difference_id=difference.id, by=BY, at=clock.now())

    def bring_refunds_home(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            world.work()
            for refund in Refund.objects.filter(state="approved"):
                flows.send_refund(refund_id=refund.public_id, at=clock.now())
            if not Refund.objects.filter(state="approved").exists():
                return
            time.sleep(0.02)
        raise AssertionError("a refund never comes home")

    def compare_with_the_provider(self) -> None:
        self.the_books_are_right()
        theirs = 0
        for number in self.numbers():
            try:
                told = flows.provider().look_up(number=number)
            except (Unreachable, Declined) as fault:
                raise AssertionError(number) from fault
            is_paid = told is not None and told.outcome in ("SUCCESS", "REFUND")
            assert is_paid == (number in self.paid) == (world.attempt(number).state == "paid")
            theirs += FEN if is_paid else 0
        theirs -= sum(refund.fen for refund in Refund.objects.all())
        kept = FEN * Order.objects.filter(state="paid").count()
        assert balance() == ({"provider": kept, "fees": -kept} if kept else {}) and theirs == kept
        assert queries.trial_balance().get("refunds_due", 0) == 0


def test_any_interleaving_ends_with_both_sides_alike(till: Till) -> None:
    AnyOrder.till = till
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=examples(25), stateful_step_count=25, deadline=None, suppress_health_check=checks
        ),
    )
