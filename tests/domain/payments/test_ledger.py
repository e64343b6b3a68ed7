"""The database keeps the ledger: it must balance, and nobody changes it."""

import pytest
from django.db import DatabaseError, connection, transaction

from onetrip.core import clock
from onetrip.domain.payments.models import Entry, Posting
from onetrip.domain.payments.services.ledger import post
from onetrip.domain.payments.states import Account
from tests.domain.payments.conftest import BY


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def a_posting(*fen: int) -> Posting:
    posting = Posting.objects.create(key=f"test:{fen}", at=clock.now(), by="system:test")
    for number, amount in enumerate(fen):
        Entry.objects.create(posting=posting, account=list(Account)[number], fen=amount)
    return posting


@pytest.mark.parametrize("fen", [(), (100,), (100, -99), (100, 100), (1, 2, -4)])
def test_what_does_not_balance_is_not_committed(db: None, fen: tuple[int, ...]) -> None:
    with pytest.raises(DatabaseError, match="does not balance"), transaction.atomic():
        a_posting(*fen)
        check_now()


def test_a_late_entry_cannot_tip_a_posting(db: None) -> None:
    posting = a_posting(5, -5)
    check_now()
    with pytest.raises(DatabaseError, match="does not balance"), transaction.atomic():
        Entry.objects.create(posting=posting, account=Account.CASH, fen=7)
        check_now()


def test_nothing_is_changed_or_deleted(db: None) -> None:
    posting = a_posting(5, -5)
    rows = (Posting.objects.filter(pk=posting.pk), Entry.objects.filter(posting=posting))
    for change in (lambda: rows[1].update(fen=6), lambda: rows[1].delete(), lambda: rows[0].update(by="me")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_service_refuses_sooner_and_a_key_counts_once(db: None) -> None:
    sides = [(Account.CASH, 100), (Account.FEES, -100)]
    with pytest.raises(ValueError, match="does not balance"):
        post(key="a", sides=[*sides, (Account.SAFE, 1)], by=BY, at=clock.now())
    post(key="a", sides=sides, by=BY, at=clock.now())
    with pytest.raises(DatabaseError, match="duplicate"), transaction.atomic():
        post(key="a", sides=sides, by=BY, at=clock.now())
