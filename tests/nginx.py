"""Debian's nginx with the shipped configuration, on loopback ports, as whoever runs the tests."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from onetrip.cli import children
from onetrip.cli.demo.certificate import ensure_certificate
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port

SHIPPED = CHECKOUT / "ops" / "nginx"
AROUND = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; application/json json; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/onetrip.conf;
}}
"""


@dataclass
class Nginx:
    """A running nginx: `url` speaks HTTPS, `plain_url` HTTP."""

    port: int
    plain_port: int
    folder: Path
    certificate: Path
    child: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def plain_url(self) -> str:
        return f"http://localhost:{self.plain_port}"

    def said(self) -> str:
        return (self.folder / "error.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        children.stop(self.child)


def start_nginx(*, folder: Path, upstreams: Mapping[str, int], static: Path, port: int) -> Nginx:
    """Start nginx in front of processes: `upstreams` maps a shipped address to the real port."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "nginx is not installed: ops/build/system-packages.sh installs what the tests need"
    plain_port = free_port()
    certificate, key = ensure_certificate(folder=folder / "tls", addresses=[], at=datetime.now(UTC))
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "/etc/onetrip/certificate.pem": str(certificate),
        "/etc/onetrip/key.pem": str(key),
        "/var/lib/onetrip/static/": f"{static}/",
        "/etc/nginx/onetrip-": f"{folder}/onetrip-",
        **{address: f"127.0.0.1:{upstream}" for address, upstream in upstreams.items()},
    }
    text = (SHIPPED / "onetrip.conf").read_text(encoding="utf-8")
    text = re.sub(r"\n *listen \[::\]:[^\n]*", "", text)  # not every test machine has IPv6
    for shipped, real in changes.items():
        assert shipped in text, f"the shipped configuration no longer says {shipped}"
        text = text.replace(shipped, real)
    (folder / "onetrip.conf").write_text(text, encoding="utf-8")
    for part in SHIPPED.glob("*.inc"):
        shutil.copy(part, folder)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    with (folder / "output.log").open("w", encoding="utf-8") as output:
        child = children.spawn(
            [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
            environ=os.environ,
            output=output,
        )
    nginx = Nginx(port, plain_port, folder, certificate, child)
    _wait_until_it_listens(nginx)
    return nginx


def _wait_until_it_listens(nginx: Nginx) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and nginx.child.poll() is None:
        try:
            httpx.get(nginx.plain_url, timeout=2)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((nginx.folder / "output.log").read_text(encoding="utf-8") + nginx.said())
