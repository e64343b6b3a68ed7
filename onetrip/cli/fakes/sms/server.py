"""HTTP in front of the platform: the customer's signed calls, and a control for tests."""

import json
from typing import Any

from onetrip.cli.fakes.desk import Desk, Door
from onetrip.cli.fakes.sms.platform import Platform

PLACE = "/messages"


class PlatformDesk(Desk):
    """One call."""

    server: "Server"

    def serve(self, place: str) -> None:
        if place == PLACE:
            self._serve_customer()
        elif place.startswith("/control/"):
            self._serve_control(place.removeprefix("/control/"))
        else:
            self._say(404, {})

    def _serve_customer(self) -> None:
        platform = self.server.platform
        believed = platform.believes(
            stamp=self.headers.get("X-Onetrip-Timestamp", ""),
            signature=self.headers.get("X-Onetrip-Signature", ""),
            method=self.command,
            place=self.path,
            body=self.body.encode(),
        )
        if not believed:
            self._say(401, {"code": "signature"})
        elif self.command == "GET":
            self._say(*platform.look_up(self.query("ids").split(",")))
        else:
            self._say(*platform.take(json.loads(self.body)["messages"]))

    def _serve_control(self, what: str) -> None:
        """For tests and the demo's own machine."""
        platform = self.server.platform
        wish: dict[str, Any] = json.loads(self.body or "{}")
        if what == "behaviour" and self.command == "POST":
            platform.behave(wish)
        if what == "newest":
            self._say(200, {"messages": platform.books.newest(int(wish.get("count", 50)))})
        else:
            self._say(200, platform.books.totals())

    def _say(self, status: int, said: dict[str, Any]) -> None:
        self.say(status, json.dumps(said).encode(), "application/json")


class Server(Door):
    """The platform at an address."""

    def __init__(self, address: tuple[str, int], *, platform: Platform) -> None:
        self.platform = platform
        super().__init__(address, desk=PlatformDesk)
