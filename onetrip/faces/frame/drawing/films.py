"""Sending a film of a recording: the part a player asks for, unsealed here and kept nowhere."""

import re
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from onetrip.core.errors import NotFound
from onetrip.domain.recordings import queries
from onetrip.domain.recordings.views import Film

_MOST = 4 * 1024 * 1024  # a player asks again for what follows: no answer is larger than this in memory
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def send_film(request: HttpRequest, open_film: Callable[[bool], Film]) -> HttpResponseBase:
    """Answer with the part asked for (RFC 9110, section 14), or with all of it.

    `open_film` is told whether this is the beginning: then the look is written down, not at each part. Raises NotFound.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    start = int(asked.group(1)) if asked else 0
    film = open_film(start == 0)
    response = _part(film, start, asked.group(2)) if asked else _all(film)
    response["Content-Type"] = film.content_type
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; sandbox"
    return response


def _part(film: Film, start: int, last: str) -> HttpResponse:
    end = min(film.size, start + _MOST, int(last) + 1 if last else film.size)
    if start >= end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{film.size}"})
    try:
        content = b"".join(queries.film_bytes(film, start=start, end=end))
    except (OSError, ValueError, InvalidTag):  # a piece is gone or altered: there is nothing to show here
        raise NotFound() from None
    return HttpResponse(
        content, status=206, headers={"Content-Range": f"bytes {start}-{end - 1}/{film.size}"}
    )


def _all(film: Film) -> StreamingHttpResponse:
    ending = film.content_type.rpartition("/")[2]
    return StreamingHttpResponse(
        queries.film_bytes(film, start=0, end=film.size),
        headers={
            "Content-Length": str(film.size),
            "Content-Disposition": f'inline; filename="recording.{ending}"',
        },
    )
