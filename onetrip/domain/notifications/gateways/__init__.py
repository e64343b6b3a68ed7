"""Channels that lead out of the house. What each promises about repeating a letter stands in its own file."""

from datetime import datetime
from typing import Protocol

from onetrip.domain.notifications.gateways.demo import DemoSms, Phones
from onetrip.domain.notifications.gateways.mail import Mail
from onetrip.domain.notifications.gateways.sms import HttpSms, signature_of
from onetrip.domain.notifications.gateways.wechat import WeChat
from onetrip.domain.notifications.views import Letter, Outcome

__all__ = ["DemoSms", "Gateway", "HttpSms", "Mail", "Phones", "WeChat", "signature_of"]


class Gateway(Protocol):
    """What a channel must be able to do."""

    @property
    def at_once(self) -> int:
        """How many letters one call takes."""

    def send(self, letters: list[Letter], /, *, at: datetime) -> dict[str, Outcome]:
        """Hand letters over; answer for each by its key. One that is missing in the answer counts as unsure."""

    def look_up(self, letters: list[Letter], /, *, at: datetime) -> dict[str, Outcome]:
        """Say of letters that may have been handed over before what the channel knows of them; silence on one means
        that handing it over again is right, because the channel has not got it or will not bring it twice."""

    def close(self) -> None:
        """Let go of what is open."""
