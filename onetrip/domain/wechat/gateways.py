"""WeChat's API over HTTPS. The sample city's WeChat is a server of its own (`onetrip fake-wechat`), spoken to alike."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    import requests

_TIMEOUTS_S = (3, 5)


class Unreachable(Exception):
    """WeChat did not answer, or not in a way that can be read; trying again later makes sense."""


@dataclass(frozen=True)
class Account:
    """Who we are to WeChat: `account.json` of the folder that ONETRIP_WECHAT names.

    `token` and `aes_key` are those of the callback (服务器配置); with an empty `aes_key` messages come in the clear.
    `url` is the API's address, `pages_url` the one of OAuth's pages; `codes_url` the one of
    pictures of codes; `site_url` is where our own pages are, `chat_url`
    the sample city's window that looks like the chat.
    """

    appid: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False, default="")
    url: str = "https://api.weixin.qq.com"
    pages_url: str = "https://open.weixin.qq.com"
    codes_url: str = "https://mp.weixin.qq.com"
    site_url: str = ""
    chat_url: str = ""

    @classmethod
    def of(cls, folder: Path) -> "Account":
        """Read the folder. Raises ImproperlyConfigured."""
        try:
            found = cls(**json.loads((folder / "account.json").read_text(encoding="utf-8")))
        except (OSError, TypeError, ValueError) as error:
            raise ImproperlyConfigured(f"ONETRIP_WECHAT: {error}") from error
        if not (found.appid and found.secret and found.token) or len(found.aes_key) not in (0, 43):
            raise ImproperlyConfigured(
                "ONETRIP_WECHAT: account.json needs appid, secret, token, an aes_key of 43"
            )
        return found


class Api:
    """One account's calls; connections are kept open, a set for each thread."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._own = threading.local()

    def ask(self, path: str, *, query: dict[str, str], body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make one call (POST with a body, GET without) and return what WeChat says. Raises Unreachable.

        Neither address nor body are told to anybody: they hold the account's secrets.
        """
        import requests  # here: most processes never ask WeChat anything

        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._session().request(
                "GET" if sent is None else "POST",
                self._account.url + path,
                params=query,
                data=sent,
                headers={"Content-Type": "application/json"},
                timeout=_TIMEOUTS_S,
                allow_redirects=False,
            )
            # The API labels JSON as text/plain; it is always UTF-8.
            said = json.loads(answer.content.decode()) if answer.ok else None
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        if not isinstance(said, dict):
            raise Unreachable(f"http {answer.status_code}")
        return said

    def _session(self) -> "requests.Session":
        import requests

        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
        session: requests.Session = self._own.session
        return session
