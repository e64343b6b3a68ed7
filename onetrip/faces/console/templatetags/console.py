"""Tags of the console: its navigation by role, keys on buttons, words for states."""

import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlencode

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
from onetrip.domain.booking.states import AppointmentState, Channel, HallAlarm, TicketState, WindowState
from onetrip.domain.cases.states import CaseState, Outcome, ReturnReason, Verdict
from onetrip.domain.complaints.states import About, ComplaintState, EntryKind
from onetrip.domain.consultations.states import (
    Alarm,
    ConclusionKind,
    GuestKind,
    GuestState,
    PauseReason,
    PostState,
    Speaker,
)
from onetrip.domain.halls.states import DeviceKind, PrinterFault, SlipState
from onetrip.domain.insights.states import ExportForm, ExportState, ExportSubject
from onetrip.domain.notifications.states import Cause
from onetrip.domain.notifications.states import Channel as MessageChannel
from onetrip.domain.payments.states import (
    DifferenceKind,
    OrderState,
    Reason,
    RefundState,
    RunState,
    ShiftState,
    Way,
)
from onetrip.domain.recordings.states import LookReason, RecordingState
from onetrip.domain.venues.states import Competence

register = template.Library()
_A_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Room:
    """A place of the console, what it is for, and who may enter: whoever has one of the verbs (with spaces between)."""

    name: str
    verb: str
    icon: str
    title: Any
    purpose: Any
    named: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(f"console:{self.name}", args=self.named)


ROOMS = (
    Room("post", "take_calls", "video", _("Video calls"), _("Answer citizens face to face.")),
    Room("letters", "take_calls", "mail", _("Questions"), _("Answer in writing what was left with us.")),
    Room("window", "serve_window", "hand", _("Window"), _("Call numbers and serve at the window.")),
    Room("halls", "reception", "ticket", _("Reception"), _("Check in, give out numbers, see the hall.")),
    Room(
        "counter",
        "answer_hotline",
        "phone",
        _("Hotline"),
        _("Book, move and cancel for those who call."),
        ("hotline",),
    ),
    Room("till", "serve_window", "wallet", _("Till"), _("Open the till, hand out refunds, count and close.")),
    Room("wall", "see_insights", "monitor", _("Video lines"), _("Lines, waits, posts, alarms, staffing.")),
    Room(
        "insights",
        "see_insights",
        "chart-column",
        _("Figures"),
        _("One-trip rate, waits, calls, satisfaction."),
    ),
    Room(
        "complaints",
        "lead_venue",
        "megaphone",
        _("Complaints"),
        _("Answer what went wrong, within five working days."),
    ),
    Room(
        "recordings",
        "see_recordings take_calls",
        "circle-dot",
        _("Recordings"),
        _("Calls that everybody agreed to have recorded."),
    ),
    Room(
        "money",
        "lead_venue",
        "clipboard-list",
        _("Money"),
        _("Refunds, the day's report, the provider's bill."),
    ),
    Room("venues", "lead_venue", "building-2", _("Venues"), _("Opening hours and rosters.")),
    Room(
        "answers", "lead_venue", "message-circle", _("Ready answers"), _("What officers send with one key.")
    ),
    Room("outbox", "read_audit", "send", _("Messages"), _("What arrived, what did not and why.")),
    Room(
        "wordings",
        "edit_catalog",
        "message-circle",
        _("Wordings"),
        _("What messages say, in both languages."),
    ),
    Room("people", "administer", "users", _("People"), _("Who works here, with which roles.")),
)

_FAMILIES: dict[str, Any] = {
    "verdict": Verdict,
    "outcome": Outcome,
    "reason": ReturnReason,
    "case": CaseState,
    "post": PostState,
    "conclusion": ConclusionKind,
    "pause": PauseReason,
    "guest": GuestKind,
    "speaker": Speaker,
    "guest_state": GuestState,
    "alarm": Alarm,
    "export": ExportState,
    "export_form": ExportForm,
    "export_subject": ExportSubject,
    "complaint": ComplaintState,
    "complaint_about": About,
    "complaint_entry": EntryKind,
    "role": RoleName,
    "competence": Competence,
    "ticket": TicketState,
    "appointment": AppointmentState,
    "channel": Channel,
    "order": OrderState,
    "refund": RefundState,
    "refund_reason": Reason,
    "way": Way,
    "shift": ShiftState,
    "run": RunState,
    "difference": DifferenceKind,
    "message_channel": MessageChannel,
    "message_cause": Cause,
    "device": DeviceKind,
    "printer": PrinterFault,
    "slip": SlipState,
    "hall_window": WindowState,
    "hall_alarm": HallAlarm,
    "recording": RecordingState,
    "look": LookReason,
}
# What is not there yet has a word, too.
_NOTHING = {"verdict": _("not checked yet")}


@register.simple_tag(takes_context=True)
def rooms(context: Context) -> list[dict[str, Any]]:
    """Return the rooms the signed-in person may enter, with `here` for the one they are in."""
    user = context["request"].user
    if not user.is_authenticated:
        return []
    path = context["request"].path
    return [
        {
            "url": room.url,
            "icon": room.icon,
            "title": room.title,
            "purpose": room.purpose,
            "here": path.startswith(room.url),
        }
        for room in ROOMS
        if any(accounts.may(user.roles, verb) for verb in room.verb.split())
    ]


@register.filter
def word(value: Any, family: str) -> str:
    """Return the translated word for a state, verdict or reason: ``{{ post.state|word:"post" }}``."""
    text = str(value or "")
    known = dict(_FAMILIES[family].choices)
    return str(known.get(text, text) if text else _NOTHING.get(family, ""))


_FLAWS = {"missing": _("missing"), "changed": _("changed"), "list": _("the list itself was altered here")}


@register.filter
def flaw(what: str) -> str:
    """Say what is wrong with a piece of a recording."""
    return str(_FLAWS[what])


@register.simple_tag
def words_json(family: str) -> str:
    """Return all words of a family as JSON, for `data-live-words`."""
    return json.dumps({key: str(text) for key, text in _FAMILIES[family].choices}, ensure_ascii=False)


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
def in_seconds(milliseconds: float | None) -> str:
    """Write milliseconds as seconds with one decimal; a dash for nothing known."""
    return "–" if milliseconds is None else gettext("%(seconds).1f s") % {"seconds": milliseconds / 1000}


@register.filter
def percent(rate: float | None) -> str:
    """Write a rate 0..1 as a percentage with one decimal; a dash for nothing counted."""
    return "–" if rate is None else f"{rate * 100:.1f}%"


@register.simple_tag(takes_context=True)
def behind(context: Context, shown: Any, figure: str, key: Any = "", *, if_any: Any = None) -> Any:
    """Return a number as a link to the cases it counts; a plain one where there are none (`if_any`: how many)."""
    if not (shown if if_any is None else if_any):
        return shown
    asked = urlencode({"figure": figure, "key": key} if key != "" else {"figure": figure})
    address = f"{reverse('console:insights_cases')}?{context['base']}&{asked}"
    return format_html('<a href="{}">{}</a>', address, shown)


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
