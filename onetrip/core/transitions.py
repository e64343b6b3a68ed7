"""State machines as one table per thing: code, buttons, documentation and tests read the same rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict


class WrongState(Conflict):
    """The thing is not in a state from which this can be done."""

    code = "wrong_state"
    message = _("This is no longer possible: the state has changed to “%(state)s”.")


@dataclass(frozen=True)
class Transition:
    """From state `frm`, the verb leads to state `to`; `who` names the kinds of actor that may do it."""

    frm: str
    verb: str
    to: str
    who: tuple[str, ...]


class TransitionTable:
    """All transitions of one thing. A (state, verb) pair leads to exactly one state."""

    def __init__(self, name: str, rows: Iterable[Transition]) -> None:
        self.name = name
        self._next: dict[tuple[str, str], Transition] = {}
        self._words: dict[str, Any] = {}
        for row in rows:
            self._words |= {str(state): getattr(state, "label", state) for state in (row.frm, row.to)}
            key = (str(row.frm), row.verb)
            if key in self._next:
                raise ValueError(f"{name}: {row.verb} from {row.frm} stands twice")
            self._next[key] = row

    def __iter__(self) -> Iterator[Transition]:
        return iter(self._next.values())

    def next_state(self, current: str, verb: str) -> str:
        """Return the state that `verb` leads to; raise :class:`WrongState` where the table has no such row."""
        row = self._next.get((str(current), verb))
        if row is None:
            raise WrongState(state=self._words.get(str(current), current), verb=verb)
        return str(row.to)

    def allows(self, current: str, verb: str) -> bool:
        """Say whether `verb` is possible now: what decides if a button is shown."""
        return (str(current), verb) in self._next

    def verbs_from(self, current: str) -> list[str]:
        """Return every verb that is possible in this state."""
        return [verb for (state, verb) in self._next if state == str(current)]

    def final_states(self) -> set[str]:
        """Return the states that nothing leads out of."""
        sources = {state for (state, _verb) in self._next}
        return {str(row.to) for row in self._next.values()} - sources
