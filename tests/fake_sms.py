"""The fake SMS platform as a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fakes import a_fake, control
from tests.servers import Server

SECRET = "tests-sms-secret"


@dataclass
class FakeSms:
    """A running platform."""

    server: Server

    @property
    def url(self) -> str:
        return f"{self.server.url}/messages"

    def behave(self, **wish: Any) -> None:
        control(self.server, "behaviour", **wish)

    def be_good(self) -> None:
        self.behave(busy=0, broken=0, mute=0, lost=0, copies=1, delay_s=0)

    def totals(self) -> dict[str, int]:
        return {name: int(count) for name, count in control(self.server, "totals").items()}

    def brought(self, count: int = 1000) -> dict[str, str]:
        """Return id → text of the messages it took."""
        return {one["id"]: one["text"] for one in control(self.server, "newest", count=count)["messages"]}


@contextmanager
def fake_sms(*, folder: Path, receipts_url: str = "") -> Iterator[FakeSms]:
    """Run the platform; its receipts go to `receipts_url`."""
    options = ["--secret", SECRET, *(["--receipts-url", receipts_url] if receipts_url else [])]
    with a_fake("fake-sms", folder=folder, options=options) as server:
        yield FakeSms(server)
