"""What every template may ask for, computed only if it does."""

import os
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, get_token
from django.utils.functional import SimpleLazyObject

from onetrip.faces.frame import sessions
from onetrip.faces.frame.pages import TEXT_COOKIE


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return `is_console`, `is_demo`, `large_text`, whether there is an account at WeChat, a quick `csrf_token`."""
    return {"csrf_token": SimpleLazyObject(lambda: form_token(request)), **look(request)}


def look(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame says of a page's looks: all of `frame` but the token."""
    return {
        "is_console": sessions.door_of(request.path) is sessions.STAFF,
        "is_demo": settings.DEMO,
        "wechat_on": bool(settings.WECHAT_FOLDER),
        "large_text": request.COOKIES.get(TEXT_COOKIE) == "large",
    }


_LETTERS = CSRF_ALLOWED_CHARS.encode()
_MANY = len(_LETTERS)
# Translations of all bytes at once: any byte to a place in the alphabet, a letter to its place, a sum of two places to
# its letter.
_BELOW = bytes(byte % _MANY for byte in range(256))
_PLACES = bytes(_LETTERS.find(byte) % 256 for byte in range(256))
_AS_LETTERS = bytes(_LETTERS[byte % _MANY] for byte in range(256))


def form_token(request: HttpRequest) -> str:
    """Return the token of the session's forms, under a new mask, as Django reads and writes it.

    The mask only keeps compressed answers from giving the token away letter by letter. Django draws it in thirty-two
    lots, which takes as long as reading the session does.
    """
    secret = request.META.get("CSRF_COOKIE")
    if secret is None:  # a first form: Django makes the secret and has it kept
        return get_token(request)
    size = len(secret)
    mask = os.urandom(size).translate(_BELOW)
    # Byte by byte in one addition: two places are less than 256 together, nothing is carried over.
    cipher = int.from_bytes(mask) + int.from_bytes(secret.encode().translate(_PLACES))
    return (mask + cipher.to_bytes(size)).translate(_AS_LETTERS).decode()
