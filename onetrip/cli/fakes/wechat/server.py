"""HTTP in front of the platform: the account's calls, pages for people, a control for tests."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import segno

from onetrip.cli.fakes.desk import WHOSE_PHONE, Desk, Door
from onetrip.cli.fakes.wechat import pages
from onetrip.cli.fakes.wechat.calls import Platform
from onetrip.cli.fakes.wechat.passes import Behaviour, Refused
from onetrip.cli.fakes.wechat.phone import Phone

_CODE = re.compile(r"/qr/(g[\w-]+)")
_AUTHORIZE = "/connect/oauth2/authorize"


class WeChatDesk(Desk):
    """One request."""

    server: "Server"

    @property
    def platform(self) -> Platform:
        return self.server.platform

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))

    @property
    def phone(self) -> Phone | None:
        """The phone whose browser this is."""
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get(WHOSE_PHONE)
        known = self.platform.books.person(cookie.value) if cookie else None
        return Phone(self.platform, known["openid"]) if known else None

    def serve(self, place: str) -> None:
        if place.startswith(("/cgi-bin/", "/sns/")) and place != "/cgi-bin/showqrcode":
            self.serve_account(place)
        elif place.startswith("/control/"):
            self.serve_control(place)
        elif place == "/cgi-bin/showqrcode":
            self._picture()
        elif place == "/person":
            self._choose()
        elif phone := self.phone:
            self._serve_person(place, phone)
        else:
            self._page(pages.choose_person(self.platform.books.people(), onward=self.path))

    # The account

    def serve_account(self, place: str) -> None:
        """Answer a call of the account: as WeChat, with 200 and a code."""
        behaviour = self.platform.passes.behaviour
        if behaviour.slow_s:
            time.sleep(behaviour.slow_s)
        if behaviour.silent:
            self.say(502, b"", "text/plain")
            return
        try:
            answer = self.platform.call(place, self._wish(), query=self.query)
        except Refused as no:
            answer = {"errcode": no.code, "errmsg": no.words}
        self._json(200, answer)

    def _wish(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body or "{}")
        except ValueError:
            raise Refused(47001, "data format error") from None
        if not isinstance(found, dict):
            raise Refused(47001, "data format error")
        return found

    # People

    def _serve_person(self, place: str, phone: Phone) -> None:
        if place == _AUTHORIZE:
            self._authorize(phone)
        elif found := _CODE.fullmatch(place):
            self._scanned(found[1], phone)
        elif place.startswith("/chat/") and self.command == "POST":
            self._act(place.removeprefix("/chat/"), phone)
        elif place in ("/", "/chat"):
            books = self.platform.books
            site_url = self.server.site_url
            self._page(
                pages.chat(phone.person, books.lines(phone.openid), books.kept("menu"), site_url=site_url)
            )
        else:
            self.say(404, b"", "text/plain")

    def _choose(self) -> None:
        if self.command != "POST":
            self._page(pages.choose_person(self.platform.books.people(), onward="/chat"))
            return
        onward = self.form.get("next", "/chat")
        cookie = f"{WHOSE_PHONE}={self.form.get('openid', '')}; Path=/; HttpOnly; SameSite=Lax"
        self._go(onward if onward.startswith("/") and not onward.startswith("//") else "/chat", cookie=cookie)

    def _act(self, verb: str, phone: Phone) -> None:
        acts: dict[str, Callable[[dict[str, str]], Any]] = {
            "say": lambda form: phone.say(form["text"]),
            "press": lambda form: phone.press(form["key"]),
            "location": lambda form: phone.send_place(form["place"]),
            "here": lambda form: phone.be_at(form["place"]),
            "follow": lambda _form: phone.follow(),
            "unfollow": lambda _form: phone.unfollow(),
            "scan": lambda form: phone.scan(scene=self._scene(form["ticket"]), ticket=form["ticket"]),
        }
        try:
            acts[verb](self.form)
        except KeyError:
            self.say(400, b"", "text/plain")
        else:
            self._go("/chat#end")

    def _scene(self, ticket: str) -> str:
        scene = self.platform.books.scene_of(ticket, now_s=time.time())
        if scene is None:
            raise KeyError(ticket)
        return scene

    def _scanned(self, ticket: str, phone: Phone) -> None:
        try:
            self._page(pages.scanned(self._scene(ticket), ticket=ticket, person=phone.person))
        except KeyError:
            self._page(pages.failed("二维码已失效"), status=404)

    def _picture(self) -> None:
        ticket = self.query("ticket")
        if self.platform.books.scene_of(ticket, now_s=time.time()) is None:
            self.say(404, b"", "text/plain")
            return
        picture = segno.make(f"{self.platform.own_url}/qr/{ticket}").svg_inline(scale=6)
        self.say(200, picture.encode(), "image/svg+xml")

    def _authorize(self, phone: Phone) -> None:
        """OAuth 2.0: silent for snsapi_base, with a question for snsapi_userinfo."""
        asked = dict(parse_qsl(urlsplit(self.path).query)) if self.command == "GET" else self.form
        host = urlsplit(asked.get("redirect_uri", "")).hostname
        if asked.get("appid") != self.platform.passes.appid:
            self._page(pages.failed("AppID 参数错误 (40013)"), status=400)
        elif host not in self.server.site_hosts:
            self._page(pages.failed("redirect_uri域名与后台配置不一致 (10003)"), status=400)
        elif asked.get("response_type") != "code" or asked.get("scope") not in (
            "snsapi_base",
            "snsapi_userinfo",
        ):
            self._page(pages.failed("Scope 参数错误 (10005)"), status=400)
        elif self.command == "GET" and asked["scope"] == "snsapi_userinfo":
            self._page(pages.consent(phone.person, query=asked))
        else:
            code = self.platform.passes.new_code(phone.openid, scope=asked["scope"], now_s=time.time())
            self._go(pages.back_with(asked["redirect_uri"], code=code, state=asked.get("state", "")))

    # Tests

    def serve_control(self, place: str) -> None:
        """For tests and the demo's own machine; the pages' port does not have it."""
        try:
            self._json(200, self._controlled(place.removeprefix("/control/")))
        except (Refused, TypeError, KeyError, AssertionError) as no:
            self._json(400, {"code": str(no)})

    def _controlled(self, what: str) -> dict[str, Any]:
        passes, books = self.platform.passes, self.platform.books
        wish = self._wish()
        if what == "behaviour":
            passes.behaviour = Behaviour(**{**asdict(passes.behaviour), **wish})
            return asdict(passes.behaviour)
        if what == "expire":
            passes.expire_tokens(forget=bool(wish.get("forget")))
        elif what == "reset":
            passes.asked.clear()
            passes.behaviour = Behaviour()
        elif what == "templates":
            self.platform.templates = wish["templates"]
        elif what == "permit":
            books.permit(wish["openid"], wish["template"], times=int(wish.get("times", 1)))
        elif what == "act":
            answer = getattr(Phone(self.platform, wish["openid"]), wish["verb"])(**wish.get("with", {}))
            return {"status": answer.status, "kind": answer.kind, "content": answer.content}
        elif what == "lines":
            return {"lines": books.lines(wish["openid"])}
        return {"asked": dict(passes.asked), "people": books.people(), "menu": books.kept("menu")}

    # Answers

    def _json(self, status: int, answer: dict[str, Any]) -> None:
        self.say(status, json.dumps(answer, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _page(self, text: str, *, status: int = 200) -> None:
        self.say(status, text.encode(), "text/html; charset=utf-8", {"Cache-Control": "no-store"})

    def _go(self, address: str, *, cookie: str = "") -> None:
        headers = {"Location": address} | ({"Set-Cookie": cookie} if cookie else {})
        self.say(303, b"", "text/plain", headers)


class PagesDesk(WeChatDesk):
    """The door for phones in the network: pages and nothing else."""

    def serve_account(self, _place: str) -> None:
        self.say(404, b"", "text/plain")

    def serve_control(self, _place: str) -> None:
        self.say(404, b"", "text/plain")


class Server(Door):
    """A platform at an address. `site_url`: the account's own pages; OAuth leads back to no other host."""

    def __init__(
        self,
        address: tuple[str, int],
        *,
        platform: Platform,
        site_url: str,
        desk: type[WeChatDesk] = WeChatDesk,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        self.platform, self.site_url = platform, site_url
        self.site_hosts = {urlsplit(site_url).hostname, "localhost", "127.0.0.1"}
        super().__init__(address, desk=desk, certificate=certificate, key=key)
