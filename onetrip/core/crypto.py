"""Secrets at rest: AES-256-GCM for what must be read again, a keyed hash for what must be found again.

Keys are derived from `settings.SECRET_KEY` with HKDF (RFC 5869), one for each purpose.
"""

import hashlib
import hmac
import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

_NONCE_BYTES = 12
_VERSION = b"\x01"


@cache
def _key(purpose: str, secret: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=b"onetrip", info=purpose.encode()).derive(
        secret.encode()
    )


@cache
def _cipher(purpose: str, secret: str) -> AESGCM:
    return AESGCM(_key("seal:" + purpose, secret))


def seal(plain: bytes, *, purpose: str) -> bytes:
    """Encrypt; the result carries its nonce and a version byte. The purpose is bound in: a sealed phone number
    cannot be opened as an ID number."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = _cipher(purpose, settings.SECRET_KEY)
    return _VERSION + nonce + cipher.encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Decrypt what :func:`seal` made for the same purpose; raises cryptography's InvalidTag when tampered with."""
    body = bytes(sealed)
    if body[:1] != _VERSION or len(body) <= 1 + _NONCE_BYTES:
        raise InvalidTag
    nonce, text = body[1 : 1 + _NONCE_BYTES], body[1 + _NONCE_BYTES :]
    return _cipher(purpose, settings.SECRET_KEY).decrypt(nonce, text, purpose.encode())


def keyed_hash(text: str, *, purpose: str) -> str:
    """Return a hex HMAC-SHA256: equal texts are found, and without the key nobody can try all phone numbers."""
    return hmac.new(_key("hash:" + purpose, settings.SECRET_KEY), text.encode(), hashlib.sha256).hexdigest()


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that is encrypted in the database and plain in Python.

    It cannot be searched: keep a keyed hash beside it.
    """

    def __init__(self, *args: Any, purpose: str = "text", **kwargs: Any) -> None:
        self.purpose = purpose
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def _check_str_default_value(self) -> list[Any]:
        return []  # a text is a fine default here: it is sealed on its way in

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> str | None:
        return None if value is None else unseal(bytes(value), purpose=self.purpose).decode()

    def get_default(self) -> Any:
        value = super().get_default()
        return "" if value == b"" else value

    def check(self, **kwargs: Any) -> Any:
        return [
            each for each in super().check(**kwargs) if each.id != "fields.E170"
        ]  # a text may default to ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            if not isinstance(value, str):
                raise TypeError("a sealed text is a str: bytes would be stored as they are")
            value = seal(value.encode(), purpose=self.purpose)
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value
