"""How large a picture may be, how it may come in parts, and how long it is kept."""

from datetime import timedelta

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
KEPT = timedelta(days=30)
MOST_PART_BYTES = 512 * 1024
UPLOAD_LASTS = timedelta(minutes=20)
