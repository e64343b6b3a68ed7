"""What a person does on the phone: says something, presses a button, scans a code, is somewhere."""

import time
from typing import Any

from onetrip.cli.fakes.wechat.calls import Platform
from onetrip.cli.fakes.wechat.courier import Answer
from onetrip.cli.fakes.wechat.pages import PLACES

UNAVAILABLE = "该公众号提供的服务出现故障，请稍后再试"


class Phone:
    """One person's phone with the account's chat on it."""

    def __init__(self, platform: Platform, openid: str) -> None:
        self.platform, self.openid = platform, openid
        self.books = platform.books

    @property
    def person(self) -> dict[str, Any]:
        found = self.books.person(self.openid)
        assert found is not None, "the caller has looked"
        return found

    def say(self, text: str) -> Answer:
        self._mine({"text": text})
        return self._bring({"MsgType": "text", "Content": text})

    def press(self, key: str) -> Answer:
        return self._bring({"MsgType": "event", "Event": "CLICK", "EventKey": key})

    def send_place(self, name: str) -> Answer:
        latitude, longitude = PLACES[name]
        self._mine({"text": f"[位置] {name}"})
        return self._bring({"MsgType": "location", "Location_X": latitude, "Location_Y": longitude, "Scale": 15,
                            "Label": name})  # fmt: skip

    def be_at(self, name: str) -> Answer:
        """Report the phone's place, as WeChat does for who agreed to that. Nothing may be answered."""
        latitude, longitude = PLACES[name]
        return self._bring({"MsgType": "event", "Event": "LOCATION", "Latitude": latitude, "Longitude": longitude,
                            "Precision": 65.0})  # fmt: skip

    def follow(self, *, scene: str = "", ticket: str = "") -> Answer:
        self.books.set_follows(self.openid, True)
        key = f"qrscene_{scene}" if scene else ""
        return self._bring({"MsgType": "event", "Event": "subscribe", "EventKey": key, "Ticket": ticket})

    def unfollow(self) -> Answer:
        self.books.set_follows(self.openid, False)
        return self._bring({"MsgType": "event", "Event": "unsubscribe", "EventKey": ""})

    def scan(self, *, scene: str, ticket: str) -> Answer:
        if not self.person["follows"]:
            return self.follow(scene=scene, ticket=ticket)
        return self._bring({"MsgType": "event", "Event": "SCAN", "EventKey": scene, "Ticket": ticket})

    def _mine(self, content: dict[str, Any]) -> None:
        self.books.add_line(self.openid, mine=True, kind="text", content=content)

    def _bring(self, fields: dict[str, str | int | float]) -> Answer:
        self.books.note_heard(self.openid, now_s=time.time())
        copies = self.platform.passes.behaviour.copies
        answer = self.platform.courier.bring(self.openid, fields, copies=copies)
        if answer.status != 200:
            answer = Answer(answer.status, "text", {"text": UNAVAILABLE})
        if answer.kind in ("text", "news") and answer.content:
            self.books.add_line(self.openid, mine=False, kind=answer.kind, content=dict(answer.content))
        return answer
