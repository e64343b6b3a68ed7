"""Translations are compiled when they changed, and only right ones."""

import gettext
import os
from pathlib import Path

import pytest

from onetrip.cli.refusals import CannotStart
from onetrip.cli.translations import compile_changed, stale

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def po(tmp_path: Path) -> Path:
    path = tmp_path / "room" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + 'msgid "Book"\nmsgstr "预约"\n', encoding="utf-8")
    return path


def test_what_is_compiled_is_read_by_gettext(tmp_path: Path, po: Path) -> None:
    assert compile_changed(root=tmp_path) == 1
    translation = gettext.translation("django", tmp_path / "room" / "locale", ["zh_Hans"])
    assert translation.gettext("Book") == "预约"


def test_what_is_current_is_left_alone(tmp_path: Path, po: Path) -> None:
    compile_changed(root=tmp_path)
    assert stale(root=tmp_path) == []
    assert compile_changed(root=tmp_path) == 0
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    assert stale(root=tmp_path) == [po]


def test_a_translation_that_lost_a_placeholder_is_refused_with_its_line(tmp_path: Path, po: Path) -> None:
    po.write_text(
        HEADER + '#, python-format\nmsgid "%(count)s left"\nmsgstr "还剩"\n\n'
        '#, python-format\nmsgid "%(count)s of %(all)s"\nmsgstr "%(number)s"\n',
        encoding="utf-8",
    )
    with pytest.raises(CannotStart, match=r"django\.po:\d+: "):
        compile_changed(root=tmp_path)
    assert not po.with_suffix(".mo").exists()
