"""What an account may ask of WeChat: one function for each call, with the codes of the real one."""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from onetrip.cli.fakes.wechat.books import Books
from onetrip.cli.fakes.wechat.courier import Courier
from onetrip.cli.fakes.wechat.passes import Passes, Refused

Wish = dict[str, Any]
_SCENE = re.compile(r"[0-9A-Za-z_\-]{1,64}")
_TEMPLATE = re.compile(r"[\w-]{3,64}")
_BUTTONS = {"click", "view", "scancode_push", "scancode_waitmsg", "location_select", "miniprogram"}
_TALK_S = 48 * 3600
_KNOWS_IDS_FOR_S = 600


class Platform:
    """WeChat as one account sees it."""

    def __init__(self, *, books: Books, passes: Passes, courier: Courier, own_url: str) -> None:
        self.books, self.passes, self.courier, self.own_url = books, passes, courier, own_url
        # The account's templates and their fields; empty: any well-formed template id is the account's.
        self.templates: dict[str, list[str]] = {}
        self.said: dict[tuple[str, str], tuple[int, float]] = {}

    def call(self, path: str, wish: Wish, *, query: Callable[[str], str]) -> Wish:
        """Do what an account asks for. Raises Refused."""
        self.passes.count(path)
        now_s = time.time()
        if path in _WITHOUT_TOKEN:
            return _WITHOUT_TOKEN[path](self, wish, query)
        if path not in _WITH_TOKEN:
            raise Refused(40066, "invalid url")
        self.passes.check_token(query("access_token"), now_s=now_s)
        return {"errcode": 0, "errmsg": "ok"} | _WITH_TOKEN[path](self, wish, query)

    # Tokens and tickets

    def token(self, _wish: Wish, query: Callable[[str], str]) -> Wish:
        if query("grant_type") != "client_credential":
            raise Refused(40002, "invalid grant_type")
        self.passes.check_account(appid=query("appid"), secret=query("secret"))
        token = self.passes.new_token(now_s=time.time())
        return {"access_token": token, "expires_in": int(self.passes.behaviour.token_lives_s)}

    def stable_token(self, wish: Wish, _query: Callable[[str], str]) -> Wish:
        if wish.get("grant_type") != "client_credential":
            raise Refused(40002, "invalid grant_type")
        self.passes.check_account(appid=str(wish.get("appid")), secret=str(wish.get("secret")))
        token, lives_s = self.passes.stable_token(force=wish.get("force_refresh") is True, now_s=time.time())
        return {"access_token": token, "expires_in": lives_s}

    def ticket(self, _wish: Wish, query: Callable[[str], str]) -> Wish:
        if query("type") != "jsapi":
            raise Refused(40097, "invalid args")
        return {"ticket": self.passes.new_ticket(now_s=time.time()), "expires_in": 7200}

    # OAuth

    def page_token(self, _wish: Wish, query: Callable[[str], str]) -> Wish:
        self.passes.check_account(appid=query("appid"), secret=query("secret"))
        openid, scope, token = self.passes.use_code(query("code"), now_s=time.time())
        answer: Wish = {"access_token": token, "expires_in": 7200, "refresh_token": secrets.token_urlsafe(60),
                        "openid": openid, "scope": scope}  # fmt: skip
        if scope == "snsapi_userinfo":
            answer["unionid"] = self._person(openid)["unionid"]
        return answer

    def userinfo(self, _wish: Wish, query: Callable[[str], str]) -> Wish:
        person = self._person(self.passes.who_holds(query("access_token"), openid=query("openid")))
        return {"openid": person["openid"], "nickname": person["nickname"], "sex": 0, "headimgurl": "",
                "privilege": [], "unionid": person["unionid"]}  # fmt: skip

    # Menu and codes to scan

    def create_menu(self, wish: Wish, _query: Callable[[str], str]) -> Wish:
        buttons = wish.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
            raise Refused(40016, "invalid button size")
        for button in buttons:
            below = button.get("sub_button")
            if below is not None and not 1 <= len(below) <= 5:
                raise Refused(40023, "invalid sub button size")
            _check_button(button, longest=16, needs_type=not below)
            for each in below or []:
                _check_button(each, longest=60, needs_type=True)
        self.books.keep("menu", wish)
        return {}

    def menu(self, _wish: Wish, _query: Callable[[str], str]) -> Wish:
        kept = self.books.kept("menu")
        if kept is None:
            raise Refused(46003, "menu no exist")
        return {"is_menu_open": 1, "selfmenu_info": kept}

    def create_code(self, wish: Wish, _query: Callable[[str], str]) -> Wish:
        scene = str(wish.get("action_info", {}).get("scene", {}).get("scene_str", ""))
        if not _SCENE.fullmatch(scene) or wish.get("action_name") not in (
            "QR_STR_SCENE",
            "QR_LIMIT_STR_SCENE",
        ):
            raise Refused(40035, "invalid parameter")
        lives_s = int(wish.get("expire_seconds", 60)) if wish["action_name"] == "QR_STR_SCENE" else None
        ticket = self.books.add_scene(scene, ends_s=time.time() + lives_s if lives_s else None)
        return {"ticket": ticket, "url": f"{self.own_url}/qr/{ticket}"} | (
            {"expire_seconds": lives_s} if lives_s else {}
        )

    # Messages

    def send_template(self, wish: Wish, _query: Callable[[str], str]) -> Wish:
        person, template = self._follower(wish), self._template(wish)
        message_id = self._once(str(wish.get("client_msg_id", "")), person["openid"])
        if message_id is None:  # said already, within ten minutes: taken, and shown to nobody again
            return {"msgid": self.said[(person["openid"], str(wish["client_msg_id"]))][0]}
        self._show(person, kind="template", wish=wish, template=template)
        self.courier.bring_later(person["openid"], {
            "MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": message_id,
            "Status": "success" if self.passes.behaviour.deliver else "failed: system failed",
        })  # fmt: skip
        return {"msgid": message_id}

    def _once(self, key: str, openid: str) -> int | None:
        """Return the number of a new message, None for one that was said to this person under this id already."""
        known = self.said.get((openid, key)) if key else None
        if known is not None and time.time() - known[1] < _KNOWS_IDS_FOR_S:
            return None
        message_id = secrets.randbits(50)
        self.said[(openid, key)] = (message_id, time.time())
        return message_id

    def send_subscribed(self, wish: Wish, _query: Callable[[str], str]) -> Wish:
        person, template = self._person(str(wish.get("touser"))), self._template(wish)
        if not self.books.use_permission(person["openid"], template):
            raise Refused(43101, "user refuse to accept the msg")
        self._show(person, kind="template", wish=wish, template=template)
        code = 0 if self.passes.behaviour.deliver else 1
        self.courier.bring_later(person["openid"], {
            "MsgType": "event", "Event": "subscribe_msg_sent_event", "TemplateId": template,
            "MsgID": secrets.randbits(50), "ErrorCode": code, "ErrorStatus": "success" if code == 0 else "failed",
        })  # fmt: skip
        return {}

    def send_custom(self, wish: Wish, _query: Callable[[str], str]) -> Wish:
        person = self._follower(wish)
        if wish.get("msgtype") != "text":
            raise Refused(40008, "invalid message type")
        if time.time() - person["heard_s"] > _TALK_S:
            raise Refused(45015, "response out of time limit or subscription is canceled")
        if self.passes.behaviour.deliver:
            content = {"text": str(wish.get("text", {}).get("content", ""))}
            self.books.add_line(person["openid"], mine=False, kind="text", content=content)
        return {}

    def _show(self, person: Wish, *, kind: str, wish: Wish, template: str) -> None:
        fields = wish.get("data")
        if not isinstance(fields, dict) or not all(isinstance(each, dict) for each in fields.values()):
            raise Refused(47001, "data format error")
        if missing := [name for name in self.templates.get(template, []) if name not in fields]:
            raise Refused(47003, f"argument invalid! data.{missing[0]}.value is empty")
        if self.passes.behaviour.deliver:
            shown = {name: str(each.get("value", "")) for name, each in fields.items()}
            content = {
                "template": template,
                "fields": shown,
                "url": str(wish.get("url") or wish.get("page") or ""),
            }
            self.books.add_line(person["openid"], mine=False, kind=kind, content=content)

    def _template(self, wish: Wish) -> str:
        template = str(wish.get("template_id", ""))
        if not _TEMPLATE.fullmatch(template) or (self.templates and template not in self.templates):
            raise Refused(40037, "invalid template_id")
        return template

    def _person(self, openid: str) -> Wish:
        person = self.books.person(openid)
        if person is None:
            raise Refused(40003, "invalid openid")
        return person

    def _follower(self, wish: Wish) -> Wish:
        person = self._person(str(wish.get("touser")))
        if not person["follows"]:
            raise Refused(43004, "require subscribe")
        return person


def _check_button(button: Wish, *, longest: int, needs_type: bool) -> None:
    if not 1 <= len(str(button.get("name", "")).encode()) <= longest:
        raise Refused(40018, "invalid button name size")
    if not needs_type:
        return
    if button.get("type") not in _BUTTONS:
        raise Refused(40017, "invalid button type")
    if button["type"] == "view" and not 1 <= len(str(button.get("url", ""))) <= 1024:
        raise Refused(40020, "invalid button url size")
    if button["type"] not in ("view", "miniprogram") and not 1 <= len(str(button.get("key", ""))) <= 128:
        raise Refused(40019, "invalid button key size")


_Call = Callable[[Platform, Wish, Callable[[str], str]], Wish]
_WITHOUT_TOKEN: dict[str, _Call] = {
    "/cgi-bin/token": Platform.token,
    "/cgi-bin/stable_token": Platform.stable_token,
    "/sns/oauth2/access_token": Platform.page_token,
    "/sns/userinfo": Platform.userinfo,
}
_WITH_TOKEN: dict[str, _Call] = {
    "/cgi-bin/ticket/getticket": Platform.ticket,
    "/cgi-bin/menu/create": Platform.create_menu,
    "/cgi-bin/menu/get": Platform.menu,
    "/cgi-bin/qrcode/create": Platform.create_code,
    "/cgi-bin/message/template/send": Platform.send_template,
    "/cgi-bin/message/subscribe/bizsend": Platform.send_subscribed,
    "/cgi-bin/message/custom/send": Platform.send_custom,
}
