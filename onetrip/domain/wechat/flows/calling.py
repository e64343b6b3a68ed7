"""Any call that needs the account's token: messages, the menu, codes to scan."""

from datetime import datetime
from typing import Any

from onetrip.domain.wechat.flows.keeper import with_token


def call(*, path: str, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Have WeChat do what `path` stands for, for example `/cgi-bin/message/template/send`; return its answer.

    A token that died on the way is renewed, once. Raises WeChatOff, WeChatSilent (try again later), WeChatRationed
    (not before `retry_after_s`), WeChatDeclined with WeChat's `errcode`: 43004 does not follow us, 43101 wants no such
    message, 40003 no such openid, 45015 has not been heard for 48 hours.
    """
    return with_token(path=path, body=body, query={}, at=at)
