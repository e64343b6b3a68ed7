"""How many examples the property tests look at.

What comes seldom is found by looking often: `ONETRIP_EXAMPLES=20 make test ARGS=tests/races` looks at twenty times as
many (and wants `--timeout=0`).
"""

import os


def examples(count: int) -> int:
    """Return how many to look at where `count` are enough for every day."""
    return count * int(os.environ.get("ONETRIP_EXAMPLES", "1"))
