"""Pages in production: granian serves this over WSGI, measured several times the rate of ASGI."""

import os
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.signals import register_type_handlers
from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, reset_queries
from django.db.backends.signals import connection_created

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetrip.project.settings")
_pages = get_wsgi_application()


def give_back(**_signal: Any) -> None:
    """Give the request's connection back to the pool: there is one database, and a connection for a request."""
    connection.close_if_unusable_or_obsolete()


# What Django has done around every request, and there is nothing of here: statements are noted in debug mode only, no
# cache has a connection, no request has a table of addresses of its own, no column is of a type that the database has
# to be asked about.
request_started.disconnect(reset_queries)
request_started.disconnect(close_old_connections)
request_finished.disconnect(close_old_connections)
request_finished.disconnect(close_caches)
request_finished.disconnect(reset_urlconf)
connection_created.disconnect(register_type_handlers)
request_finished.connect(give_back)


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
