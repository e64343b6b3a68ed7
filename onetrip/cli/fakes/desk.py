"""What our stand-ins for outside systems have in common: an HTTP server of their own, and one request at its desk."""

import signal
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import parse_qs, urlsplit

_LARGEST_BODY = 1_000_000
# The cookie of the sample WeChat that says whose phone a browser is; the sample WeChat Pay looks at it as well.
WHOSE_PHONE = "fake_wechat_person"


class Desk(BaseHTTPRequestHandler, ABC):
    """One request: `body` is read, `serve(place)` answers."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body leave in one piece: no waiting for a slow acknowledgement between them

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the pages' logs are for people."""

    def query(self, name: str) -> str:
        return parse_qs(urlsplit(self.path).query).get(name, [""])[0]

    @abstractmethod
    def serve(self, place: str) -> None:
        """Answer what was asked at this path."""

    def say(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _take(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(min(size, _LARGEST_BODY)).decode(errors="replace")
        self.serve(urlsplit(self.path).path)


class Door(ThreadingHTTPServer):
    """A server at an address; `certificate` and `key` make it HTTPS."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        *,
        desk: type[Desk],
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        super().__init__(address, desk)
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate, key)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


def serve_until_stopped(servers: Iterable[ThreadingHTTPServer]) -> int:
    """Serve at all doors until a signal says stop; return the exit code."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    stopped.wait()
    return 0
