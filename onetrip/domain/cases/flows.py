"""Paying for an errand: the place waits, the provider is asked, the page gets an address to pay at."""

from datetime import datetime

from onetrip.core.audit import Actor
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts.errors import WeChatMissing
from onetrip.domain.cases import queries, services
from onetrip.domain.payments import flows as payments


def start_payment(*, case_id: str, citizen_id: int, way: str, ip: str, by: Actor, at: datetime) -> str:
    """Begin to pay the fee online and return the attempt's number.

    Raises as services.prepare_payment and payments.flows.start_payment do.
    """
    order_id = services.prepare_payment(case_id=case_id, citizen_id=citizen_id, by=by, at=at)
    return payments.start_payment(order_id=order_id, way=way, ip=ip, by=by, at=at)


def pay_in_wechat(*, case_id: str, citizen_id: int, ip: str, by: Actor, at: datetime) -> dict[str, str]:
    """Begin to pay the fee by the citizen's own WeChat and return what the page hands to it, signed.

    Raises NotFound for a stranger's, WeChatMissing where none is linked, and as start_payment does.
    """
    queries.fee(case_id=case_id, citizen_id=citizen_id)
    openid = accounts.openid_of(citizen_id)
    if openid is None:
        raise WeChatMissing()
    order_id = services.prepare_payment(case_id=case_id, citizen_id=citizen_id, by=by, at=at)
    return payments.start_in_wechat(order_id=order_id, openid=openid, ip=ip, by=by, at=at)


def show_code_at_window(*, case_id: str, officer_id: int, by: Actor, at: datetime) -> str:
    """Begin a payment by QR code on the officer's screen and return the attempt's number.

    Raises as services.ask_fee_at_window and payments.flows.start_payment do.
    """
    order_id = services.ask_fee_at_window(case_id=case_id, officer_id=officer_id, by=by, at=at)
    return payments.start_payment(order_id=order_id, way="native", ip="", by=by, at=at)


def look_after_payment(*, case_id: str, citizen_id: int, at: datetime) -> None:
    """Ask the provider what became of the payments that are open for the citizen's fee. Raises NotFound."""
    order = queries.fee(case_id=case_id, citizen_id=citizen_id).order
    if order is not None and order.waiting is not None:
        payments.look_after(number=order.waiting.id, at=at)
