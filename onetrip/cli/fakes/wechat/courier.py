"""Brings messages and events to the account's callback, three times at most, and reads what it answers."""

import http.client
import itertools
import secrets
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from defusedxml.ElementTree import fromstring

from onetrip.cli.fakes.wechat.sealing import Sealing, xml_of

ANSWER_WITHIN_S = 5
TRIES = 3
_ids = itertools.count(secrets.randbits(40))


@dataclass(frozen=True)
class Answer:
    """What the account said. `status`: 0 when nothing came in time."""

    status: int
    kind: str = ""
    content: Mapping[str, Any] | None = None


class Courier:
    """Knows where the callback is and how to sign for it."""

    def __init__(self, *, callback_url: str, sealing: Sealing) -> None:
        self.callback_url, self.sealing = callback_url, sealing
        # On loopback the demo's own certificate will do: there is nobody to be protected from.
        is_ours = callback_url.startswith("https://127.0.0.1:")
        self._context = ssl._create_unverified_context() if is_ours else None

    def bring(self, openid: str, fields: Mapping[str, str | int | float], *, copies: int = 1) -> Answer:
        """Bring one message or event and return the answer to the last copy of it."""
        message: dict[str, str | int | float] = {
            "ToUserName": "gh_onetrip000",
            "FromUserName": openid,
            "CreateTime": int(time.time()),
            **fields,
        }
        if fields["MsgType"] != "event":
            message["MsgId"] = next(_ids)
        answer = Answer(0)
        for _copy in range(copies):
            answer = self._try(openid, xml_of(message))
        return answer

    def bring_later(self, openid: str, fields: Mapping[str, str | int | float]) -> None:
        """Bring an event that nobody waits for."""
        threading.Thread(target=self.bring, args=(openid, fields), daemon=True).start()

    def _try(self, openid: str, xml: str) -> Answer:
        for _try in range(TRIES):
            query, body = self.sealing.wrap(xml, openid=openid, stamp=int(time.time()))
            answer = self._send(f"{self.callback_url}?{urlencode(query)}", body)
            if answer.status != 0:
                return answer
        return Answer(0)

    def _send(self, address: str, body: str) -> Answer:
        request = urllib.request.Request(
            address, data=body.encode(), headers={"Content-Type": "text/xml"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S, context=self._context) as answer:
                return self._read(answer.read(1_000_000).decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code)
        except (OSError, http.client.HTTPException):
            return Answer(0)

    def _read(self, text: str) -> Answer:
        if text in ("", "success"):
            return Answer(200)
        try:
            tree = fromstring(text)
            if tree.find("Encrypt") is not None:
                tree = fromstring(self.sealing.read_answer({each.tag: each.text or "" for each in tree}))
            kind = tree.findtext("MsgType") or ""
            if kind == "text":
                return Answer(200, kind, {"text": tree.findtext("Content") or ""})
            cards = [{part.tag: part.text or "" for part in item} for item in tree.iter("item")]
        except (KeyError, ValueError, SyntaxError) as error:
            return Answer(502, "fault", {"text": type(error).__name__})
        return Answer(200, kind, {"cards": cards})
