"""The days and times of a venue as HTML.

A hundred entries on a page that the whole city asks for at eight in the morning: written in Python they cost a tenth of
the same loops in a template.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from onetrip.core import clock
from onetrip.domain.booking.queries import DayLoad, SlotView


def day_links(
    days: Iterable[DayLoad], chosen: date, venue_code: str, area: str = "", more: str = ""
) -> SafeString:
    """Draw the days that have free times, each a link to its times.

    `area` is the sub-district asked for; `more` are further parameters, written as in an address.
    """
    kept = (f"&area={quote(area)}" if area else "") + (f"&{more}" if more else "")
    address, language = f"?venue={quote(venue_code)}{kept}&day=", get_language()
    address = escape(address)
    return SafeString(
        "".join(
            f'<li><a href="{address}{load.day.isoformat()}"{_CHOSEN if load.day == chosen else ""}>'
            f"{_day_words(load.day, load.places_left, language)}</a></li>"
            for load in days
        )
    )


def for_more_query(venue_code: str, area: str = "") -> str:
    """Return the query that shows the same venue with the questions for a family or several matters."""
    return f"?venue={quote(venue_code)}" + (f"&area={quote(area)}" if area else "") + "&more=1"


def slot_buttons(slots: Iterable[SlotView]) -> SafeString:
    """Draw the times of a day, each a button that holds it."""
    language = get_language()
    return SafeString(
        "".join(
            # A slot's id is of our own making: sixteen letters and digits, nothing to escape.
            f'<button name="slot" value="{slot.id}">{_slot_words(slot.starts_at, slot.places_left, language)}</button>'
            for slot in slots
        )
    )


@lru_cache(maxsize=4096)
def _slot_words(starts_at: datetime, left: int, language: str | None) -> SafeString:
    return format_html(
        "<b>{}</b><small>{}</small>",
        clock.city_time(starts_at).strftime("%H:%M"),
        _places_left(left, language),
    )


_CHOSEN = ' aria-current="date"'


@lru_cache(maxsize=1024)
def _day_words(day: date, left: int, _language: str | None) -> SafeString:
    return format_html(
        "<span>{}</span><strong>{}</strong><small>{}</small>",
        date_format(day, "D"),
        date_format(day, "n/j"),
        ngettext("%(places)s place", "%(places)s places", left) % {"places": left},
    )


@lru_cache(maxsize=512)
def _places_left(count: int, _language: str | None) -> str:
    return ngettext("%(left)s place left", "%(left)s places left", count) % {"left": count}
