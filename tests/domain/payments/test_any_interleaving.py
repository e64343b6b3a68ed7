"""Whatever comes in whatever order, the books are right in the end: hypothesis plays citizen, provider and forger.

The provider is the real fake one. Each step may be followed by any other; a worker may die in the middle of a job, and
the page between asking the provider and writing its answer down. At the end everything is let come to rest, and the
two sides are compared.
"""

import time
from datetime import timedelta

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
from tests.domain.payments import conftest as world
from tests.domain.payments.conftest import BY, FEN, Till, an_order, balance, refused

LATE = timedelta(minutes=30)
WAYS = st.sampled_from(["native", "h5"])


class Killed(Exception):
    """kill -9: what was not committed is gone."""


class AnyOrder(RuleBasedStateMachine):
    till: Till

    def __init__(self) -> None:
        super().__init__()
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

    def one(self, data: st.DataObject, rows: list) -> str:
        return data.draw(st.sampled_from(sorted(rows)))

    def numbers(self) -> list[str]:
        return list(Attempt.objects.values_list("public_id", flat=True))

    @rule(expires=st.booleans())
    def order(self, expires: bool) -> None:
        at = clock.now()
        self.orders.append(an_order(expires_at=at + timedelta(minutes=5) if expires else None, at=at))

    @rule(data=st.data(), way=WAYS, dies=st.booleans())
    def start(self, data: st.DataObject, way: str, dies: bool) -> None:
        """Begin to pay; the page may die after the provider was asked and before its answer is written."""
        order_id = self.one(data, self.orders)
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
    @rule(data=st.data(), lost=st.booleans(), copies=st.integers(1, 2), late=st.booleans())
    def pay(self, data: st.DataObject, lost: bool, copies: int, late: bool) -> None:
        """The citizen pays, now and then what was closed; the notice may be lost or come twice."""
        number = self.one(data, self.numbers())
        before = len(self.till.ear.heard)
        self.till.pay.behave(lose=int(lost), copies=copies, pay_closed=late)
        try:
            self.till.pay.pay(number)
        except AssertionError:
            return  # closed, or never opened
        if number not in self.paid and not lost:
            self.till.heard(before + copies)
        self.paid.add(number)

    @precondition(lambda self: self.till.ear.heard)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        """Any notice, in any order, again and again: one that was taken is refused as a replay."""
        heard = data.draw(st.integers(0, len(self.till.ear.heard) - 1))
        refused(self.till.ear.heard[heard])

    @precondition(lambda self: self.till.ear.heard)
    @rule(data=st.data())
    def forge(self, data: st.DataObject) -> None:
        headers, body = self.till.ear.heard[data.draw(st.integers(0, len(self.till.ear.heard) - 1))]
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
    @rule(data=st.data(), late=st.booleans())
    def look(self, data: st.DataObject, late: bool) -> None:
        flows.look_after(
            number=self.one(data, self.numbers()), at=clock.now() + (LATE if late else timedelta())
        )

    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        flows.close_order(order_id=self.one(data, self.orders), at=clock.now() + LATE)

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """The errand falls through: what is paid goes back, what is due is asked for no more."""
        order_id = self.one(data, self.orders)
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
        """Time passes: every attempt is looked after to its end, every refund comes home."""
        self.till.pay.be_good()
        for number in self.numbers():
            flows.look_after(number=number, at=clock.now() + LATE)
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
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=checks
        ),
    )
