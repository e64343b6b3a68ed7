"""The eyes of the pre-check: a text reader and measures of the picture. An optional extra, run in a process of its own.

Nothing is loaded before the first picture: everybody imports this, few have the reader installed.
"""

from onetrip.domain.papers.views import Look


def look_at(jpeg: bytes) -> Look:
    """Read and measure a picture. Raises ValueError for bytes that are none, ImportError without the extra."""
    from onetrip.domain.papers.gateways.reader import look_at as look

    return look(jpeg)
