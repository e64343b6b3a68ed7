"""`onetrip demo` as a person runs it: cold, warm, stopped, killed, started twice, parts lost."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port
from tests.cli.watching import command_line, with_environment
from tests.patience import PROCESSES_S, eventually

pytestmark = pytest.mark.timeout(300)
UP_WITHIN_S = 150


class Demo:
    """One home; `start()` runs the command in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.runs: list[subprocess.Popen[str]] = []

    def start(self, *options: str) -> "subprocess.Popen[str]":
        hidden = {"DATABASE_URL", "VALKEY_URL", "ONETRIP_SECRET_KEY", "ONETRIP_MODE"}
        environ = {name: value for name, value in os.environ.items() if name not in hidden}
        output = (self.home.parent / f"output-{len(self.runs)}").open("w+", encoding="utf-8")
        child = subprocess.Popen(
            [sys.executable, "-m", "onetrip", "demo", "--port", str(self.port), *options],
            env={**environ, "ONETRIP_HOME": str(self.home)},
            cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.runs.append(child)
        return child

    def said(self) -> str:
        return (self.home.parent / f"output-{len(self.runs) - 1}").read_text(encoding="utf-8")

    def wait_until_it_runs(self) -> None:
        eventually(
            lambda: "Ctrl-C stops everything" in self.said() or self.runs[-1].poll() is not None,
            within_s=UP_WITHIN_S,
            what="the demo's start",
        )
        assert self.runs[-1].poll() is None, self.said()

    def page(self, path: str = "/") -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=20)

    @property
    def database_url(self) -> str:
        return f"postgresql://onetrip@/onetrip?host={self.home}/run"

    def processes(self) -> list[int]:
        """All that belong to this demo, the command itself included."""
        return with_environment(str(self.home))

    def part(self, words: str) -> int:
        """The oldest process whose command line holds these words."""
        return min(pid for pid in self.processes() if words in command_line(pid))


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="onetrip-t-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        demo = Demo(Path(folder) / "home")
        yield demo
        for child in demo.runs:
            child.kill()
            child.wait()
        eventually(lambda: not demo.processes(), within_s=PROCESSES_S, what="the end of everything")


@pytest.fixture
def running(demo: Demo) -> Demo:
    """The demo, up; started where it is not."""
    if not demo.runs or demo.runs[-1].poll() is not None:
        demo.start()
        demo.wait_until_it_runs()
    return demo


def test_a_cold_start_gives_a_working_city(running: Demo) -> None:
    said = running.said()
    assert f"http://localhost:{running.port}/" in said and "Traceback" not in said
    assert running.page().status_code == 200
    assert running.page("/healthz").json() == {"database": True, "valkey": True}
    with psycopg.connect(running.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM venues_venue").fetchone() == (245,)


def test_it_listens_on_loopback_only(running: Demo) -> None:
    listening = Path("/proc/net/tcp").read_text(encoding="ascii")
    addresses = re.findall(rf"\d+: ([0-9A-F]{{8}}):{running.port:04X} 00000000:0000 0A", listening)
    assert addresses == ["0100007F"]  # 127.0.0.1, and nobody else on that port


def test_its_secrets_are_private(running: Demo) -> None:
    for name in ("secret_key", "running.json"):
        assert (running.home / name).stat().st_mode & 0o077 == 0, name


def test_commands_in_another_terminal_reach_it(running: Demo) -> None:
    environ = {"PATH": os.environ["PATH"], "ONETRIP_HOME": str(running.home)}
    logins = subprocess.run(
        [sys.executable, "-m", "onetrip", "logins"],
        env=environ, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert re.search(r"\b\d{6}\b", logins.stdout)


def test_a_second_demo_is_refused_and_the_first_undisturbed(running: Demo) -> None:
    first = running.runs[-1]
    taken = subprocess.run(
        [sys.executable, "-m", "onetrip", "demo", "--port", str(running.port)],
        env={**os.environ, "ONETRIP_HOME": str(running.home)},
        cwd=CHECKOUT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "is taken" in taken.stderr and len(taken.stderr.splitlines()) == 1
    second = subprocess.run(
        [sys.executable, "-m", "onetrip", "demo", "--port", str(free_port()), "--reset"],
        env={**os.environ, "ONETRIP_HOME": str(running.home)},
        cwd=CHECKOUT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (second.returncode, second.stdout) == (1, "")
    assert "already runs" in second.stderr and len(second.stderr.splitlines()) == 1
    assert first.poll() is None
    assert running.page().status_code == 200


@pytest.mark.parametrize("words", ["serve all", "serve worker", "postgres -D", "valkey-server"])
def test_a_part_that_is_killed_comes_back(running: Demo, words: str) -> None:
    before = running.part(words)
    os.kill(before, signal.SIGKILL)
    eventually(
        lambda: any(words in command_line(pid) and pid != before for pid in running.processes()),
        within_s=PROCESSES_S,
        what=f"a new {words}",
    )
    eventually(lambda: _healthy(running), within_s=PROCESSES_S, what="the return of the pages")
    assert "started again" in running.said()


def test_ctrl_c_stops_everything_and_keeps_the_data(running: Demo) -> None:
    with psycopg.connect(running.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('before')")
    running.runs[-1].send_signal(signal.SIGINT)
    assert running.runs[-1].wait(30) == 0
    assert running.processes() == []
    assert not (running.home / "running.json").exists()
    assert not re.search(r"Traceback|Error", running.said())


def test_kill_9_leaves_no_orphan_and_blocks_nothing(running: Demo) -> None:
    with psycopg.connect(running.database_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("before",)
    assert "Building the city" not in running.said()  # it was there
    running.runs[-1].kill()
    running.start()  # at once
    running.wait_until_it_runs()
    assert running.page().status_code == 200
    running.runs[-1].kill()
    running.runs[-1].wait()
    eventually(lambda: not running.processes(), within_s=PROCESSES_S, what="the end of the orphans")


def test_sigterm_in_the_middle_of_the_preparation_leaves_nothing_half_made(demo: Demo) -> None:
    child = demo.start("--reset")
    eventually(lambda: "Building the city" in demo.said(), within_s=UP_WITHIN_S, what="the city's beginning")
    child.terminate()
    assert child.wait(40) == 0
    assert demo.processes() == []
    demo.start()
    demo.wait_until_it_runs()
    assert "Building the city" in demo.said()  # nobody took the half for the whole
    with psycopg.connect(demo.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM venues_venue").fetchone() == (245,)
        assert connection.execute("SELECT to_regclass('kept')").fetchone() == (None,)  # it was a reset


def test_with_lan_phones_are_let_in_by_https(demo: Demo) -> None:
    if demo.runs and demo.runs[-1].poll() is None:
        demo.runs[-1].terminate()
        demo.runs[-1].wait(40)
    from onetrip.cli.demo.addresses import lan_addresses

    if not lan_addresses():
        refused = demo.start("--lan")
        assert refused.wait(60) == 1
        assert "no network address" in demo.said()
        return
    demo.start("--lan")
    demo.wait_until_it_runs()
    certificate = demo.home / "certificate" / "certificate.pem"
    page = httpx.get(f"https://127.0.0.1:{demo.port}/", verify=_trust(certificate), timeout=20)
    assert page.status_code == 200
    assert f"https://{lan_addresses()[0]}" in demo.said()
    eventually(lambda: "█" in demo.said() or "▀" in demo.said(), what="the QR code")
    with pytest.raises(httpx.TransportError), socket.socket():
        httpx.get(f"http://127.0.0.1:{demo.port}/", timeout=5).raise_for_status()


def _trust(certificate: Path) -> object:
    import ssl

    return ssl.create_default_context(cafile=str(certificate))


def _healthy(demo: Demo) -> bool:
    time.sleep(0.2)
    try:
        return demo.page("/healthz").status_code == 200
    except httpx.TransportError:
        return False
