"""What Django asks of the database during one request: every statement, its values and rows, and its transactions."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

BEGIN, EXECUTE, COMMIT = "begin", "execute", "commit"


@dataclass
class Step:
    """One thing that was asked. `rows` are None for a statement that returns none; `prepared`: its plan is kept."""

    kind: str
    sql: str = ""
    params: tuple[Any, ...] | dict[str, Any] | None = None
    rows: list[tuple[Any, ...]] | None = None
    prepared: bool = False


@dataclass
class Request:
    """An HTTP request as a load generator sends it."""

    method: str
    path: str
    query: str
    cookie: str
    body: bytes = b""

    @property
    def wire(self) -> bytes:
        target = f"{self.path}?{self.query}" if self.query else self.path
        lines = [
            f"{self.method} {target} HTTP/1.1", "Host: localhost", f"Cookie: onetrip_citizen={self.cookie}",
            "Accept: text/html", "Accept-Language: zh-CN",
        ]  # fmt: skip
        if self.method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body

    @property
    def environ(self) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": self.method, "PATH_INFO": self.path, "QUERY_STRING": self.query, "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": f"onetrip_citizen={self.cookie}", "HTTP_ACCEPT": "text/html",
            "HTTP_ACCEPT_LANGUAGE": "zh-CN", "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(self.body)) if self.body else "", "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http", "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.version": (1, 0),
        }  # fmt: skip


@dataclass
class Recorded:
    """A request, what it asked of the database, and the answer that was given."""

    request: Request
    steps: list[Step] = field(default_factory=list)
    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def record(request: Request) -> Recorded:
    """Serve the request in this process and note what happened."""
    from django.core.wsgi import get_wsgi_application

    recorded = Recorded(request)

    def start_response(status: str, headers: list[tuple[str, str]], *_rest: object) -> None:
        recorded.status, recorded.headers = status, headers

    application = get_wsgi_application()
    with _listening(recorded.steps):
        answer = application(request.environ, start_response)
        recorded.body = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]  # ends the request: the connection goes back to the pool
    return recorded


@contextmanager
def _listening(steps: list[Step]) -> Iterator[None]:
    from django.db import connection

    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(_noting(steps)))
        for name, kind in (("set_autocommit", BEGIN), ("commit", COMMIT)):
            stack.enter_context(
                patch.object(connection, name, _passed_on(getattr(connection, name), kind, steps))
            )
        yield


def _passed_on(original: Callable[..., Any], kind: str, steps: list[Step]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if kind == COMMIT or args[0] is False:
            steps.append(Step(kind))
        return original(*args, **kwargs)

    return call


def _noting(steps: list[Step]) -> Callable[..., Any]:
    from onetrip.core.database import Listened

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if many:
            raise TypeError("the floor asks one statement at a time: measure a page that does, too")
        result = execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        rows = None
        prepared = isinstance(cursor, Listened)
        if prepared:
            rows = list(cursor.rows) or None
        elif cursor.description is not None:
            rows = cursor.fetchall()
            if rows:
                cursor.scroll(0, "absolute")
        given = dict(params) if isinstance(params, dict) else tuple(params) if params is not None else None
        steps.append(Step(EXECUTE, sql, given, rows, prepared=prepared))
        return result

    return wrapper
