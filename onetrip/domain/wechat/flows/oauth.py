"""Who has opened a page inside WeChat (网页授权), and what the page needs to use WeChat's own functions (JS-SDK)."""

import secrets
from datetime import datetime
from urllib.parse import urlencode

from onetrip.domain.wechat.errors import LoginExpired
from onetrip.domain.wechat.flows.account import account
from onetrip.domain.wechat.flows.asking import accepted, ask, code_of
from onetrip.domain.wechat.flows.keeper import jsapi_ticket
from onetrip.domain.wechat.rules import CODE_REFUSED, sealing
from onetrip.domain.wechat.views import PageSetup, WeChatPerson


def login_address(*, back: str, state: str, with_name: bool) -> str:
    """Return the page of WeChat that leads back to `back` with a code and `state`.

    Without `with_name` nobody is asked anything (snsapi_base); with it the person agrees to be known by name, and
    WeChat may tell the unionid (snsapi_userinfo). Raises WeChatOff.
    """
    known = account()
    # The order and the fragment are WeChat's: it takes no other.
    asked = {
        "appid": known.appid,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_userinfo" if with_name else "snsapi_base",
        "state": state,
    }
    return f"{known.pages_url}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"


def who_is(*, code: str, at: datetime) -> WeChatPerson:
    """Return the person that the code stands for; WeChat takes a code once, within five minutes.

    Raises LoginExpired for a code it does not take, WeChatSilent, WeChatDeclined, WeChatOff.
    """
    known = account()
    query = {"appid": known.appid, "secret": known.secret, "code": code, "grant_type": "authorization_code"}
    answer = ask(path="/sns/oauth2/access_token", query=query, at=at)
    if code_of(answer=answer) in CODE_REFUSED:
        raise LoginExpired()
    person = accepted(answer=answer)
    return WeChatPerson(openid=str(person["openid"]), unionid=str(person.get("unionid", "")))


def page_setup(*, url: str, at: datetime) -> PageSetup:
    """Return what `wx.config` on the page at `url` needs. Raises WeChatOff, WeChatSilent, WeChatRationed."""
    nonce, stamp, url = secrets.token_hex(8), int(at.timestamp()), url.partition("#")[0]
    signed = sealing.page_signature(ticket=jsapi_ticket(at=at), nonce=nonce, stamp=stamp, url=url)
    return PageSetup(appid=account().appid, stamp=stamp, nonce=nonce, signature=signed)
