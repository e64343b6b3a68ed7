"""Pages and live sockets on one port (the demo), or live sockets alone (`live_application`)."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
pages = get_asgi_application()

from onetrip.faces.live.socket import application as live_application  # noqa: E402 - needs Django's apps


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Route WebSockets (and the server's lifespan) to the live face, everything else to Django."""
    if scope["type"] == "http":
        await pages(scope, receive, send)
    else:
        await live_application(scope, receive, send)
