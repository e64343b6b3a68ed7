"""The provider's rules: what it answers to the merchant, and what happens when a citizen pays."""

import gzip
import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from onetrip.cli.fakes.wechat_pay.bill import bill_of
from onetrip.cli.fakes.wechat_pay.books import Books
from onetrip.cli.fakes.wechat_pay.courier import Courier
from onetrip.cli.fakes.wechat_pay.signing import Seal, notice_of
from onetrip.core.clock import city_time

Answer = tuple[int, dict[str, Any] | None]


class Refused(Exception):
    """The provider says no: (status, code)."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def _now_text() -> str:
    return city_time(datetime.now(UTC)).isoformat(timespec="seconds")


def payer_of(row: dict[str, Any]) -> str:
    """Return who alone may pay it (JSAPI), nothing where anybody may."""
    return str(json.loads(row["body"]).get("payer", {}).get("openid", ""))


def _trade_type(row: dict[str, Any]) -> str:
    return "JSAPI" if payer_of(row) else "MWEB" if "scene_info" in json.loads(row["body"]) else "NATIVE"


class Provider:
    """One merchant's account. `cashier_url`: where citizens find the page to pay at."""

    def __init__(self, *, seal: Seal, books: Books, cashier_url: str) -> None:
        self.seal, self.books, self.cashier_url = seal, books, cashier_url
        self.courier = Courier(sign=self._sign, address=lambda: str(self.seal.merchant["notify_url"]))

    def _sign(self, body: str) -> dict[str, str]:
        return self.seal.headers(body, stamp=int(datetime.now(UTC).timestamp()))

    # What the merchant asks

    def open(self, way: str, wish: dict[str, Any]) -> Answer:
        """POST /v3/pay/transactions/{jsapi,h5,native}"""
        if (
            wish.get("mchid") != self.seal.merchant["mchid"]
            or wish.get("appid") != self.seal.merchant["appid"]
        ):
            raise Refused(400, "PARAM_ERROR")
        number, fen = str(wish.get("out_trade_no", "")), wish.get("amount", {}).get("total")
        wants = {"jsapi": wish.get("payer", {}).get("openid"), "h5": wish.get("scene_info"), "native": True}
        if not 6 <= len(number) <= 32 or type(fen) is not int or fen < 1 or not wish.get("notify_url"):
            raise Refused(400, "PARAM_ERROR")
        if not wants[way] or not wish.get("description"):
            raise Refused(400, "PARAM_ERROR")
        with self.books.locked():
            if self.books.payment(number) is not None:
                raise Refused(400, "OUT_TRADE_NO_USED")
            prepay = "wx" + secrets.token_hex(16)
            self.books.open_payment(
                number=number, prepay=prepay, body=wish, fen=fen, expires=str(wish.get("time_expire", ""))
            )
        address = f"{self.cashier_url}/cashier/{prepay}"
        return 200, {
            "jsapi": {"prepay_id": prepay},
            "h5": {"h5_url": address},
            "native": {"code_url": address},
        }[way]

    def look_up(self, number: str) -> Answer:
        """GET /v3/pay/transactions/out-trade-no/{number}"""
        found = self.books.payment(number)
        if found is None:
            raise Refused(404, "ORDER_NOT_EXIST")
        return 200, self._payment(found)

    def _payment(self, row: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "appid": self.seal.merchant["appid"],
            "mchid": self.seal.merchant["mchid"],
            "out_trade_no": row["number"],
            "trade_state": row["state"],
            "trade_state_desc": row["state"],
            "amount": {"total": row["fen"], "currency": "CNY"},
        }
        if row["success_time"]:
            told |= {
                "transaction_id": row["transaction_id"],
                "trade_type": _trade_type(row),
                "bank_type": "OTHERS",
                "success_time": row["success_time"],
                "payer": {"openid": payer_of(row) or "o-sample"},
                "amount": {**told["amount"], "payer_total": row["fen"], "payer_currency": "CNY"},
            }
        return told

    def close(self, number: str) -> Answer:
        """POST /v3/pay/transactions/out-trade-no/{number}/close"""
        with self.books.locked():
            found = self.books.payment(number)
            if found is None:
                raise Refused(404, "ORDER_NOT_EXIST")
            if found["success_time"]:
                raise Refused(400, "ORDERPAID")
            self.books.set_closed(number)
        return 204, None

    def refund(self, wish: dict[str, Any]) -> Answer:
        """POST /v3/refund/domestic/refunds"""
        number, payment_no = str(wish.get("out_refund_no", "")), str(wish.get("out_trade_no", ""))
        fen, total = wish.get("amount", {}).get("refund"), wish.get("amount", {}).get("total")
        with self.books.locked():
            payment, known = self.books.payment(payment_no), self.books.refund(number)
            if payment is None or not payment["success_time"]:
                raise Refused(404, "RESOURCE_NOT_EXISTS")
            if known is not None and (known["fen"], known["payment"]) != (fen, payment_no):
                raise Refused(400, "PARAM_ERROR")
            if known is None:
                left = payment["fen"] - self.books.refunded_fen(payment_no)
                if type(fen) is not int or not 0 < fen <= left or total != payment["fen"]:
                    raise Refused(400, "INVALID_REQUEST")
                refund_id = f"50{secrets.randbelow(10**26):026d}"
                self.books.open_refund(number=number, payment=payment_no, refund_id=refund_id, fen=fen)
                self.courier.later(self.courier.behaviour.refunds_take_s, lambda: self._pay_back(number))
        return 200, self._refund(number) | {"status": self._refund_row(number)["state"]}

    def look_up_refund(self, number: str) -> Answer:
        """GET /v3/refund/domestic/refunds/{number}"""
        if self.books.refund(number) is None:
            raise Refused(404, "RESOURCE_NOT_EXISTS")
        return 200, self._refund(number) | {"status": self._refund_row(number)["state"]}

    def _refund_row(self, number: str) -> dict[str, Any]:
        row = self.books.refund(number)
        assert row is not None
        return row

    def _refund(self, number: str) -> dict[str, Any]:
        row = self._refund_row(number)
        payment = self.books.payment(row["payment"])
        assert payment is not None
        told = {
            "mchid": self.seal.merchant["mchid"],
            "out_trade_no": row["payment"],
            "transaction_id": payment["transaction_id"],
            "out_refund_no": number,
            "refund_id": row["refund_id"],
            "user_received_account": "支付用户零钱",
            "amount": {"total": payment["fen"], "refund": row["fen"], "currency": "CNY"},
        }
        return told | ({"success_time": row["success_time"]} if row["success_time"] else {})

    def certificates(self) -> Answer:
        """GET /v3/certificates"""
        certificate = self.seal.certificate
        encrypted = self.seal.encrypted(self.seal.certificate_pem, kind="certificate")
        entry = {
            "serial_no": self.seal.serial,
            "effective_time": certificate.not_valid_before_utc.isoformat(),
            "expire_time": certificate.not_valid_after_utc.isoformat(),
            "encrypt_certificate": encrypted,
        }
        return 200, {"data": [entry]}

    def bill(self, day: str, own_url: str) -> Answer:
        """GET /v3/bill/tradebill"""
        text = self.bill_text(day)
        if text is None:
            raise Refused(400, "NO_STATEMENT_EXIST")
        digest = hashlib.sha1(text, usedforsecurity=False).hexdigest()
        address = f"{own_url}/v3/billdownload/file?token={day}"
        return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": address}

    def bill_text(self, day: str) -> bytes | None:
        paid, back = self.books.of_day(day)
        return bill_of(paid, back, merchant=self.seal.merchant) if paid or back else None

    def bill_file(self, day: str) -> bytes:
        """GET /v3/billdownload/file"""
        return gzip.compress(self.bill_text(day) or b"")

    # What the citizen does

    def pay(self, number: str) -> str:
        """Take the citizen's money and tell the merchant. Returns the transaction's id. Raises Refused."""
        with self.books.locked():
            found = self.books.payment(number)
            if found is None:
                raise Refused(404, "ORDER_NOT_EXIST")
            if found["success_time"]:
                return str(found["transaction_id"])
            late = found["expires"] and datetime.fromisoformat(found["expires"]) <= datetime.now(UTC)
            if (found["state"] != "NOTPAY" or late) and not self.courier.behaviour.pay_closed:
                raise Refused(400, "ORDER_CLOSED")
            transaction_id = f"42{secrets.randbelow(10**26):026d}"
            self.books.set_paid(number, transaction_id=transaction_id, at=_now_text())
            paid = self.books.payment(number)
        assert paid is not None
        self._tell("TRANSACTION.SUCCESS", self._payment(paid))
        return transaction_id

    def _pay_back(self, number: str) -> None:
        self.books.set_refunded(number, at=_now_text())
        told = self._refund(number) | {"refund_status": "SUCCESS"}
        self._tell("REFUND.SUCCESS", told)

    def _tell(self, event_type: str, resource: dict[str, Any]) -> None:
        body = notice_of(
            self.seal,
            event_id=secrets.token_hex(18),
            event_type=event_type,
            resource=resource,
            created=_now_text(),
        )
        self.courier.bring(body)


def as_text(answer: dict[str, Any] | None) -> str:
    """Write an answer's body."""
    return "" if answer is None else json.dumps(answer, ensure_ascii=False)
