"""Every *no* has a code of its own, for ever, and words in the citizen's language."""

import pkgutil
import re
from collections import Counter
from collections.abc import Iterable
from importlib import import_module

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import onetrip
from onetrip.core.errors import Conflict, Refusal

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
STATUSES = {403, 404, 409, 422, 429}


def all_refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(onetrip.__path__, "onetrip."):
        if module.name.startswith(("onetrip.core.", "onetrip.domain.")) and ".migrations" not in module.name:
            import_module(module.name)
    return [kind for kind in _below(Refusal) if kind.__module__.startswith("onetrip.")]


def _below(kind: type[Refusal]) -> list[type[Refusal]]:
    return [each for child in kind.__subclasses__() for each in (child, *_below(child))]


def flaws(kinds: Iterable[type[Refusal]]) -> list[str]:
    kinds = list(kinds)
    often = Counter(kind.code for kind in kinds)
    found = []
    for kind in kinds:
        name = f"{kind.__module__}.{kind.__name__}"
        if "code" not in vars(kind) or not CODE.fullmatch(kind.code):
            found.append(f"{name}: no code of its own in words_like_this")
        elif often[kind.code] > 1:
            found.append(f"{name}: {kind.code} is used {often[kind.code]} times")
        if "message" not in vars(kind) or not isinstance(kind.message, Promise):
            found.append(f"{name}: no translatable message of its own")
        if kind.status not in STATUSES:
            found.append(
                f"{name}: inherit one of the five kinds; {kind.status} is no answer people understand"
            )
    return found


def test_every_refusal_has_its_own_code_and_words() -> None:
    found = flaws(all_refusals())
    assert not found, "\n" + "\n".join(found)


def test_refusals_of_a_module_stand_in_its_errors_file() -> None:
    strays = [
        f"{kind.__module__}.{kind.__name__}" for kind in all_refusals()
        if kind.__module__.startswith("onetrip.domain.") and kind.__module__.split(".")[3] != "errors"
    ]  # fmt: skip
    assert not strays, "\n" + "\n".join(strays)


def test_the_rule_sees_flaws() -> None:
    good = type("Good", (Conflict,), {"code": "good_one", "message": _("no"), "__module__": "tests"})
    assert flaws([good]) == []
    assert len(flaws([good, good])) == 2
    assert "no code" in flaws([type("A", (Conflict,), {"message": _("no")})])[0]
    assert "no code" in flaws([type("A", (Conflict,), {"code": "Not Good", "message": _("no")})])[0]
    assert "no translatable" in flaws([type("A", (Conflict,), {"code": "b", "message": "no"})])[0]
    assert "five kinds" in flaws([type("A", (Refusal,), {"code": "b", "message": _("no")})])[0]
