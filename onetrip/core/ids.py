"""Public identifiers: what may stand in a URL, a QR code or a live message.

Row numbers never leave the database: they tell how many errands there are and invite counting up.
"""

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models

# Crockford's base 32 leaves out I, L, O and U, so that an id can be read out over the phone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16


def new_public_id() -> str:
    """Return 16 characters of Crockford base 32: 80 random bits, so guessing is hopeless."""
    bits = secrets.randbits(LENGTH * 5)
    return "".join(_ALPHABET[(bits >> shift) & 31] for shift in range(0, LENGTH * 5, 5))


if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField  # not subscriptable at run time


class PublicIdField(_TextField):
    """A unique, unguessable id, given at creation and never edited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LENGTH)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("default", new_public_id)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)
