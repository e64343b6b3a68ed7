"""A page that the whole city asks for, drawn once for each of its shapes; only what is written into it differs.

A template of Django is gone through node by node for every showing. Where two showings differ in texts alone, it is
gone through once, with marks where the texts belong, and from then on the texts are put between what was drawn.
"""

import html
import re
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from onetrip.faces.frame.drawing.context import form_token, look

# From Unicode's private range: they stand in no text of ours, and nothing escapes them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(.*?){_CLOSE}")
_TOKEN, _HERE = "csrf_token", "here"


_drawn: dict[tuple[Any, ...], list[str]] = {}
_MOST = 512


def render_by_stencil(
    request: HttpRequest,
    template: str,
    *,
    shape: Mapping[str, Any],
    texts: Mapping[str, str],
    fixed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return the page that `render` would make of all three together.

    `shape`: values that decide what the page looks like, few and hashable. `texts`: values that the template only
    writes out; they are escaped unless they are safe. `fixed`: what every showing of the template is given. A page that
    has notices to show is rendered as always.
    """
    if len(get_messages(request)):
        return render(request, template, {**(fixed or {}), **shape, **texts})
    seen = look(request)
    key = (template, get_language(), *seen.values(), *shape.values())
    drawn = _drawn.get(key)
    if drawn is None:
        if len(_drawn) >= _MOST:
            _drawn.clear()
        drawn = _drawn[key] = _stencil(template, {**(fixed or {}), **seen, **shape}, texts)
    filled = {name: _escaped(text) for name, text in texts.items()}
    filled[_TOKEN] = form_token(request)
    filled[_HERE] = _escaped(request.get_full_path())
    page = "".join([filled[piece] if number % 2 else piece for number, piece in enumerate(drawn)])
    return HttpResponse(page.encode(), charset="utf-8")  # said, or Django looks it up twice


def _escaped(text: str) -> str:
    # What conditional_escape does to a text; it looks for lazy ones first, which there are none of.
    return text if isinstance(text, SafeString) else html.escape(text)


def _stencil(template: str, values: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Return text, name, text, name … text."""
    marks = {name: SafeString(f"{_OPEN}{name}{_CLOSE}") for name in (*names, _TOKEN, _HERE)}
    here = SimpleNamespace(method="GET", get_full_path=marks[_HERE])
    return _MARK.split(render_to_string(template, {**values, **marks, "request": here, "messages": ()}))
