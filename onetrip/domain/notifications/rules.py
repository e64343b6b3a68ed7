"""What messages say, how addresses are found, and how long to wait before trying again.

Modules above register their texts with `services.register_text`; the sign-in code's is here.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from onetrip.core.crypto import keyed_hash
from onetrip.domain.notifications.errors import TemplateUnknown

ATTEMPTS = 8
_FIRST_PAUSE_S = 2
_LONGEST_PAUSE_S = 600


def pause_after(attempts: int) -> timedelta:
    """Return the pause after the given number of failed attempts: 2, 4, 8 … seconds, at most 10 minutes."""
    return timedelta(seconds=min(_FIRST_PAUSE_S * 2 ** (attempts - 1), _LONGEST_PAUSE_S))


def hash_address(address: str) -> str:
    """Return the keyed hash under which an address is found."""
    return keyed_hash(address, purpose="notifications.address")


@dataclass(frozen=True)
class MessageText:
    """A lazy translatable text with named placeholders. `secret`: its parameters are wiped once it is out."""

    key: str
    text: Any
    secret: bool = False


_texts: dict[str, MessageText] = {}


def register(text: MessageText) -> None:
    """Make a text known. The same key twice with different words is a programming error."""
    known = _texts.setdefault(text.key, text)
    if str(known.text) != str(text.text):
        raise ValueError(f"message text {text.key} is registered twice")


def find(key: str) -> MessageText:
    """Return the text registered under `key`. Raises TemplateUnknown."""
    if key not in _texts:
        raise TemplateUnknown(template=key)
    return _texts[key]


def render(*, key: str, params: dict[str, Any], language: str) -> str:
    """Write the message in `language`. Raises TemplateUnknown, KeyError where a parameter is missing."""
    with translation.override(language):
        return str(find(key).text) % params


register(
    MessageText(
        key="accounts.code",
        text=_(
            "[onetrip] %(code)s is your sign-in code, valid for %(minutes)s minutes. "
            "Never give it to anybody: the police will not ask for it."
        ),
        secret=True,
    )
)
