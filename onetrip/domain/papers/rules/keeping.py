"""How large a picture may be and how long it is kept."""

from datetime import timedelta

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
KEPT = timedelta(days=30)
