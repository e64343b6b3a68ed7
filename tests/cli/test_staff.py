"""`onetrip staff`: the first administrator comes in this way, and so does help for whoever lost a phone."""

import io

import pytest

from onetrip.cli.main import main
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import queries
from onetrip.domain.accounts.models import SecondFactor, User
from onetrip.domain.accounts.states import Role

pytestmark = pytest.mark.django_db


def typed(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(line + "\n"))


def test_first_administrator(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, "correct horse battery")
    assert main(["staff", "add", "root", "赵局长", "--role", "admin", "--role", "lead:v1:household"]) == 0
    user = User.objects.get(username="root")
    assert user.check_password("correct horse battery")
    assert set(queries.roles_of(user.pk)) == {Role("admin"), Role("lead", "v1", "household")}
    assert AuditEntry.objects.get(verb="staff.employed").actor_id == "onetrip staff"
    assert "root: 赵局长" in capsys.readouterr().out


def test_help_for_whoever_lost_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "correct horse battery")
    main(["staff", "add", "li", "李警官", "--role", "officer:v1"])
    typed(monkeypatch, "another long password")
    assert main(["staff", "password", "li"]) == 0
    assert User.objects.get().check_password("another long password")
    assert main(["staff", "reset-second-factor", "li"]) == 0
    assert not SecondFactor.objects.exists()
    assert main(["staff", "close", "li"]) == 0
    assert not User.objects.get().is_active


@pytest.mark.parametrize(
    ("arguments", "line", "words"),
    [
        (["staff", "add", "li", "李", "--role", "officer"], "short", "at least 12"),
        (["staff", "add", "li", "李", "--role", "emperor"], "correct horse battery", "emperor"),
        (["staff", "close", "nobody"], "", "there is no nobody"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str],
    line: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed(monkeypatch, line)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1
    assert not User.objects.exists()
