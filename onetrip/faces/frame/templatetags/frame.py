"""Tags that all faces write their templates with."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from onetrip.core import clock, money

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw an icon of the sprite. Without a label it is decoration and hidden from screen readers."""
    source = f"{static('dist/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, source
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>', css, source)


@register.filter
def yuan(fen: int | None) -> str:
    """Write an amount in fen as a price; nothing for None."""
    return "" if fen is None else money.yuan(fen)


@register.filter
def city_time(at: datetime | None) -> str:
    """Write the time of day on the city's clocks, e.g. 09:30."""
    return "" if at is None else clock.city_time(at).strftime("%H:%M")


@register.filter
def city_day(at: datetime | date | None) -> str:
    """Write a day in the active language with its weekday, e.g. 2026年7月31日 星期五."""
    if at is None:
        return ""
    day = clock.city_day(at) if isinstance(at, datetime) else at
    return f"{date_format(day, 'DATE_FORMAT')} {date_format(day, 'l')}"


@register.filter
def city_moment(at: datetime | None) -> str:
    """Write day and time together."""
    return "" if at is None else f"{city_day(at)} {city_time(at)}"


@register.filter
def distance(meters: float | None) -> str:
    """Write a distance: metres below one kilometre, else kilometres with one decimal."""
    if meters is None:
        return ""
    return f"{round(meters / 10) * 10:d} m" if meters < 995 else f"{meters / 1000:.1f} km"


@register.simple_tag
def stepper(steps: Iterable[tuple[str, str]], current: str) -> SafeString:
    """Draw the errand's steps: pairs of (key, text); those before `current` are done."""
    return _stepper(tuple((key, str(text)) for key, text in steps), current, get_language())


@lru_cache(maxsize=64)  # it stands on most pages and has a handful of forms
def _stepper(steps: tuple[tuple[str, str], ...], current: str, _language: str | None) -> SafeString:
    rows: list[dict[str, Any]] = []
    state = "done"
    for key, text in steps:
        state = "current" if key == current else ("ahead" if state in ("current", "ahead") else "done")
        rows.append({"key": key, "text": text, "state": state})
    return render_to_string("frame/stepper.html", {"steps": rows})


@register.inclusion_tag("frame/field.html")
def field(
    name: str,
    label: str,
    value: str = "",
    kind: str = "text",
    error: str = "",
    hint: str = "",
    autocomplete: str = "",
    inputmode: str = "",
    required: bool = True,
    autofocus: bool = False,
    maxlength: int | None = None,
) -> dict[str, Any]:
    """Draw an input with its label, hint and error tied together for screen readers."""
    return {
        "name": name,
        "label": label,
        "value": value,
        "kind": kind,
        "error": error,
        "hint": hint,
        "autocomplete": autocomplete,
        "inputmode": inputmode,
        "required": required,
        "autofocus": autofocus,
        "maxlength": maxlength,
        "described_by": " ".join(
            part for part, shown in ((f"{name}-hint", hint), (f"{name}-error", error)) if shown
        ),
    }
