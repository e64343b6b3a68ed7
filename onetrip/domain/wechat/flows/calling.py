"""Any call that needs the account's token: messages, the menu, codes to scan."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from onetrip.domain.wechat.flows.account import account
from onetrip.domain.wechat.flows.keeper import with_token


def call(*, path: str, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Have WeChat do what `path` stands for, for example `/cgi-bin/message/template/send`; return its answer.

    A token that died on the way is renewed, once. Raises WeChatOff, WeChatSilent (try again later), WeChatRationed
    (not before `retry_after_s`), WeChatDeclined with WeChat's `errcode`: 43004 does not follow us, 43101 wants no such
    message, 40003 no such openid, 45015 has not been heard for 48 hours.
    """
    return with_token(path=path, body=body, query={}, at=at)


def code_to_scan(*, scene: str, at: datetime) -> str:
    """Have WeChat make a lasting code (a poster's) that carries `scene`; return the address of its picture.

    Raises as call.
    """
    wish = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    answer = call(path="/cgi-bin/qrcode/create", body=wish, at=at)
    return f"{account().codes_url}/cgi-bin/showqrcode?{urlencode({'ticket': answer['ticket']})}"
