"""What this module shows of itself: plain frozen values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kept:
    """A credential as it is kept: `value` is empty before the first one."""

    value: str
    good_until: datetime | None
    version: int

    def is_good(self, *, at: datetime, refused: str) -> bool:
        """Say whether it may be shown: it lives, and WeChat has not just refused it."""
        return (
            bool(self.value)
            and self.value != refused
            and self.good_until is not None
            and self.good_until > at
        )
