"""Is the port free? Asked before anything starts, because a server's own complaint comes late and long."""

import errno
import socket

from onetrip.cli.refusals import CannotStart


def require_free_port(*, host: str, port: int) -> None:
    """Raise CannotStart when nobody may listen there: taken, not permitted, no such address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise CannotStart(f"{port} is not a port number: choose one between 1 and 65535.") from None
        except OSError as error:
            reason = {
                errno.EADDRINUSE: f"Port {port} is taken: choose another, for example --port {port + 1}.",
                errno.EACCES: f"Port {port} needs root: choose one above 1023, for example --port 8000.",
                errno.EADDRNOTAVAIL: f"This machine has no address {host}.",
            }.get(error.errno or 0, f"Cannot listen on {host} port {port}: {error.strerror}.")
            raise CannotStart(reason) from None


def free_port(host: str = "127.0.0.1") -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
