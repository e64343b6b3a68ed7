"""Talking with WeChat: tokens are kept and renewed, calls are made, callbacks are believed or not."""

from onetrip.domain.wechat.flows.account import chat_address, site_address
from onetrip.domain.wechat.flows.calling import call, code_to_scan
from onetrip.domain.wechat.flows.keeper import access_token, jsapi_ticket, keep_fresh
from onetrip.domain.wechat.flows.oauth import login_address, page_setup, who_is
from onetrip.domain.wechat.flows.receiving import confirm_callback, take_message

__all__ = [
    "access_token",
    "call",
    "chat_address",
    "code_to_scan",
    "confirm_callback",
    "jsapi_ticket",
    "keep_fresh",
    "login_address",
    "page_setup",
    "site_address",
    "take_message",
    "who_is",
]
