"""Pages in production: granian serves this over WSGI, measured several times the rate of ASGI."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
_pages = get_wsgi_application()
# What Django has done around every request, and there is nothing of here: statements are noted in debug mode only, no
# cache has a connection, no request has a table of addresses of its own. Connections go back at the end; where one was
# left, the next request of the thread would look at it.
request_started.disconnect(reset_queries)
request_started.disconnect(close_old_connections)
request_finished.disconnect(close_caches)
request_finished.disconnect(reset_urlconf)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Serve a request; an answer that is there as a whole is handed over as a list (PEP 3333).

    From anything else the server takes piece after piece, waking a thread for each. And the request is over, and its
    database connection free, before the answer goes out.
    """
    response: Any = _pages(environ, start_response)
    if getattr(response, "streaming", True):  # Django's own, or what the server makes of a file
        return response  # type: ignore[no-any-return]
    try:
        return [response.content]
    finally:
        response.close()
