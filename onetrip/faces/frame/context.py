"""What every template may ask for, computed only if it does."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from onetrip.faces.frame import sessions
from onetrip.faces.frame.pages import TEXT_COOKIE


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return `is_console`, `is_demo`, `large_text`, and whether there is an account at WeChat."""
    return {
        "is_console": sessions.door_of(request.path) is sessions.STAFF,
        "is_demo": settings.DEMO,
        "wechat_on": bool(settings.WECHAT_FOLDER),
        "large_text": request.COOKIES.get(TEXT_COOKIE) == "large",
    }
