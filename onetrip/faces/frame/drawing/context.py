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
    return {
        "csrf_token": SimpleLazyObject(lambda: form_token(request)),
        "is_console": sessions.door_of(request.path) is sessions.STAFF,
        "is_demo": settings.DEMO,
        "wechat_on": bool(settings.WECHAT_FOLDER),
        "large_text": request.COOKIES.get(TEXT_COOKIE) == "large",
    }


_LETTERS = CSRF_ALLOWED_CHARS
_PLACES = {letter: place for place, letter in enumerate(_LETTERS)}


def form_token(request: HttpRequest) -> str:
    """Return the token of the session's forms, under a new mask, as Django reads and writes it.

    The mask only keeps compressed answers from giving the token away letter by letter. Django draws it in thirty-two
    lots, which takes as long as reading the session does.
    """
    secret = request.META.get("CSRF_COOKIE")
    if secret is None:  # a first form: Django makes the secret and has it kept
        return get_token(request)
    mask = [byte % len(_LETTERS) for byte in os.urandom(len(secret))]
    cipher = [(_PLACES[letter] + shift) % len(_LETTERS) for letter, shift in zip(secret, mask, strict=True)]
    return "".join([_LETTERS[place] for place in (*mask, *cipher)])
