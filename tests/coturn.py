"""Debian's coturn with the shipped configuration, on a machine of a test's own network."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from onetrip.cli import children
from onetrip.cli.demo.certificate import ensure_certificate
from onetrip.cli.engines.folders import CHECKOUT

if TYPE_CHECKING:
    from tests.network.hosts import Host

SHIPPED = CHECKOUT / "ops" / "coturn" / "turnserver.conf"
SECRET = "only-for-tests-" + "1" * 32
PORT, TLS_PORT = 3478, 5349


@dataclass
class Coturn:
    """A running relay."""

    address: str
    folder: Path
    certificate: Path
    child: "subprocess.Popen[bytes]"

    @property
    def urls(self) -> dict[str, str]:
        """The relay's address by the way to it."""
        return {
            "udp": f"turn:{self.address}:{PORT}?transport=udp",
            "tcp": f"turn:{self.address}:{PORT}?transport=tcp",
            "tls": f"turns:{self.address}:{TLS_PORT}?transport=tcp",
        }

    def said(self) -> str:
        return (self.folder / "coturn.log").read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.child.kill()
        self.child.wait()

    def stop(self) -> None:
        children.stop(self.child)


def start_coturn(*, folder: Path, address: str, host: "Host | None" = None) -> Coturn:
    """Start the relay on the host, with nothing of the shipped file changed but the city's own values."""
    program = shutil.which("turnserver")
    assert program, "coturn is not installed: ops/build/system-packages.sh installs what the tests need"
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = ensure_certificate(folder=folder / "tls", addresses=[address], at=datetime.now(UTC))
    changes = {
        "static-auth-secret=CHANGE-ME": f"static-auth-secret={SECRET}",
        "listening-ip=203.0.113.10": f"listening-ip={address}",
        "#allowed-peer-ip=203.0.113.10": f"allowed-peer-ip={address}",
        "/etc/coturn/certificate.pem": str(certificate),
        "/etc/coturn/key.pem": str(key),
    }
    text = SHIPPED.read_text(encoding="utf-8")
    for shipped, real in changes.items():
        assert shipped in text, f"the shipped configuration no longer says {shipped}"
        text = text.replace(shipped, real)
    (folder / "turnserver.conf").write_text(text, encoding="utf-8")
    with (
        host.entered() if host else nullcontext(),
        (folder / "coturn.log").open("a", encoding="utf-8") as output,
    ):
        child = children.spawn(
            [
                program,
                "-c",
                folder / "turnserver.conf",
                "--pidfile",
                folder / "pid",
                "--db",
                folder / "users",
            ],
            environ=os.environ,
            output=output,
            folder=folder,
        )
        relay = Coturn(address, folder, certificate, child)
        _wait_until_it_listens(relay)
    return relay


def _wait_until_it_listens(relay: Coturn) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and relay.child.poll() is None:
        try:
            for port in (PORT, TLS_PORT):
                socket.create_connection((relay.address, port), timeout=2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"coturn does not listen:\n{relay.said()[-4000:]}")
