"""Tables and city are made once, and again only when what they are made from changed."""

from pathlib import Path

import psycopg
import pytest

from onetrip.cli import prepare
from onetrip.cli.demo.command import reset
from onetrip.cli.refusals import CannotStart
from tests.cli.test_serve import onetrip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("onetrip/core/migrations/0001_initial.py", "catalog/i25.yaml", "requirements.lock"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "changed", ["onetrip/core/migrations/0002_more.py", "catalog/i25.yaml", "requirements.lock"]
)
def test_the_fingerprint_sees_a_change(checkout: Path, changed: str) -> None:
    before = prepare.fingerprint(checkout=checkout)
    assert prepare.fingerprint(checkout=checkout) == before
    (checkout / changed).write_text("changed", encoding="utf-8")
    assert prepare.fingerprint(checkout=checkout) != before


def test_the_fingerprint_sees_a_file_that_was_renamed(checkout: Path) -> None:
    before = prepare.fingerprint(checkout=checkout)
    (checkout / "catalog/i25.yaml").rename(checkout / "catalog/i26.yaml")
    assert prepare.fingerprint(checkout=checkout) != before


def test_the_note_lives_and_dies_with_the_database(fresh_database: str) -> None:
    assert not prepare.is_prepared(database_url=fresh_database)
    prepare.note_fingerprint(database_url=fresh_database, value=prepare.fingerprint())
    assert prepare.is_prepared(database_url=fresh_database)
    prepare.note_fingerprint(database_url=fresh_database, value="of other files")
    assert not prepare.is_prepared(database_url=fresh_database)
    with psycopg.connect(fresh_database) as connection:
        connection.execute("DROP TABLE django_migrations CASCADE")
    assert not prepare.is_prepared(database_url=fresh_database)


def test_production_gets_no_invented_city(fresh_database: str) -> None:
    ended = onetrip("prepare", DATABASE_URL=fresh_database, ONETRIP_MODE="production")
    assert ended.returncode == 1
    assert "for the demo only" in ended.stderr


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    ended = onetrip("migrate", DATABASE_URL=f"postgresql://nobody@/none?host={tmp_path}")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("onetrip: Cannot reach PostgreSQL: ")


def test_an_intact_audit_trail_is_proven_and_a_changed_one_found(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as connection:
        for number in range(3):
            connection.execute(
                "SELECT core_audit_append(now(), %s, 'case:1', 'system', 'tests', '{}')", [f"test.{number}"]
            )
    ended = onetrip("audit", "verify", DATABASE_URL=fresh_database)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("3 entries") and ended.stdout.endswith("intact\n")
    with psycopg.connect(fresh_database) as connection:
        connection.execute("ALTER TABLE core_auditentry DISABLE TRIGGER ALL")
        connection.execute("UPDATE core_auditentry SET verb = 'nothing' WHERE verb = 'test.1'")
    ended = onetrip("audit", "verify", DATABASE_URL=fresh_database)
    assert ended.returncode == 1
    assert "BROKEN" in ended.stdout


def test_a_reset_removes_the_demos_things_and_no_others(tmp_path: Path) -> None:
    for name in ("postgres/base", "media/papers", "log", "my-photos"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "secret_key").write_text("kept", encoding="ascii")
    reset(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"my-photos", "secret_key"}


def test_a_reset_does_not_follow_links_out_of_its_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "kept").mkdir(parents=True)
    home = tmp_path / "home"
    home.mkdir()
    (home / "media").symlink_to(elsewhere)
    reset(home)
    assert (elsewhere / "kept").is_dir()
    assert not (home / "media").is_symlink()


def test_a_reset_that_cannot_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "media").mkdir()
    monkeypatch.setattr("shutil.rmtree", _refuse)
    with pytest.raises(CannotStart, match=r"Cannot remove .*media: Read-only file system"):
        reset(tmp_path)


def _refuse(*_arguments: object) -> None:
    raise OSError(30, "Read-only file system")
