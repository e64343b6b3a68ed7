"""Chinese is the first language: every text that pages, refusals and messages can show has a translation.

Texts are found the way gettext finds them: Django turns templates into Python-like text, Babel reads the calls.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation import templatize

PACKAGE = Path(__file__).resolve().parents[2] / "onetrip"
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
Key = tuple[str | None, str]


def sources() -> list[Path]:
    """Return every Python file and template of the package that may hold texts."""
    found = [
        *PACKAGE.rglob("*.py"),
        *PACKAGE.rglob("templates/**/*.html"),
        *PACKAGE.rglob("templates/**/*.txt"),
    ]
    return sorted(path for path in found if "migrations" not in path.parts)


def texts_in(path: Path) -> Iterator[tuple[Key, int]]:
    """Return (context, text) of every translatable text in the file, with its line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
        text = "\n".join(
            line.lstrip() for line in text.split("\n")
        )  # a template's indentation is not Python's
    for line, messages, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        yield (context, messages if isinstance(messages, str) else messages[0]), line


def catalogues() -> dict[Path, Catalog]:
    """Return the Chinese translations of every app."""
    found: dict[Path, Catalog] = {}
    for path in sorted(PACKAGE.rglob("locale/zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as source:
            found[path] = read_po(source, locale="zh_Hans")
    return found


def is_translated(message: Message) -> bool:
    """Say whether a message has all its words and nobody doubts them."""
    words = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(words) and not message.fuzzy


@cache
def translated() -> frozenset[Key]:
    """Return what has a Chinese translation: at run time Django puts all apps' translations together."""
    return frozenset(
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for catalogue in catalogues().values()
        for message in catalogue
        if message.id and is_translated(message)
    )


def app_of(path: Path) -> str:
    """Return the app a source file belongs to, as a folder below the package."""
    parts = path.relative_to(PACKAGE).parts
    return "/".join(parts[:2]) if parts[0] in ("domain", "faces") else parts[0]


APPS = sorted({app_of(path) for path in sources()})


@pytest.mark.parametrize("app", APPS)
def test_every_text_has_a_chinese_translation(app: str) -> None:
    missing = [
        f"{path.relative_to(PACKAGE)}:{line}: {key[1]!r}"
        for path in sources()
        if app_of(path) == app
        for key, line in texts_in(path)
        if key not in translated()
    ]
    assert not missing, f"{len(missing)} texts without Chinese translation:\n" + "\n".join(missing)


def test_no_translation_breaks_its_placeholders() -> None:
    broken = [
        f"{path.relative_to(PACKAGE)}:{message.lineno}: {problem[0]}"
        for path, catalogue in catalogues().items()
        for message, problem in catalogue.check()
    ]
    assert not broken, "\n".join(broken)


def test_no_translation_is_left_in_doubt() -> None:
    doubtful = [
        f"{path.relative_to(PACKAGE)}:{message.lineno}: {message.id!r}"
        for path, catalogue in catalogues().items()
        for message in catalogue
        if message.id and not is_translated(message)
    ]
    assert not doubtful, "\n".join(doubtful)


def test_no_text_is_translated_in_two_ways() -> None:
    """At run time there is one catalogue: of two translations of the same text one would win, everywhere."""
    found: dict[Key, dict[str, str]] = {}
    for path, catalogue in catalogues().items():
        for message in catalogue:
            if message.id:
                key = (message.context, message.id if isinstance(message.id, str) else message.id[0])
                found.setdefault(key, {}).setdefault(str(message.string), app_of(path))
    assert not {key: ways for key, ways in found.items() if len(ways) > 1}


def test_the_search_itself_finds_texts(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}{% translate "One" %}{% blocktranslate count n=n %}{{ n }} two{% plural %}{{ n }} twos'
        '{% endblocktranslate %}{% translate "Three" context "clock" %}{% translate "Four" as four %}'
    )
    code = tmp_path / "code.py"
    code.write_text('_("Five")\nngettext("six", "sixes", 6)\npgettext_lazy("x", "Seven")\n_("Ei" "ght")\n')
    assert {key for path in (template, code) for key, _line in texts_in(path)} == {
        (None, "One"), (None, "%(n)s two"), ("clock", "Three"), (None, "Four"),
        (None, "Five"), (None, "six"), ("x", "Seven"), (None, "Eight"),
    }  # fmt: skip
