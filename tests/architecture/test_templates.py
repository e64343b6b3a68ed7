"""Templates keep the content security policy: no script and no style stands in a page itself."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.architecture.house import PACKAGE

_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_EXECUTES = re.compile(r"^\s*(javascript|data|vbscript):", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        where = f"line {self.getpos()[0]}: "
        if tag == "style":
            self.found.append(where + "<style>")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append(where + "<script> without src")
        for name, value in attrs:
            if name == "style" or re.fullmatch(r"on[a-z]+|hx-on.*|x-on:.*", name):
                self.found.append(f"{where}{name}=")
            if name in {"href", "action", "formaction"} and _EXECUTES.match(value or ""):
                self.found.append(f"{where}{name}={value}")


def inline_code(template: str) -> list[str]:
    reader = _Reader()
    reader.feed(_TAG.sub(_blank, template))
    return reader.found


def _blank(tag: re.Match[str]) -> str:
    """What a template tag leaves behind: nothing but its line breaks, so that positions stay, or a value."""
    return "\n" * tag.group().count("\n") or ("x" if tag.group().startswith("{{") else " ")


def _templates() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield str(path.relative_to(PACKAGE)), path.read_text(encoding="utf-8")


def test_no_template_holds_code() -> None:
    templates = list(_templates())
    assert templates
    found = [f"{name}, {line}" for name, text in templates for line in inline_code(text)]
    assert not found, "\n" + "\n".join(found)


def test_the_rule_sees_code() -> None:
    for text in ("<script>a()</script>", "<p style='color: red'>", "<p {% if a %}onclick='b()'{% endif %}>",
                 "<a href='javascript:a()'>", "<style>p {}</style>", "<b hx-on:click='a()'>",
                 "<p\n style=\"width: {{ w }}%\">"):  # fmt: skip
        assert inline_code(text), text
    for text in ("<script src='{% static 'a.js' %}'></script>", '<script type="application/json">{}</script>',
                 "<p class='on' data-style='x'>style= onclick=</p>", "{{ board|json_script:'board' }}"):  # fmt: skip
        assert not inline_code(text), text
