"""`onetrip serve`: what runs, what refuses to run, and that nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port
from tests.patience import PROCESSES_S, eventually
from tests.servers import Farm

PRODUCTION = ("ONETRIP_SECRET_KEY", "DATABASE_URL", "VALKEY_URL")


def onetrip(*arguments: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end with this environment changed (None: variable removed)."""
    environ = {**os.environ, **{name: value for name, value in changes.items() if value is not None}}
    for name, value in changes.items():
        if value is None:
            environ.pop(name, None)
    return subprocess.run(
        [sys.executable, "-m", "onetrip", *arguments],
        env=environ, cwd=CHECKOUT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.fixture
def farm(tmp_path: Path, fresh_database: str):
    servers = Farm(folder=tmp_path, database_url=fresh_database)
    yield servers
    servers.stop()


@pytest.mark.parametrize("part", ["web", "live", "all", "worker"])
@pytest.mark.parametrize("missing", PRODUCTION)
def test_production_makes_up_nothing(part: str, missing: str) -> None:
    ended = onetrip("serve", part, **{missing: None, "ONETRIP_MODE": "production"})
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert missing in line and "Traceback" not in line


def test_a_page_gives_its_connection_back_before_it_is_sent(tmp_path: Path, fresh_database: str) -> None:
    """One connection for four threads: had an answer kept it, the next would wait twenty seconds and be refused."""
    farm = Farm(folder=tmp_path, database_url=fresh_database, ONETRIP_DB_POOL="1")
    try:
        server = farm.start("web", "--threads", "4")
        farm.wait_until_it_answers(server)
        # Pages, one that is not there, a redirect, and a file, which is sent piece by piece.
        paths = ["/", "/search?q=x", "/items/nothing/", "/cases/", "/static/citizen/citizen.css"] * 6
        with httpx.Client(base_url=server.url, timeout=15) as browser, ThreadPoolExecutor(8) as threads:
            begin = time.monotonic()
            statuses = list(threads.map(lambda path: browser.get(path).status_code, paths))
        assert statuses == [200, 200, 404, 302, 200] * 6
        assert time.monotonic() - begin < 15
    finally:
        farm.stop()


def test_a_taken_port_is_one_line() -> None:
    with socket.socket() as neighbour:
        neighbour.bind(("127.0.0.1", 0))
        neighbour.listen()
        port = neighbour.getsockname()[1]
        ended = onetrip("serve", "web", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"onetrip: Port {port} is taken: choose another, for example --port {port + 1}."
    )


def test_pages_come_over_http_and_stop_leaves_nothing(farm: Farm) -> None:
    web = farm.start("web", "--workers", "2")
    farm.wait_until_it_answers(web)
    group = _members(web.child.pid)
    assert len(group) >= 3  # the server and its two processes
    assert web.stop() == 0
    assert not _alive(group)
    with pytest.raises(httpx.TransportError):
        httpx.get(web.url, timeout=2)


def test_a_killed_server_takes_its_processes_with_it(farm: Farm) -> None:
    web = farm.start("web", "--workers", "2")
    farm.wait_until_it_answers(web)
    group = _members(web.child.pid)
    os.kill(web.child.pid, signal.SIGKILL)  # the server alone, not its group
    web.child.wait()
    eventually(lambda: not _alive(group), within_s=PROCESSES_S)
    again = farm.start("web", port=web.port)
    farm.wait_until_it_answers(again)


def test_a_killed_process_of_a_server_is_replaced(farm: Farm) -> None:
    web = farm.start("web")
    farm.wait_until_it_answers(web)
    time.sleep(1)
    victims = [pid for pid in _members(web.child.pid) if pid != web.child.pid and _serves(pid)]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not _alive(victims), within_s=PROCESSES_S)
    farm.wait_until_it_answers(web)
    assert victims


def test_the_worker_works_and_stops_on_demand(farm: Farm) -> None:
    worker = farm.start("worker")
    import psycopg

    with psycopg.connect(farm.database_url, autocommit=True) as connection:
        eventually(
            lambda: connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone() == (1,),
            within_s=PROCESSES_S,
        )
    assert worker.stop() == 0, worker.said()


def test_free_ports_are_free() -> None:
    port = free_port()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))


def _members(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(entry.name)) == group:
                found.append(int(entry.name))
        except ProcessLookupError:
            continue
    return found


def _serves(pid: int) -> bool:
    """Whether this is a server's worker process, not Python's helper that tracks resources."""
    return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()


def _alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists() and _state(pid) != "Z"]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"
