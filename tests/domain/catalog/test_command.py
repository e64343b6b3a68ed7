"""`onetrip catalog`: what an editor types and reads."""

from pathlib import Path

import pytest

from onetrip.cli.main import main
from onetrip.domain.catalog import queries
from tests.domain.catalog.conftest import edit

pytestmark = pytest.mark.django_db
CARD = "items/i01-card.yaml"


def test_check_lists_mistakes_in_the_editors_language(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalog", "check", str(small)]) == 0
    edit(small, CARD, "zh: 首次, ", "")
    assert main(["catalog", "check", str(small), "--language", "en"]) == 1
    lines = (small / CARD).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "{key: first, en" in text)
    assert f"{CARD}:{line}: The Chinese text (zh) is missing." in capsys.readouterr().out


def test_import_export_and_diff_go_round(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["catalog", "import", str(small)]) == 0
    assert "2 created, 0 changed, 0 withdrawn, 0 unchanged" in capsys.readouterr().out
    assert main(["catalog", "export", str(tmp_path / "out")]) == 0
    assert main(["catalog", "import", str(tmp_path / "out")]) == 0
    assert "0 created, 0 changed, 0 withdrawn, 2 unchanged" in capsys.readouterr().out
    assert main(["catalog", "diff", "--folder", str(small)]) == 0
    edit(small, CARD, "fen: 2000", "fen: 2500")
    assert main(["catalog", "diff", "--folder", str(small)]) == 1
    assert "~ fees[kind=renew].fen: 2000 → 2500" in capsys.readouterr().out
    assert main(["catalog", "import", str(small)]) == 0
    assert main(["catalog", "diff", "i01-card", "1", "2"]) == 1
    assert "~ item.fees[kind=renew].fen: 2000 → 2500" in capsys.readouterr().out


def test_import_of_a_faulty_folder_says_where_and_changes_nothing(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(small, CARD, "category: papers", "category: papirs")
    assert main(["catalog", "import", str(small), "--language", "en"]) == 1
    said = capsys.readouterr().err
    assert f"{CARD}:2: There is no category “papirs”." in said
    assert "Nothing was imported" in said
    assert queries.categories() == []


@pytest.mark.parametrize(
    "arguments",
    [["import", "/nowhere"], ["check", "/nowhere"], ["diff", "i01-card"], ["diff", "i01-card", "1", "2"]],
)
def test_what_cannot_be_done_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", *arguments]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
