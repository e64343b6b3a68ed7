"""How long to wait before trying again."""

from datetime import timedelta

ATTEMPTS = 8
_FIRST_PAUSE_S = 2
_LONGEST_PAUSE_S = 600


def pause_after(attempts: int) -> timedelta:
    """Return the pause after the given number of failed attempts: 2, 4, 8 … seconds, at most 10 minutes."""
    return timedelta(seconds=min(_FIRST_PAUSE_S * 2 ** (attempts - 1), _LONGEST_PAUSE_S))
