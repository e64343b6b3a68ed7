"""What a citizen is told of an errand when no page is open. What it says: `messages.yaml` of this module."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onetrip.core import clock
from onetrip.core.money import yuan
from onetrip.core.unit import use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services as account_services
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.queries import guide_news
from onetrip.domain.cases.states import OPEN
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.consultations.states import ConclusionKind
from onetrip.domain.notifications import services as notifications
from onetrip.domain.venues import queries as venues

TOMORROW, SOON, RATE = "cases.tomorrow", "cases.soon", "cases.rate"
REMINDERS = (TOMORROW, SOON)
_LISTED = 6  # materials that a message names; the others are on the page it leads to
_WORTH = timedelta(days=2)
_VISITS = Case.objects.select_related("appointment__slot__schedule__venue")


def tell(
    row: Case, template: str, *, expires_at: datetime, at: datetime, dedupe: str = "", **params: Any
) -> None:
    """Tell the citizen of a case something; a walk-in without a name is told by the board."""
    if row.citizen_id is None:
        return
    not_before = params.pop("not_before", None)
    account_services.tell(
        citizen_id=row.citizen_id,
        template=template,
        params={"item": row.item_name, **params},
        about=f"case:{row.public_id}",
        target=f"case:{row.public_id}",
        dedupe=dedupe,
        not_before=not_before,
        expires_at=expires_at,
        at=at,
    )


@use_case
def remind(*, case_id: str, template: str, at: datetime) -> bool:
    """Remind of a visit, if it is still booked; say whether it was news. The appointment is locked meanwhile:
    who cancels at this moment is told first or not at all."""
    row = _VISITS.filter(public_id=case_id).first()
    if row is None or row.appointment is None:
        return False
    appointment = row.appointment
    if not booking.hold_still(appointment_id=appointment.public_id, state=AppointmentState.BOOKED):
        return False
    starts_at, venue = appointment.slot.starts_at, appointment.slot.schedule.venue
    Case.objects.filter(pk=row.pk).update(**{rules.TOLD_IN[template]: starts_at})
    with _language_of(row):
        said = _("tomorrow %(time)s") if template == TOMORROW else _("today %(time)s")
        more = (
            {"bring": _bring_list(row)}
            if template == TOMORROW
            else {"address": venues.venue(venue.code).address}
        )
        tell(
            row,
            template,
            when=said % {"time": f"{clock.city_time(starts_at):%H:%M}"},
            venue=venue.name,
            # Whoever moves to another time and back is told once more: what was told in between is no longer so.
            dedupe=f"{template}:{appointment.public_id}:{starts_at:%s}:{appointment.changed_at:%s}",
            expires_at=starts_at,
            at=at,
            **more,
        )
    return True


def _language_of(row: Case) -> Any:
    ways = accounts.ways_to(row.citizen_id) if row.citizen_id else None
    return translation.override(ways.language if ways else None)


def _bring_list(row: Case) -> str:
    lines = catalog.checklist_of(row.guide_version, row.answers).materials
    names = [line.name for line in lines if not (line.held_by_department or line.onsite)]
    if not names:
        return _("nothing but yourself")
    shown = pgettext("list", ", ").join(names[:_LISTED])
    return (
        _("%(some)s and %(count)s more") % {"some": shown, "count": len(names) - _LISTED}
        if (len(names) > _LISTED)
        else shown
    )


def forget_reminders(row: Case, *, at: datetime) -> None:
    """The visit will not take place then: reminders that wait are taken back, and the next time is told anew."""
    Case.objects.filter(pk=row.pk).update(**dict.fromkeys(rules.TOLD_IN.values()))
    notifications.withdraw(about=f"case:{row.public_id}", templates=REMINDERS, at=at)


def tell_conclusion(row: Case, *, at: datetime) -> None:
    with _language_of(row):
        word = str(ConclusionKind(row.conclusion_kind).label)
    dedupe = f"concluded:{row.public_id}:{int(at.timestamp())}"
    tell(row, "cases.concluded", conclusion=word, dedupe=dedupe, expires_at=at + _WORTH, at=at)


def tell_fee_due(row: Case, *, fen: int, at: datetime) -> None:
    """The errand is done and its fee is paid now: the page says how."""
    dedupe = f"fee_due:{row.public_id}"
    tell(row, "cases.fee_due", fee=yuan(fen), dedupe=dedupe, expires_at=at + _WORTH, at=at)


def tell_paid(row: Case, *, order_id: str, fen: int, at: datetime) -> None:
    dedupe = f"paid:{order_id}"
    tell(row, "cases.paid", fee=yuan(fen), dedupe=dedupe, expires_at=at + _WORTH, at=at)


def tell_paid_back(row: Case, *, refund_id: str, fen: int, at: datetime) -> None:
    dedupe = f"paid_back:{refund_id}"
    tell(row, "cases.paid_back", fee=yuan(fen), dedupe=dedupe, expires_at=at + _WORTH, at=at)


def ask_to_rate(row: Case, *, visit: int, venue_name: str, at: datetime) -> None:
    """An hour after the visit, when people are on their way home."""
    tell(
        row, RATE, venue=venue_name, dedupe=f"rate:{row.public_id}:{visit}", not_before=at + rules.RATE_AFTER,
        expires_at=at + _WORTH, at=at,
    )  # fmt: skip


def forget_to_ask(row: Case, *, at: datetime) -> None:
    """Who has rated already is not asked."""
    notifications.withdraw(about=f"case:{row.public_id}", templates=[RATE], at=at)


@use_case
def tell_guide_news(*, case_id: str, at: datetime) -> bool:
    """Tell whom another version of the guide asks for something else; say whether there was news for this person."""
    row = Case.objects.filter(public_id=case_id, state__in=OPEN, citizen__isnull=False).first()
    if row is None or row.citizen_id is None:
        return False
    now = catalog.guide_of(row.item_code).version_id
    Case.objects.filter(pk=row.pk).update(guide_told=now)
    with _language_of(row):
        news = guide_news(case_id=case_id, citizen_id=row.citizen_id)
        if not news.any:
            return False
        parts = [
            (_("new: %(names)s"), news.added),
            (_("no longer needed: %(names)s"), news.dropped),
            (_("changed: %(names)s"), news.changed),
        ]
        said = [words % {"names": pgettext("list", ", ").join(names[:3])} for words, names in parts if names]
        what = pgettext("list", "; ").join(said) or _("other questions")
    tell(
        row, "cases.guide_changed", what=what, dedupe=f"guide:{case_id}:{now}", expires_at=at + _WORTH, at=at
    )
    return True
