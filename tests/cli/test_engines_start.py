"""The embedded engines start, or say in one line why not; a crash of ours leaves nothing in the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from onetrip.cli.engines import folders
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.owner import choose_engine_user
from tests.cli.watching import with_environment
from tests.patience import PROCESSES_S, eventually

DRIVER = Path(__file__).with_name("engine_driver.py")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def home(open_folder: Path) -> Path:
    return open_folder / "home"


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start the driver in a home; what is left at the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def begin(where: Path = home) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, DRIVER],
            env={**os.environ, "ONETRIP_HOME": str(where), "PYTHONPATH": str(CHECKOUT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(child)
        return child

    yield begin
    for child in begun:
        child.kill()
        child.communicate()
    eventually(lambda: not with_environment(str(home)), within_s=PROCESSES_S, what="the end of the servers")


def url_of(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    if not line:
        raise AssertionError(child.communicate()[1])
    return line


def refusal_of(child: "subprocess.Popen[str]") -> str:
    """The single line a start that was refused wrote."""
    output, errors = child.communicate(timeout=PROCESSES_S)
    assert child.returncode == 1, (output, errors)
    assert output == ""
    (line,) = errors.splitlines()
    assert line.startswith("onetrip: ")
    return line


def remember(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY word")]


def test_an_orderly_end_leaves_no_process_and_keeps_the_rows(home: Path, start: Start) -> None:
    first = start()
    remember(url_of(first), "kept")
    assert with_environment(str(home))
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    assert with_environment(str(home)) == []
    assert words(url_of(start())) == ["kept"]


def test_kill_9_leaves_no_orphan_and_the_next_start_has_the_rows(home: Path, start: Start) -> None:
    first = start()
    remember(url_of(first), "kept")
    first.kill()
    second = start()  # at once: it must wait for the old server's end by itself
    assert words(url_of(second)) == ["kept"]
    second.kill()
    second.wait()
    eventually(lambda: not with_environment(str(home)), within_s=PROCESSES_S, what="the end of the orphans")


def test_kill_9_of_everything_is_survived(home: Path, start: Start) -> None:
    first = start()
    remember(url_of(first), "kept")
    for pid in [first.pid, *with_environment(str(home))]:
        os.kill(pid, signal.SIGKILL)
    first.wait()
    assert (home / "postgres" / "postmaster.pid").exists()
    assert words(url_of(start())) == ["kept"]


def test_kill_9_while_the_data_folder_is_made(home: Path, start: Start) -> None:
    first = start()
    eventually(
        lambda: list(home.glob("postgres.building-*")), within_s=PROCESSES_S, what="the beginning of initdb"
    )
    first.kill()
    assert not (home / "postgres").exists()
    url = url_of(start())
    remember(url, "works")
    assert words(url) == ["works"]
    assert list(home.glob("postgres.building-*")) == []


def test_a_stale_lock_file_that_names_a_living_stranger(home: Path, start: Start) -> None:
    first = start()
    url_of(first)
    first.terminate()
    first.wait(20)
    lock_file = home / "postgres" / "postmaster.pid"
    lock_file.write_text(f"{os.getpid()}\n{home / 'postgres'}\n", encoding="ascii")
    second = start()
    assert url_of(second)


def test_a_second_start_in_the_same_home_is_refused(home: Path, start: Start) -> None:
    first = start()
    url = url_of(first)
    line = refusal_of(start())
    assert "already runs" in line and str(first.pid) in line
    remember(url, "undisturbed")


def test_an_incomplete_data_folder_is_refused(home: Path, start: Start) -> None:
    (home / "postgres" / "base").mkdir(parents=True)
    line = refusal_of(start())
    assert "incomplete" in line and "--reset" in line
    assert (home / "postgres" / "base").is_dir()  # it may be somebody's data: never removed unasked


def test_data_of_another_version_is_refused(home: Path, start: Start) -> None:
    first = start()
    url_of(first)
    first.terminate()
    first.wait(20)
    (home / "postgres" / "PG_VERSION").write_text("12\n", encoding="ascii")
    line = refusal_of(start())
    assert "PostgreSQL 12" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_data_is_refused(home: Path, start: Start) -> None:
    first = start()
    url_of(first)
    first.terminate()
    first.wait(20)
    os.chown(home / "postgres", 12345, -1)
    assert "belongs to user id 12345" in refusal_of(start())


def test_a_folder_that_cannot_be_made_is_refused(start: Start) -> None:
    line = refusal_of(start(Path("/proc/onetrip")))
    assert "Cannot write in /proc/onetrip" in line and "ONETRIP_HOME" in line


def test_a_file_in_the_folders_place_is_refused(home: Path, start: Start) -> None:
    home.write_text("not a folder", encoding="ascii")
    assert f"Cannot write in {home}" in refusal_of(start())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another user")
def test_a_given_home_that_the_database_user_cannot_enter_is_refused(open_folder: Path, start: Start) -> None:
    private = open_folder / "private"
    private.mkdir(mode=0o700)
    line = refusal_of(start(private / "home"))
    assert "cannot enter" in line and choose_engine_user().name in line
    assert private.stat().st_mode & 0o777 == 0o700


def test_a_home_with_a_path_too_long_for_sockets(open_folder: Path, start: Start) -> None:
    long = open_folder / ("x" * 60) / ("y" * 60) / "home"
    url = url_of(start(long))
    remember(url, "reached")
    assert words(url) == ["reached"]


def test_the_sockets_are_private(home: Path, start: Start) -> None:
    url_of(start())
    run = home / "run"
    assert run.stat().st_mode & 0o077 == 0
    assert run.stat().st_uid == choose_engine_user().uid
    for socket in run.iterdir():
        assert socket.stat().st_mode & 0o077 == 0, socket


def test_a_squatter_in_the_temporary_folder_is_not_trusted(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = choose_engine_user()
    home = open_folder / "home"
    (home / "run").mkdir(parents=True, mode=0o777)
    (home / "run").chmod(0o777)
    with pytest.raises(folders.CannotStart, match="not a private folder"):
        folders.run_folder(home, user=user)
