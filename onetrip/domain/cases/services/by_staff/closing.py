"""Closing a hall early: who is booked is moved, who stands in line gets a place, each with a message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.errors import Refusal
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.states import Channel
from onetrip.domain.booking.views import Matter
from onetrip.domain.cases.errors import ClosesInThePast
from onetrip.domain.cases.models import Case
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services as venues_services


@dataclass(frozen=True)
class Closing:
    """What became of people: booked ones moved, who was in line sent home with a place, and who is left to speak to."""

    moved: int
    sent_home: int
    to_speak_to: int


def close_early(*, venue_code: str, until: time, reason: str, by: Actor, at: datetime) -> Closing:
    """End the hall's day at that hour: numbers that will still be called stay, everybody else gets another time.

    The doors close first; then everybody is moved in a transaction of their own: who cannot be moved stays where they
    are and takes nobody with them, and doing it again goes on where it ended.
    `to_speak_to`: people without an account in the line, and bookings for which no free place is near; they keep what
    they have until somebody has spoken to them. Raises ClosesInThePast, NotAllowed, VenueUnknown.
    """
    about: dict[str, Any] = {"venue_code": venue_code, "by": by, "at": at}
    end = _close_doors(until=until, reason=reason, **about)
    late = booking.not_called_before(venue_code=venue_code, until=end, at=at)
    groups = _by_visit(late)
    home = sum(len(group) for group in groups if _went(_send_home, tickets=group, **about))
    clashes = booking.clashes(**about)
    moved = sum(
        _went(
            booking_services.move_for_venue,
            appointment_id=clash.appointment_id,
            slot_id=clash.proposals[0].slot_id,
            **about,
        )
        for clash in clashes
        if clash.proposals
    )
    found = Closing(moved, home, len(late) - home + len(clashes) - moved)
    detail = {"until": until.isoformat(), "moved": moved, "sent_home": home, "to_speak_to": found.to_speak_to}
    record(verb="hall.close_early", subject=f"venue:{venue_code}", by=by, at=at, detail=detail)
    return found


@use_case
def _close_doors(*, venue_code: str, until: time, reason: str, by: Actor, at: datetime) -> datetime:
    """Announce the shorter day and return when it ends; bookings beyond it become clashes."""
    day, end = clock.city_day(at), clock.city_moment(clock.city_day(at), until)
    if end < at.replace(second=0, microsecond=0):
        raise ClosesInThePast(field="until")
    usual = venues.opening_spans(venue_code=venue_code, day=day)
    # A closing time of 00:00 is the end of the day.
    hours = [
        (opens, until if closes == time(0) else min(closes, until))
        for opens, closes in usual
        if opens < until
    ]
    about: dict[str, Any] = {"venue_code": venue_code, "day": day, "reason": reason, "by": by, "at": at}
    if hours:
        venues_services.open_on(hours=hours, **about)
    else:
        venues_services.close_on(**about)
    return end


def _by_visit(tickets: Sequence[str]) -> list[list[str]]:
    """Return the numbers in the order of the line, those of one visit together."""
    rows = Case.objects.filter(ticket__public_id__in=tickets, ticket__appointment__visit_id__gt="")
    visits = dict(rows.values_list("ticket__public_id", "ticket__appointment__visit_id"))
    groups: dict[str, list[str]] = {}
    for ticket_id in tickets:
        groups.setdefault(visits.get(ticket_id, ticket_id), []).append(ticket_id)
    return list(groups.values())


def _went(service: Callable[..., object], **about: Any) -> bool:
    """Do it for one visitor and say whether it was possible: the place may have gone meanwhile."""
    try:
        return service(**about) is not False
    except Refusal:
        return False


@use_case
def _send_home(*, tickets: Sequence[str], venue_code: str, by: Actor, at: datetime) -> bool:
    """Give whoever waits with these numbers another time, if we know who it is and there is one; return whether."""
    found = Case.objects.select_related("ticket__appointment").filter(ticket__public_id__in=tickets)
    rows = sorted(found, key=lambda row: tickets.index(row.ticket.public_id) if row.ticket else 0)
    if len(rows) != len(tickets) or any(row.citizen_id is None for row in rows):
        return False
    matters = [Matter(row.competence, _units(row)) for row in rows]
    places = booking.places_instead(venue_code=venue_code, matters=matters, at=at)
    if not places:
        return False
    if all(row.ticket is not None and row.ticket.appointment_id is not None for row in rows):
        booking_services.send_home(moves=list(zip(tickets, places, strict=True)), by=by, at=at)
    else:
        _book_instead(rows[0], tickets[0], places[0], units=matters[0].units, by=by, at=at)
    return True


def _units(row: Case) -> int:
    """Return how many slots in a row the visit takes: what was booked, else what the guide says of the situation."""
    if row.ticket is not None and row.ticket.appointment is not None:
        return row.ticket.appointment.units
    return booking.units_for(minutes=catalog.checklist_of(row.guide_version, row.answers).minutes)


def _book_instead(row: Case, ticket_id: str, slot_id: str, *, units: int, by: Actor, at: datetime) -> None:
    """Turn a number without an appointment into an appointment. Raises what hold_slot raises."""
    appointment_id = booking_services.hold_slot(
        slot_id=slot_id, citizen_id=row.citizen_id, competence=row.competence, item_code=row.item_code,
        item_name=row.item_name, channel=Channel.HALL, units=units, by=by, at=at,
    )  # fmt: skip
    booking_services.leave_line(ticket_id=ticket_id, by=by, at=at)
    fresh = lock_one(Case.objects.filter(pk=row.pk))
    fresh.appointment_id = booking.appointment_key(appointment_id)
    fresh.save(update_fields=["appointment"])
    booking_services.confirm_appointment(appointment_id=appointment_id, by=by, at=at)
    booking_services.tell_moved(appointment_id=appointment_id, at=at)
