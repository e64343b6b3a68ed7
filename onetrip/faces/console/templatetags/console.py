"""Tags of the console: its navigation by role, keys on buttons, words for states."""

import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts.states import RoleName
from onetrip.domain.booking.states import AppointmentState, TicketState
from onetrip.domain.consultations.states import PauseReason
from onetrip.domain.venues.states import Competence

register = template.Library()
_A_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Room:
    """A place of the console, who may enter, and what it is for."""

    name: str
    verb: str
    icon: str
    title: Any
    purpose: Any


ROOMS = (
    Room("post", "take_calls", "video", _("Video calls"), _("Answer citizens face to face.")),
    Room("window", "serve_window", "hand", _("Window"), _("Call numbers and serve at the window.")),
    Room("halls", "reception", "ticket", _("Reception"), _("Check in, give out numbers, see the hall.")),
    Room(
        "insights",
        "see_insights",
        "chart-column",
        _("Figures"),
        _("One-trip rate, waits, calls, satisfaction."),
    ),
    Room("venues", "lead_venue", "building-2", _("Venues"), _("Opening hours and rosters.")),
    Room("people", "administer", "users", _("People"), _("Who works here, with which roles.")),
)

# Words the domain has no label for, or shorter ones than its own.
_WORDS = {
    "verdict": {
        "ok": _("in order"),
        "fix": _("to be corrected"),
        "missing": _("missing"),
        "not_needed": _("not needed"),
        "": _("not checked yet"),
    },
    "post": {
        "off": _("off duty"),
        "available": _("free"),
        "ringing": _("ringing"),
        "in_call": _("in a call"),
        "wrap_up": _("wrap-up"),
        "paused": _("paused"),
    },
    "conclusion": {
        "ready": _("Ready, book now"),
        "ready_with": _("Ready once these are brought"),
        "impossible": _("Cannot be done"),
    },
    "pause": {member.value: member.label for member in PauseReason},
    "reason": {
        "material_missing": _("a paper is missing"),
        "material_wrong": _("a paper is not in order"),
        "guide_wrong": _("the guide was wrong"),
        "not_competent": _("this window is not competent"),
        "system_down": _("the system was down"),
        "other": _("another reason"),
    },
    "outcome": {"done": _("done"), "returned": _("returned")},
    "case": {
        "preparing": _("preparing"),
        "ready": _("ready"),
        "booked": _("booked"),
        "arrived": _("arrived"),
        "done": _("done"),
        "returned": _("returned"),
        "withdrawn": _("withdrawn"),
    },
    "form": {
        "original": _("original"),
        "copy": _("copy"),
        "both": _("original and copy"),
        "form": _("form"),
    },
    "role": {member.value: member.label for member in RoleName},
    "competence": {member.value: member.label for member in Competence},
    "ticket": {member.value: member.label for member in TicketState},
    "appointment": {member.value: member.label for member in AppointmentState},
}


@register.simple_tag(takes_context=True)
def rooms(context: Context) -> list[dict[str, Any]]:
    """Return the rooms the signed-in person may enter, with `here` for the one they are in."""
    user = context["request"].user
    if not user.is_authenticated:
        return []
    path = context["request"].path
    return [
        {
            "url": reverse(f"console:{room.name}"),
            "icon": room.icon,
            "title": room.title,
            "purpose": room.purpose,
            "here": path.startswith(reverse(f"console:{room.name}")),
        }
        for room in ROOMS
        if accounts.may(user.roles, room.verb)
    ]


@register.filter
def word(value: Any, family: str) -> str:
    """Return the translated word for a state, verdict or reason: ``{{ post.state|word:"post" }}``."""
    return str(_WORDS[family].get(str(value or ""), value or ""))


@register.simple_tag
def words_json(family: str) -> str:
    """Return all words of a family as JSON, for `data-live-words`."""
    return json.dumps({key: str(text) for key, text in _WORDS[family].items() if key}, ensure_ascii=False)


@register.simple_tag
def key(name: str | int) -> SafeString:
    """Draw the key that presses the button it stands on; screen readers hear it from aria-keyshortcuts instead."""
    shown = {"ctrl+enter": "Ctrl ↵", "enter": "↵", "escape": "Esc"}.get(str(name).lower(), str(name).upper())
    return format_html('<kbd aria-hidden="true">{}</kbd>', shown)


@register.filter
def minutes(seconds: float | None) -> str:
    """Write a duration given in seconds: whole minutes from one minute on, seconds below."""
    if seconds is None:
        return ""
    if seconds < 60:
        return gettext("%(count)d s") % {"count": round(seconds)}
    return gettext("%(count)d min") % {"count": round(seconds / 60)}


@register.filter
def clocked(seconds: float | None) -> str:
    """Write a duration given in seconds as m:ss."""
    if seconds is None:
        return ""
    whole = int(timedelta(seconds=seconds).total_seconds())
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def percent(rate: float | None) -> str:
    """Write a rate 0..1 as a percentage with one decimal; a dash for nothing counted."""
    return "–" if rate is None else f"{rate * 100:.1f}%"


@register.filter
def weekday(number: int) -> str:
    """Write a weekday, 0 being Monday, in the active language."""
    return date_format(_A_MONDAY + timedelta(days=number), "D")


@register.filter
def clock_text(at: time) -> str:
    """Write a time of day as 09:00; midnight ends a day, so it is 24:00 there."""
    return "24:00" if at == time() else at.strftime("%H:%M")


@register.simple_tag
def bar(share: float, kind: str = "brand") -> SafeString:
    """Draw a share 0..1 as a bar; the number stands beside it, so it is decoration."""
    picture = (
        '<svg class="bar-chart" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    )
    width = f"{max(0.0, min(1.0, share)) * 100:.1f}"
    return format_html(picture, format_html('<rect class="bar-{}" width="{}" height="8"/>', kind, width))


@register.simple_tag
def interval(row: Any) -> SafeString:
    """Draw a rate with its interval: a bar to the rate, a whisker from low to high. The words are for the ear."""
    low, high, rate = row.low * 100, row.high * 100, (row.rate or 0) * 100
    return format_html(
        '<svg class="bar-chart" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{} – {}">'
        '<rect class="bar-brand" width="{}" height="8"/>'
        '<rect class="bar-whisker" x="{}" y="3" width="{}" height="2"/></svg>',
        percent(row.low),
        percent(row.high),
        f"{rate:.1f}",
        f"{low:.1f}",
        f"{max(high - low, 0.5):.1f}",
    )
