"""Talking with WeChat: tokens are kept and renewed, calls are made, callbacks are believed or not."""

from onetrip.domain.wechat.flows.calling import call
from onetrip.domain.wechat.flows.keeper import access_token, jsapi_ticket, keep_fresh

__all__ = ["access_token", "call", "jsapi_ticket", "keep_fresh"]
