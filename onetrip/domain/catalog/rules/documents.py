"""The catalogue as YAML files: read with the line of every value, written in one canonical layout.

The line numbers are what makes an editor's mistake findable; the canonical layout is what makes an export of an
unchanged catalogue equal to the files it came from.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from onetrip.domain.catalog.errors import Place, Problem

CATEGORIES, MATERIALS, SYNONYMS, ITEMS = "categories.yaml", "materials.yaml", "synonyms.yaml", "items"
_WIDTH = 110
_LARGEST_FILE = 1_000_000  # bytes; a guide is a few kilobytes, anything like this is a mistake or an attack


@dataclass(frozen=True)
class Document:
    """One file: plain values, and the line on which each of them stands."""

    file: str
    content: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Return the line of a value, or of the nearest thing around it when the value itself is missing."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass
class Documents:
    """A whole catalogue folder."""

    categories: Document
    materials: Document
    synonyms: Document
    items: list[Document] = field(default_factory=list)


def read_folder(folder: Path) -> tuple[Documents, list[Problem]]:
    """Read a catalogue folder. What cannot be read at all is reported; the rest is still returned for checking."""
    problems: list[Problem] = []
    shared = {name: _read(folder, name, problems) for name in (CATEGORIES, MATERIALS, SYNONYMS)}
    names = sorted(path.name for path in (folder / ITEMS).glob("*.yaml"))
    items = [_read(folder, f"{ITEMS}/{name}", problems) for name in names]
    whole = Documents(shared[CATEGORIES], shared[MATERIALS], shared[SYNONYMS], items)
    return whole, problems


def _read(folder: Path, name: str, problems: list[Problem]) -> Document:
    path = folder / name
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise OSError("too large")
        document, found = parse(text=path.read_text(encoding="utf-8"), file=name)
    except (OSError, UnicodeDecodeError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        found = [
            Problem(name, 1, "unreadable", _("This file cannot be read: %(reason)s."), {"reason": reason})
        ]
        document = Document(name, None)
    problems.extend(found)
    return document


def parse(*, text: str, file: str) -> tuple[Document, list[Problem]]:
    """Turn YAML text into plain values with their lines. Names given twice are reported, not silently dropped."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        reason = getattr(fault, "problem", None) or str(fault)
        line = mark.line + 1 if mark else 1
        message = _("This is not valid YAML: %(reason)s.")
        return Document(file, None), [Problem(file, line, "not_yaml", message, {"reason": reason})]
    reader = _Reader(file)
    content = reader.value(root, ()) if root is not None else None
    return Document(file, content, reader.lines), reader.problems


class _Reader:
    """Walks the node graph; keeps lines and finds names given twice."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._scalars = yaml.SafeLoader("")
        self._open: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._open:  # an anchor that contains itself would never end
            self._report(
                node, "not_yaml", _("This is not valid YAML: %(reason)s."), reason="recursive anchor"
            )
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.value(child, (*place, number)) for number, child in enumerate(node.value)]
            return self._mapping(node, place)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.Node, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, child in node.value:
            key = str(key_node.value)
            if key in result:
                self._report(key_node, "given_twice", _("“%(name)s” is given twice."), name=key)
            self.lines[(*place, key)] = key_node.start_mark.line + 1
            result[key] = self.value(child, (*place, key))
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        try:
            value = self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as fault:
            self._report(node, "not_yaml", _("This is not valid YAML: %(reason)s."), reason=str(fault))
            return None
        # A date or a binary value is never meant: keep what the editor typed.
        return value if isinstance(value, (str, int, bool)) or value is None else str(node.value)

    def _report(self, node: yaml.Node, code: str, message: Any, **params: Any) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, code, message, params))


class _Inline(dict[str, Any]):
    """A small mapping that reads best on one line."""


class _Row(list[Any]):
    """A list of single values that reads best on one line."""


class _Writer(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)  # list items stand indented below their name

    def ignore_aliases(self, value: Any) -> bool:  # noqa: ARG002
        return True


_Writer.add_representer(
    _Inline,
    lambda writer, value: writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True),
)
_Writer.add_representer(
    _Row, lambda writer, value: writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
_ONE_LINE = [{"zh", "en"}, {"key", "zh", "en"}, {"days", "unit", "status", "source"}, {"estimate"}]


def write(content: Any) -> str:
    """Return the canonical YAML text of a document."""
    return yaml.dump(_laid_out(content), Dumper=_Writer, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _laid_out(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        laid = {key: _laid_out(child, key) for key, child in value.items()}
        small = value and any(value.keys() <= names for names in _ONE_LINE)
        return _Inline(laid) if small or name == "when" else laid
    if isinstance(value, list):
        return (
            _Row(value)
            if value and not any(map(_is_nested, value))
            else [_laid_out(child) for child in value]
        )
    return value


def _is_nested(value: Any) -> bool:
    return isinstance(value, (dict, list))
