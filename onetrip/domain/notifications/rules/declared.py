"""The messages there are: declared by their modules at start-up, in a file beside their models."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from onetrip.domain.notifications.errors import TemplateUnknown
from onetrip.domain.notifications.rules.words import Words, check_wording


@dataclass(frozen=True)
class Declared:
    """A kind of message. `urgent`: goes out in quiet hours too, and before others. `secret`: its values are wiped
    once it is out, and it stands on no page."""

    key: str
    variables: dict[str, str]  # name → sample
    required: tuple[str, ...]
    urgent: bool
    secret: bool
    words: Words


_declared: dict[str, Declared] = {}


def declare(file: Path) -> None:
    """Make the messages of a file known. Two files that speak of one key, or words that do not fit: ValueError."""
    for key, entry in yaml.safe_load(file.read_text(encoding="utf-8")).items():
        one = _read(key, entry)
        if _declared.setdefault(key, one) != one:
            raise ValueError(f"message {key} is declared twice")


def _read(key: str, entry: dict[str, Any]) -> Declared:
    variables = {name: str(sample) for name, sample in entry.get("variables", {}).items()}
    form = entry.get("wechat", {})
    words = Words(
        titles=entry["title"],
        texts=entry["text"],
        form=str(form.get("form", "")),
        fields=form.get("fields", {}),
    )
    required = tuple(entry.get("required", variables))
    one = Declared(
        key, variables, required, bool(entry.get("urgent")), bool(entry.get("secret")), words=words
    )
    check_wording(words, variables=variables, required=required)
    return one


def find(key: str) -> Declared:
    """Return what is declared under `key`. Raises TemplateUnknown."""
    if key not in _declared:
        raise TemplateUnknown(template=key)
    return _declared[key]


def all_declared() -> list[Declared]:
    """Return every kind of message, by key."""
    return [_declared[key] for key in sorted(_declared)]
