"""The fake WeChat as a process of its own, and Django in this process connected to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.fakes import a_fake, control
from tests.servers import Server


@dataclass
class FakeWeChat:
    """A running WeChat; `folder` is what ONETRIP_WECHAT names."""

    server: Server
    folder: Path

    def control(self, what: str, **wish: Any) -> dict[str, Any]:
        return control(self.server, what, **wish)

    def asked(self, path: str) -> int:
        """Return how often the account has made a call."""
        return int(self.control("look")["asked"].get(path, 0))

    def person(self, number: int = 0) -> str:
        """Return the openid of one of its people."""
        return str(self.control("look")["people"][number]["openid"])

    def act(self, openid: str, verb: str, **how: Any) -> dict[str, Any]:
        """Have a person do something on the phone (see onetrip.cli.fakes.wechat.phone); return the account's answer."""
        return self.control("act", openid=openid, verb=verb, **{"with": how})

    def lines(self, openid: str) -> list[dict[str, Any]]:
        return list(self.control("lines", openid=openid)["lines"])


@contextmanager
def fake_wechat(
    *, folder: Path, site_url: str = "http://localhost", plain: bool = False
) -> Iterator[FakeWeChat]:
    """Run WeChat; its messages go to the hooks of `site_url`."""
    options = ["--callback-url", f"{site_url}/hooks/wechat", "--site-url", f"{site_url}/"]
    with a_fake("fake-wechat", folder=folder, options=[*options, *(["--plain"] if plain else [])]) as server:
        yield FakeWeChat(server, folder / "account")


@contextmanager
def talking_with(wechat: FakeWeChat) -> Iterator[FakeWeChat]:
    """Let Django in this process use WeChat."""
    with account_in(wechat.folder):
        wechat.control("reset")
        yield wechat


@contextmanager
def account_in(folder: Path) -> Iterator[None]:
    """Let Django in this process have the account of this folder."""
    before = settings.WECHAT_FOLDER
    settings.WECHAT_FOLDER = str(folder)
    try:
        yield
    finally:
        settings.WECHAT_FOLDER = before
