"""WeChat's template messages (模板消息) and subscription messages (订阅通知), through `onetrip.domain.wechat`.

A wording names WeChat's form by its template_id, or as `sub:<template_id>` where the person must have asked for it
(subscription message), and fills its fields. WeChat cannot be asked what became of a call; it takes a `client_msg_id`
once within ten minutes (template messages), so a call whose answer was lost is made again in that time, and never after
it: then the next way is taken. Receipts are events of the account's callback; `reactions.py` hears them.
"""

from datetime import datetime, timedelta
from typing import Any

from onetrip.core.errors import Refusal
from onetrip.domain.notifications.states import Cause
from onetrip.domain.notifications.views import Letter, Outcome
from onetrip.domain.wechat import flows as wechat
from onetrip.domain.wechat.errors import WeChatDeclined, WeChatOff, WeChatRationed

SUBSCRIBED = "sub:"
_KNOWS_ITS_IDS_FOR = timedelta(minutes=9)
_CAUSES = {40003: Cause.NO_ADDRESS, 43004: Cause.UNWANTED, 43101: Cause.UNWANTED, 43116: Cause.UNWANTED}


class WeChat:
    """The city's official account."""

    at_once = 1

    def send(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        return {letter.key: self._send(letter, at) for letter in letters}

    def _send(self, letter: Letter, at: datetime) -> Outcome:
        if not letter.form:
            return Outcome("refused", Cause.OFF, "no form")
        is_subscribed = letter.form.startswith(SUBSCRIBED)
        body: dict[str, Any] = {
            "touser": letter.address,
            "template_id": letter.form.removeprefix(SUBSCRIBED),
            "data": {name: {"value": value} for name, value in letter.fields.items()},
            "page" if is_subscribed else "url": letter.link,
        }
        if not is_subscribed:
            body["client_msg_id"] = letter.key
        verb = "subscribe/bizsend" if is_subscribed else "template/send"
        try:
            answer = wechat.call(path=f"/cgi-bin/message/{verb}", body=body, at=at)
        except WeChatOff:
            return Outcome("refused", Cause.OFF)
        except WeChatRationed:
            return Outcome("later", Cause.LIMIT, "rationed")
        except WeChatDeclined as no:
            return Outcome("refused", _CAUSES.get(no.errcode, Cause.REJECTED), f"errcode {no.errcode}")
        except Refusal as fault:
            # A subscription message has no id that WeChat takes once: saying it twice would be worse than by text.
            verdict = "refused" if is_subscribed else "unsure"
            return Outcome(verdict, Cause.UNSURE if is_subscribed else Cause.SILENT, fault.code)
        return Outcome("taken", number=str(answer.get("msgid", "")))

    def look_up(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        """Nobody can be asked; what it may have taken and would not know again is not said once more."""
        return {
            letter.key: Outcome("refused", Cause.UNSURE, "no answer")
            for letter in letters
            if letter.form.startswith(SUBSCRIBED) or _is_too_old(letter, at)
        }

    def close(self) -> None:
        """Connections are kept by the account."""


def _is_too_old(letter: Letter, at: datetime) -> bool:
    return letter.first_tried_at is not None and at - letter.first_tried_at > _KNOWS_ITS_IDS_FOR
