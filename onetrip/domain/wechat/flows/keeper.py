"""The one place that asks WeChat for tokens and tickets: renewed before they end, once, whoever needs them."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from onetrip.core.errors import Refusal
from onetrip.domain.wechat import queries, rules, services
from onetrip.domain.wechat.errors import WeChatSilent
from onetrip.domain.wechat.flows.account import account
from onetrip.domain.wechat.flows.asking import accepted, ask, code_of
from onetrip.domain.wechat.states import CredentialKind

log = logging.getLogger(__name__)
_WAIT_S = 8.0
_LOOK_EVERY_S = 0.05


def access_token(*, at: datetime, refused: str = "") -> str:
    """Return the account's access token; `refused`: the one that WeChat has just called invalid or expired.

    Among all who need a new one, in all processes, exactly one asks WeChat; the others wait for it, or go on using the
    old one while it lives. Raises WeChatOff, WeChatSilent, WeChatRationed, WeChatDeclined (a wrong secret, an address
    that is not on the account's list).
    """
    return _usable(CredentialKind.ACCESS_TOKEN, refused=refused, at=at, before=rules.RENEW_BEFORE)


def jsapi_ticket(*, at: datetime) -> str:
    """Return the ticket that signs our pages for WeChat's JS-SDK. Raises as access_token."""
    return _usable(CredentialKind.JSAPI_TICKET, refused="", at=at, before=rules.RENEW_BEFORE)


def keep_fresh(*, at: datetime) -> None:
    """Renew what ends soon, so that nobody has to wait for it; called by a job. Raises as access_token."""
    for kind in CredentialKind:
        if queries.kept_credential(appid=account().appid, kind=kind).value:
            _usable(kind, refused="", at=at, before=rules.RENEW_AHEAD)


def with_token(
    *, path: str, body: dict[str, Any] | None, query: dict[str, str], at: datetime
) -> dict[str, Any]:
    """Make a call with the token, and once more with a new one if WeChat does not know it any more."""
    token = access_token(at=at)
    answer = ask(path=path, query={**query, "access_token": token}, body=body, at=at)
    if code_of(answer=answer) in rules.TOKEN_REFUSED:
        token = access_token(at=at, refused=token)
        answer = ask(path=path, query={**query, "access_token": token}, body=body, at=at)
    return accepted(answer=answer)


def _usable(kind: CredentialKind, *, refused: str, at: datetime, before: timedelta) -> str:
    appid, begun = account().appid, time.monotonic()
    while True:
        waited_s = time.monotonic() - begun
        now = at + timedelta(seconds=waited_s)
        kept = queries.kept_credential(appid=appid, kind=kind)
        is_good = kept.is_good(at=now, refused=refused)
        if is_good and kept.is_good(at=now + before, refused=refused):
            return kept.value
        if services.begin_renewal(appid=appid, kind=kind, version=kept.version, at=now):
            try:
                return _renew(
                    kind, appid=appid, version=kept.version, force=kept.value == refused != "", at=now
                )
            except Refusal:
                services.give_up_renewal(appid=appid, kind=kind, version=kept.version, at=now)
                if not is_good:
                    raise
                log.warning("the %s could not be renewed; the present one still lives", kind)
        if is_good:
            return kept.value
        if waited_s > _WAIT_S:
            raise WeChatSilent()
        time.sleep(_LOOK_EVERY_S)


def _renew(kind: CredentialKind, *, appid: str, version: int, force: bool, at: datetime) -> str:
    if kind == CredentialKind.ACCESS_TOKEN:
        answer = accepted(
            answer=ask(path="/cgi-bin/stable_token", query={}, body=_wish_for_token(force=force), at=at)
        )
        value = str(answer["access_token"])
    else:
        answer = with_token(path="/cgi-bin/ticket/getticket", body=None, query={"type": "jsapi"}, at=at)
        value = str(answer["ticket"])
    good_until = at + timedelta(seconds=int(answer["expires_in"]))
    services.keep_credential(appid=appid, kind=kind, version=version, value=value, good_until=good_until)
    return value


def _wish_for_token(*, force: bool) -> dict[str, Any]:
    """The *stable* token: systems of the city that share the account do not make each other's tokens invalid."""
    known = account()
    return {
        "grant_type": "client_credential",
        "appid": known.appid,
        "secret": known.secret,
        "force_refresh": force,
    }
