"""The sample city's provider, where no other is named: it keeps what it delivers in a table."""

import re
from datetime import datetime
from typing import Protocol

from onetrip.domain.notifications.states import Cause
from onetrip.domain.notifications.views import Letter, Outcome


class Phones(Protocol):
    """The phones of the sample city: where a delivered message appears, once for each key."""

    def __call__(self, *, key: str, phone: str, text: str, at: datetime) -> None: ...


class DemoSms:
    """Like a real one it checks the number, takes a repeated key once and says no."""

    at_once = 100

    def __init__(self, *, phones: Phones) -> None:
        self._phones = phones

    def send(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        return {letter.key: self._send(letter, at) for letter in letters}

    def _send(self, letter: Letter, at: datetime) -> Outcome:
        if not re.fullmatch(r"1[3-9][0-9]{9}", letter.address):
            return Outcome("refused", Cause.NO_ADDRESS, "not a mobile number")
        self._phones(key=letter.key, phone=letter.address, text=letter.text, at=at)
        return Outcome("taken")

    def look_up(self, _letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:  # noqa: ARG002
        """Sending again shows nothing twice."""
        return {}

    def close(self) -> None:
        """Nothing is open."""
