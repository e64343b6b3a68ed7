"""Access tokens, tickets, OAuth codes and how often each call may be made: what dies, and when."""

import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field

_OLD_TOKEN_LIVES_S = 300


class Refused(Exception):
    """The account's wish is declined with one of WeChat's global return codes."""

    def __init__(self, code: int, words: str) -> None:
        self.code, self.words = code, words
        super().__init__(words)


@dataclass
class Behaviour:
    """How the platform behaves from now on."""

    token_lives_s: float = 7200
    slow_s: float = 0.0  # every call of the account takes so long
    silent: bool = False  # every call of the account is answered with HTTP 502
    busy: int = 0  # so many of the next calls are answered with -1
    quota: dict[str, int] = field(default_factory=dict)  # path -> how many more calls; then 45009
    deliver: bool = True  # False: the account's messages do not arrive at the phone
    copies: int = 1  # how often each callback is sent, as if the answer had been too slow


@dataclass
class Passes:
    """In memory: a platform that is started again has forgotten every token, which is what a real one may do."""

    appid: str
    secret: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._tokens: dict[str, float] = {}
        self._stable = ""
        self._tickets: dict[str, float] = {}
        self._codes: dict[str, tuple[str, str, float]] = {}
        self._used: set[str] = set()
        self._page_tokens: dict[str, tuple[str, str]] = {}

    def count(self, path: str) -> None:
        """Count a call against its quota."""
        with self._lock:
            self.asked[path] += 1
            if self.behaviour.busy > 0:
                self.behaviour.busy -= 1
                raise Refused(-1, "system error")
            left = self.behaviour.quota.get(path)
            if left is not None:
                if left <= 0:
                    raise Refused(45009, "reach max api daily quota limit")
                self.behaviour.quota[path] = left - 1

    def check_account(self, *, appid: str, secret: str) -> None:
        if appid != self.appid:
            raise Refused(40013, "invalid appid")
        if secret != self.secret:
            raise Refused(40125, "invalid appsecret")

    def new_token(self, *, now_s: float) -> str:
        """Give out a token of the old kind; the others of this kind live for five minutes more at most."""
        with self._lock:
            for token, ends_s in self._tokens.items():
                if token != self._stable:
                    self._tokens[token] = min(ends_s, now_s + _OLD_TOKEN_LIVES_S)
            return self._add(now_s)

    def stable_token(self, *, force: bool, now_s: float) -> tuple[str, int]:
        """Return the stable token and the seconds that it lives; `force`: a new one, the old one is dead at once."""
        with self._lock:
            ends_s = self._tokens.get(self._stable, 0)
            if force or ends_s - now_s <= min(_OLD_TOKEN_LIVES_S, self.behaviour.token_lives_s / 2):
                if force:
                    self._tokens.pop(self._stable, None)
                self._stable = self._add(now_s)
                ends_s = self._tokens[self._stable]
            return self._stable, int(ends_s - now_s)

    def _add(self, now_s: float) -> str:
        token = secrets.token_urlsafe(60)
        self._tokens[token] = now_s + self.behaviour.token_lives_s
        return token

    def check_token(self, token: str, *, now_s: float) -> None:
        if not token:
            raise Refused(41001, "access_token missing")
        with self._lock:
            ends_s = self._tokens.get(token)
        if ends_s is None:
            raise Refused(40001, "invalid credential, access_token is invalid or not latest")
        if ends_s <= now_s:
            raise Refused(42001, "access_token expired")

    def expire_tokens(self, *, forget: bool) -> None:
        """Let every token die: as expired (42001), or as never heard of (40001)."""
        with self._lock:
            self._tokens = {} if forget else dict.fromkeys(self._tokens, 0.0)

    def new_ticket(self, *, now_s: float) -> str:
        with self._lock:
            ticket = "kgt" + secrets.token_urlsafe(60)
            self._tickets[ticket] = now_s + 7200
            return ticket

    def knows_ticket(self, ticket: str, *, now_s: float) -> bool:
        return self._tickets.get(ticket, 0) > now_s

    def new_code(self, openid: str, *, scope: str, now_s: float) -> str:
        """Give out an OAuth code: it lives for five minutes and is used once."""
        code = secrets.token_hex(16)
        with self._lock:
            self._codes[code] = (openid, scope, now_s + 300)
        return code

    def use_code(self, code: str, *, now_s: float) -> tuple[str, str, str]:
        """Return openid, scope and the page token that the code stands for."""
        if not code:
            raise Refused(41008, "missing code")
        with self._lock:
            if code in self._used:
                raise Refused(40163, "code been used")
            openid, scope, ends_s = self._codes.pop(code, ("", "", 0.0))
            if ends_s <= now_s:
                raise Refused(40029, "invalid code")
            self._used.add(code)
            token = secrets.token_urlsafe(60)
            self._page_tokens[token] = (openid, scope)
        return openid, scope, token

    def who_holds(self, page_token: str, *, openid: str) -> str:
        """Return whose page token it is. Raises Refused for somebody else's, and for one without userinfo scope."""
        holder, scope = self._page_tokens.get(page_token, ("", ""))
        if holder == "":
            raise Refused(40001, "invalid credential")
        if openid != holder:
            raise Refused(40003, "invalid openid")
        if scope != "snsapi_userinfo":
            raise Refused(48001, "api unauthorized")
        return holder
