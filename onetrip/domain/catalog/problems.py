"""An editor's mistake, told with file, line and plain words in the editor's language."""

from dataclasses import dataclass, field
from typing import Any

Place = tuple[str | int, ...]  # the way to a value in a document, for example ("fees", 1, "fen")


@dataclass(frozen=True)
class Problem:
    """One mistake. `code` is stable; `message` is a lazy translation with named placeholders filled from `params`."""

    file: str
    line: int
    code: str
    message: Any
    params: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return what is wrong, in the language that is active now."""
        return str(self.message) % self.params

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text()}"
