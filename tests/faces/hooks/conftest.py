"""An official account, its phone's side, and the catalogue and hall that it tells of."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from defusedxml.ElementTree import fromstring
from django.http import HttpResponse
from django.test import Client

from onetrip.cli.fakes.wechat.sealing import Sealing, xml_of
from tests.domain.booking.conftest import Hall, build_hall
from tests.domain.catalog.conftest import shipped
from tests.fake_wechat import account_in

__all__ = ["shipped"]
APPID, TOKEN = "wx2c2769f8efd9abc2", "spamtest"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SITE = "https://city.example.org"
OPENID = "oAbcdefghijklmnopqrstuvwxyz0"


@dataclass
class Said:
    """The account's answer, opened."""

    status: int
    kind: str = ""
    text: str = ""
    cards: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Speaker:
    """WeChat, in front of our callback: signs, seals, sends, opens what comes back."""

    sealing: Sealing

    def send(self, *, to: str = "/hooks/wechat", xml: str | None = None, stamp: int | None = None,
             nonce: str | None = None, **fields: str | int | float) -> HttpResponse:  # fmt: skip
        message = xml or xml_of({"ToUserName": "gh_1", "FromUserName": OPENID, "CreateTime": int(time.time()),
                                 **fields})  # fmt: skip
        query, body = self.sealing.wrap(message, openid=OPENID, stamp=stamp or int(time.time()), nonce=nonce)
        return self.post(query, body, to=to)

    def post(self, query: dict[str, str], body: str, *, to: str = "/hooks/wechat") -> HttpResponse:
        return Client().post(f"{to}?{urlencode(query)}", body, content_type="text/xml")

    def say(self, **fields: str | int | float) -> Said:
        return self.read(self.send(**fields))  # type: ignore[arg-type]

    def ask(self, text: str, number: int = 0) -> Said:
        return self.say(MsgType="text", Content=text, MsgId=number or time.time_ns())

    def read(self, response: HttpResponse) -> Said:
        text = response.content.decode()
        if response.status_code != 200 or not text.startswith("<"):
            return Said(response.status_code, "", text)
        tree = fromstring(text)
        if tree.find("Encrypt") is not None:
            tree = fromstring(self.sealing.read_answer({each.tag: each.text or "" for each in tree}))
        assert tree.findtext("ToUserName") == OPENID and tree.findtext("FromUserName") == "gh_1"
        cards = [{part.tag: part.text or "" for part in item} for item in tree.iter("item")]
        return Said(200, tree.findtext("MsgType") or "", tree.findtext("Content") or "", cards)


@pytest.fixture
def account(tmp_path: Path, db: None) -> Iterator[Speaker]:
    """The account in safe mode."""
    with _account(tmp_path, KEY) as speaker:
        yield speaker


@pytest.fixture
def plain_account(tmp_path: Path, db: None) -> Iterator[Speaker]:
    """The account in plain mode: only time and number are signed."""
    with _account(tmp_path, "") as speaker:
        yield speaker


def _account(folder: Path, key: str) -> "_Account":
    known = {"appid": APPID, "secret": "s" * 32, "token": TOKEN, "aes_key": key, "site_url": SITE}
    (folder / "account.json").write_text(json.dumps(known))
    return _Account(folder, Speaker(Sealing(token=TOKEN, aes_key=key, appid=APPID)))


class _Account:
    def __init__(self, folder: Path, speaker: Speaker) -> None:
        self._inside, self._speaker = account_in(folder), speaker

    def __enter__(self) -> Speaker:
        self._inside.__enter__()
        return self._speaker

    def __exit__(self, *error: object) -> None:
        self._inside.__exit__(*error)  # type: ignore[arg-type]


@pytest.fixture
def hall(shipped: None, db: None) -> Hall:
    return build_hall()
