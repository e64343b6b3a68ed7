"""What changed between two documents, told by what an entry is about instead of its number in a list."""

from collections.abc import Iterator, Mapping
from typing import Any

from onetrip.domain.catalog.views import Difference

_NOTHING = object()


def differences(before: Any, after: Any) -> list[Difference]:
    """Return every change, in the order of the newer document; None stands for absent."""
    return list(_compare(before, after, ""))


def _compare(before: Any, after: Any, where: str) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys([*after, *before])
        pairs = [(f"{where}.{name}" if where else str(name), name) for name in names]
        for place, name in pairs:
            yield from _compare(before.get(name, _NOTHING), after.get(name, _NOTHING), place)
    elif _is_entries(before) and _is_entries(after):
        old, new = _labelled(before), _labelled(after)
        for label in dict.fromkeys([*new, *old]):
            yield from _compare(old.get(label, _NOTHING), new.get(label, _NOTHING), f"{where}[{label}]")
    elif before != after:
        yield Difference(where, _shown(before), _shown(after))


def _is_entries(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def _labelled(entries: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    result: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        label = _label(entry)
        same = sum(1 for known in result if known == label or known.startswith(f"{label} #"))
        result[f"{label} #{same + 1}" if same else label] = entry
    return result


def _label(entry: Mapping[str, Any]) -> str:
    named = next(
        (str(entry[name]) for name in ("key", "id", "code", "material", "means") if name in entry), ""
    )
    when = " ".join(f"{question}={_shown(choice)}" for question, choice in entry.get("when", {}).items())
    said = "/".join(entry["say"]) if not named and "say" in entry else ""
    return " ".join(part for part in (named, when, said) if part) or "always"


def _shown(value: Any) -> str | None:
    if value is _NOTHING:
        return None
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "|".join(str(_shown(part)) for part in value)
    return str(value)
