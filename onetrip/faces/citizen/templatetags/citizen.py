"""Words and small figures of the citizen's pages."""

import json
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onetrip.core import clock
from onetrip.domain.cases.states import CaseState, ReturnReason, Verdict
from onetrip.domain.complaints.states import About, ComplaintState, EntryKind
from onetrip.domain.consultations.states import ConclusionKind, Speaker
from onetrip.domain.payments.states import Reason, RefundState, Way
from onetrip.domain.recordings.states import LookReason, RecordingState
from onetrip.domain.wechat import flows as wechat
from onetrip.faces.citizen.steps import NEXT_STEPS

register = template.Library()


@register.filter
def minutes_up(seconds: int | None) -> str:
    """Write seconds as whole minutes, rounded up: a wait is never promised shorter than it is."""
    return "" if seconds is None else str(max(1, -(-int(seconds) // 60)))


@register.filter
def short_moment(at: datetime | None) -> str:
    """Write when, as one would say it: today 14:30, tomorrow 09:00, else the day with its weekday."""
    if at is None:
        return ""
    day, today = clock.city_day(at), clock.city_day(clock.now())
    hour = clock.city_time(at).strftime("%H:%M")
    if day == today:
        return _("today %(time)s") % {"time": hour}
    if day == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": hour}
    return f"{_weekday_and(day, 'D', get_language())} {hour}"


@lru_cache(maxsize=256)
def _weekday_and(day: date, weekday: str, _language: str | None) -> str:
    words = {"day": date_format(day, "MONTH_DAY_FORMAT"), "weekday": date_format(day, weekday)}
    return _("%(weekday)s, %(day)s") % words


@register.filter
def ahead(at: datetime | None) -> bool:
    """Say whether the moment is still to come; a roster may promise an officer who has not sat down yet."""
    return at is not None and at > clock.now()


@register.filter
def day_text(at: datetime | date | None) -> str:
    """Write a day of these weeks with its weekday and without its year."""
    if at is None:
        return ""
    day = clock.city_day(at) if isinstance(at, datetime) else at
    return _weekday_and(day, "l", get_language())


@register.filter
def hours(spans: list[tuple[str | time, str | time]]) -> str:
    """Write opening spans: 09:00–12:00, 13:30–17:00; from midnight to midnight is all day."""
    return _(", ").join(_span(f"{opens!s:.5}", f"{closes!s:.5}") for opens, closes in spans)


def _span(opens: str, closes: str) -> str:
    ends = "24:00" if closes == "00:00" else closes
    return _("all day") if (opens, ends) == ("00:00", "24:00") else f"{opens}–{ends}"


@register.filter
def phone_link(number: str) -> str:
    """Return the number as a `tel:` address needs it."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.filter
def next_step_text(key: str) -> str:
    """Return the sentence that says what to do next."""
    return str(NEXT_STEPS.get(key, ""))


@register.filter
def recording_state(value: str) -> str:
    """Return the words for how a recording stands."""
    return str(RecordingState(value).label)


@register.filter
def look_reason(value: str) -> str:
    """Return for what somebody looked at a recording."""
    return str(LookReason(value).label)


@register.filter
def case_state(value: str) -> str:
    """Return the word for a case's state."""
    return str(CaseState(value).label)


@register.filter
def complaint_about(value: str) -> str:
    """Return what a complaint is about."""
    return str(About(value).label)


@register.filter
def complaint_state(value: str) -> str:
    """Return how far a complaint is."""
    return str(ComplaintState(value).label)


@register.filter
def complaint_entry(value: str) -> str:
    """Return the heading of what was said in a complaint."""
    return str(EntryKind(value).label)


@register.filter
def verdict_text(value: str | None) -> str:
    """Return the word for an officer's verdict; nothing before there is one."""
    return str(Verdict(value).label) if value else ""


@register.simple_tag
def verdict_words() -> str:
    """Return the verdicts' words as JSON, for the live page."""
    return json.dumps({verdict.value: str(verdict.label) for verdict in Verdict}, ensure_ascii=False)


@register.filter
def reason_text(value: str) -> str:
    """Return why a visit ended without success."""
    return str(ReturnReason(value).label) if value in ReturnReason.values else ""


@register.filter
def conclusion_text(value: str | None) -> str:
    """Return the officer's conclusion as a heading."""
    return str(ConclusionKind(value).label) if value in ConclusionKind.values else ""


@register.filter
def way_text(way: str) -> str:
    """Say how something was paid."""
    return str(Way(way).label)


@register.filter
def refund_text(state: str) -> str:
    """Say where a refund is."""
    return str(RefundState(state).label)


@register.filter
def refund_reason_text(reason: str) -> str:
    """Say why money goes back."""
    return str(Reason(reason).label)


@register.inclusion_tag("citizen/parts/demo_chat.html")
def demo_chat() -> dict[str, str]:
    """Lead to the sample city's window that looks like WeChat's chat; nothing elsewhere."""
    return {"chat_url": wechat.chat_address() if settings.DEMO else ""}


@register.simple_tag
def speaker_words() -> str:
    """Return what everybody in a call is called, as JSON, for tiles and lists that scripts write."""
    return json.dumps({key: str(text) for key, text in Speaker.choices}, ensure_ascii=False)


@register.filter
def speaker(kind: str) -> str:
    """Return what somebody in a call is called."""
    return str(dict(Speaker.choices).get(kind, kind))
