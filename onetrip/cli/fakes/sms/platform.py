"""What the platform answers: its rules, and the faults it is told to have."""

import hashlib
import hmac
import json
import queue
import random
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from onetrip.cli.fakes.sms.books import Books

WINDOW_S = 300
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_RECEIPTS_AT_ONCE = 100


@dataclass(frozen=True)
class Behaviour:
    """`busy`, `broken`, `mute`: shares of messages turned away, of calls that fail before, and of calls that fail
    after the messages were taken. `lost`: share of receipts that say it could not be brought there."""

    busy: float = 0
    broken: float = 0
    mute: float = 0
    lost: float = 0
    copies: int = 1
    receipt_after_s: float = 0.2
    delay_s: float = 0


class Platform:
    """One customer's account."""

    def __init__(self, *, secret: str, books: Books, receipts_url: str) -> None:
        self.books, self.behaviour = books, Behaviour()
        self._secret, self._receipts_url = secret.encode(), receipts_url
        self._receipts: queue.Queue[tuple[float, str]] = queue.Queue()
        if receipts_url:
            threading.Thread(target=self._bring_receipts, daemon=True).start()

    def behave(self, wish: dict[str, Any]) -> None:
        self.behaviour = replace(self.behaviour, **wish)

    def sign(self, *, stamp: str, method: str, place: str, body: bytes) -> str:
        signed = f"{stamp}\n{method}\n{place}\n".encode() + body
        return "sha256=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest()

    def believes(self, *, stamp: str, signature: str, method: str, place: str, body: bytes) -> bool:
        """Say whether the customer has signed this just now."""
        right = self.sign(stamp=stamp, method=method, place=place, body=body)
        return (
            stamp.isdigit()
            and abs(time.time() - int(stamp)) <= WINDOW_S
            and hmac.compare_digest(right, signature)
        )

    def take(self, messages: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        """Answer a call with messages."""
        how, chance = self.behaviour, random.random()
        if how.delay_s:
            time.sleep(how.delay_s)
        if chance < how.broken:
            return 503, {}
        verdicts = {one["id"]: self._verdict(one) for one in messages}
        taken = [one for one in messages if verdicts[one["id"]][0] == "taken"]
        self.books.take(taken, now_s=time.time())
        if self._receipts_url:
            due = time.time() + how.receipt_after_s
            for one in taken:
                for _copy in range(how.copies):
                    self._receipts.put((due, one["id"]))
        if chance < how.broken + how.mute:
            return 500, {}
        numbers = self.books.known([one["id"] for one in taken]) if taken else {}
        results = [
            {"id": key, "status": status, "code": code, "number": numbers.get(key, "")}
            for key, (status, code) in verdicts.items()
        ]
        return 200, {"results": results}

    def _verdict(self, one: dict[str, Any]) -> tuple[str, str]:
        if not _MOBILE.fullmatch(str(one.get("phone"))):
            return "refused", "no_address"
        if not str(one.get("text", "")).strip():
            return "refused", "rejected"
        return ("busy", "limit") if random.random() < self.behaviour.busy else ("taken", "")

    def look_up(self, ids: list[str]) -> tuple[int, dict[str, Any]]:
        """Say which messages were taken."""
        known = self.books.known(ids)
        return 200, {
            "results": [{"id": key, "status": "taken", "number": number} for key, number in known.items()]
        }

    def _bring_receipts(self) -> None:
        while True:
            due, key = self._receipts.get()
            time.sleep(max(0, due - time.time()))
            keys = [key]
            while len(keys) < _RECEIPTS_AT_ONCE and not self._receipts.empty():
                keys.append(self._receipts.get()[1])
            for _try in range(20):
                if self._told(keys):
                    break
                time.sleep(0.5)

    def _told(self, keys: list[str]) -> bool:
        told = [{"id": key, "at": time.time(), **self._fate()} for key in keys]
        body = json.dumps({"receipts": told}).encode()
        stamp, place = str(int(time.time())), urlsplit(self._receipts_url).path
        headers = {
            "Content-Type": "application/json",
            "X-Onetrip-Timestamp": stamp,
            "X-Onetrip-Signature": self.sign(stamp=stamp, method="POST", place=place, body=body),
        }
        request = urllib.request.Request(self._receipts_url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10):
                return True
        except urllib.error.HTTPError as no:
            return no.code < 500
        except OSError:
            return False

    def _fate(self) -> dict[str, str]:
        if random.random() < self.behaviour.lost:
            return {"status": "lost", "code": "no_address"}
        return {"status": "arrived", "code": ""}
