"""One call, and what its answer means."""

import logging
from datetime import datetime
from typing import Any

from onetrip.domain.wechat import queries, rules, services
from onetrip.domain.wechat.errors import WeChatDeclined, WeChatRationed, WeChatSilent
from onetrip.domain.wechat.flows.account import account, api
from onetrip.domain.wechat.gateways import Unreachable

log = logging.getLogger(__name__)


def ask(
    *, path: str, query: dict[str, str], body: dict[str, Any] | None = None, at: datetime
) -> dict[str, Any]:
    """Make a call that is not rationed now and return its answer, whatever it says but *busy* and *no more*.

    Raises WeChatSilent, WeChatRationed, WeChatOff.
    """
    appid = account().appid
    until = queries.rationed_until(appid=appid, path=path, at=at)
    if until is not None:
        raise WeChatRationed(retry_after_s=max(1, int((until - at).total_seconds())))
    try:
        answer = api().ask(path=path, query=query, body=body)
    except Unreachable as fault:
        log.warning("WeChat does not answer %s: %s", path, fault)
        raise WeChatSilent() from None
    code = code_of(answer=answer)
    if code == rules.BUSY:
        raise WeChatSilent()
    if code in rules.RATIONED:
        until = rules.ration_ends(errcode=code, at=at)
        services.note_ration(appid=appid, path=path, until=until)
        log.warning("WeChat takes no more of %s before %s", path, until)
        raise WeChatRationed(retry_after_s=max(1, int((until - at).total_seconds())))
    return answer


def accepted(*, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a call that WeChat has done. Raises WeChatDeclined for any other."""
    code = code_of(answer=answer)
    if code != 0:
        raise WeChatDeclined(errcode=code)
    return answer


def code_of(*, answer: dict[str, Any]) -> int:
    """Return WeChat's global return code; no code is 0, done."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else rules.BUSY
