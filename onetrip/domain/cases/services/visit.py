"""Booking a place for the case, coming, being served, and how it ended."""

from datetime import datetime
from typing import Any, NamedTuple

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.database import ask
from onetrip.core.errors import NotFound
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.ready import Ready
from onetrip.core.unit import use_case
from onetrip.domain.accounts import services as accounts_services
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.errors import WrongVenue
from onetrip.domain.booking.states import AppointmentState, Channel
from onetrip.domain.cases import rules
from onetrip.domain.cases.errors import (
    CaseClosed,
    NothingBooked,
    NotOver,
    RatingMissing,
    ReasonMissing,
)
from onetrip.domain.cases.events import VisitEnded
from onetrip.domain.cases.models import Case, CaseTicket, Visit
from onetrip.domain.cases.services.errand import begin, move_case, own_case, show_case
from onetrip.domain.cases.services.fees import fee_line, held_place, refuse_unpaid
from onetrip.domain.cases.services.telling import ask_to_rate, forget_to_ask, tell_fee_due
from onetrip.domain.cases.states import BEFORE_BOOKING, Came, CaseState, Outcome, ReturnReason
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import Territory


@use_case
def hold_slot(
    *,
    case_id: str,
    citizen_id: int,
    slot_id: str,
    subdistrict_code: str | None = None,
    persons: int = 1,
    channel: Channel = Channel.PHONE,
    by: Actor,
    at: datetime,
) -> str:
    """Hold a place for the case for five minutes and return the appointment's id.

    `subdistrict_code`: where the citizen is registered or lives, if asked only now; the case keeps it. How long the
    place is follows from the guide's estimate for this situation and from how many `persons` it is for. `channel`:
    through which of the venue's quotas (services.by_staff.counter).
    Raises CaseClosed, WrongVenue, and what booking raises: SlotFull, SlotPast, WrongSlot, AlreadyBooked, NotOpenYet,
    BookCloser, SubdistrictUnknown, NotFound.
    """
    errand = _to_place(case_id, citizen_id)
    if errand.state not in BEFORE_BOOKING:
        raise CaseClosed()
    if subdistrict_code and subdistrict_code != errand.subdistrict_code:
        venues.subdistrict(subdistrict_code)
    home = subdistrict_code or errand.subdistrict_code
    minutes, bound_to = _demands(errand.guide_version, errand.answers, home)
    appointment_id = booking_services.hold_slot(
        slot_id=slot_id,
        citizen_id=citizen_id,
        competence=errand.competence,
        item_code=errand.item_code,
        item_name=errand.item_name,
        channel=channel,
        sent_back=errand.trips > 0,
        units=booking.units_for(minutes=minutes, persons=persons),
        subdistrict_code=bound_to,
        by=by,
        at=at,
    )
    if not ask(_KEEP_PLACE, [booking.appointment_key(appointment_id), home, at, errand.pk]):
        raise CaseClosed()  # given up, or booked otherwise, in this very moment
    return appointment_id


class _ToPlace(NamedTuple):
    """What holding a place asks of an errand."""

    pk: int
    state: str
    subdistrict_code: str
    guide_version: str
    answers: dict[str, str]
    competence: str
    item_code: str
    item_name: str
    trips: int


_TO_PLACE: Ready[tuple[Any, ...]] = Ready(
    lambda case_id, citizen_id: Case.objects.filter(public_id=case_id, citizen_id=citizen_id).values_list(
        *_ToPlace._fields
    ),
    case_id=str,
    citizen_id=int,
)
_KEEP_PLACE = f"""
UPDATE cases_case SET appointment_id = %s, subdistrict_code = %s, changed_at = %s
WHERE id = %s AND state IN ({", ".join(f"'{state}'" for state in BEFORE_BOOKING)}) RETURNING 1
"""


def _to_place(case_id: str, citizen_id: int) -> _ToPlace:
    found = _TO_PLACE.first(case_id=case_id, citizen_id=citizen_id)
    if found is None:
        raise NotFound()
    return _ToPlace(*found)


def _demands(guide_version: str, answers: dict[str, str], subdistrict_code: str) -> tuple[int, str | None]:
    """Return the minutes at the window that the guide tells, and whose venues alone may do it: None for all."""
    checklist = catalog.checklist_of(guide_version, answers)
    territorial = checklist.territory != Territory.ANYWHERE and subdistrict_code
    return checklist.minutes, subdistrict_code if territorial else None


def check_territory(row: Case, slot_id: str, subdistrict_code: str) -> int:
    """Refuse a venue that serves other sub-districts, where the rule of competence is territorial.

    Return how many minutes the guide says it takes at the window. Raises WrongVenue.
    """
    minutes, bound_to = _demands(row.guide_version, row.answers, subdistrict_code)
    if bound_to and not booking.slot_serves(slot_id, bound_to):
        raise WrongVenue(field="venue")
    return minutes


def appointment_of(case_id: str, citizen_id: int) -> str:
    """Return the id of the appointment of a citizen's errand; raises NothingBooked, NotFound."""
    row = own_case(case_id, citizen_id)
    if row.appointment is None:
        raise NothingBooked()
    return row.appointment.public_id


@use_case
def confirm(
    *,
    case_id: str,
    citizen_id: int,
    visitor_name: str | None = None,
    remember_name: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Turn the held place into a booking, with all that was held for the same visit.

    `visitor_name`: who comes; pages always say it, and the place is bound to it. `remember_name`: the account had none.
    Raises FeeDue, NothingBooked, HoldExpired, NameInvalid, NotFound.
    """
    place = held_place(case_id, citizen_id)
    if place.appointment_id is None:
        raise NothingBooked()
    refuse_unpaid(place)
    if remember_name:
        accounts_services.set_name(user_id=citizen_id, name=visitor_name or "", by=by, at=at)
    who: dict[str, Any] = {"visitor_name": visitor_name, "by": by, "at": at}
    if place.visit_id:
        booking_services.confirm_visit(visit_id=place.visit_id, **who)
        return
    booking_services.confirm_appointment(appointment_id=place.appointment_id, **who)


@use_case
def say_complete(*, case_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Say that what was missing is there: the provisional place is firm. Raises NothingBooked, WrongState, NotFound."""
    booking_services.say_complete(appointment_id=appointment_of(case_id, citizen_id), by=by, at=at)


@use_case
def cancel_booking(
    *, case_id: str, citizen_id: int, on_behalf: bool = False, by: Actor, at: datetime
) -> None:
    """Give the place back; the errand stays, and what else is booked for the same visit. Only held, all of it goes.

    `on_behalf`: staff do it because the citizen says so. Raises NothingBooked, WrongState, NotFound.
    """
    row = own_case(case_id, citizen_id)
    if row.appointment is None:
        raise NothingBooked()
    how: dict[str, Any] = {"on_behalf": on_behalf, "by": by, "at": at}
    if row.appointment.visit_id and row.appointment.state == AppointmentState.HELD:
        booking_services.give_up_visit(visit_id=row.appointment.visit_id, **how)
        return
    booking_services.cancel_appointment(appointment_id=row.appointment.public_id, **how)


@use_case
def reschedule(*, case_id: str, citizen_id: int, slot_id: str, by: Actor, at: datetime) -> None:
    """Move the booking, with all of its visit, to another time; when that is full the old places stay.

    Raises as cancel_booking, SlotFull.
    """
    row = own_case(case_id, citizen_id)
    if row.appointment is None:
        raise NothingBooked()
    if row.appointment.visit_id:
        booking_services.reschedule_visit(visit_id=row.appointment.visit_id, slot_id=slot_id, by=by, at=at)
        return
    booking_services.reschedule_appointment(
        appointment_id=row.appointment.public_id, slot_id=slot_id, sent_back=row.trips > 0, by=by, at=at
    )


@use_case
def check_in(*, case_id: str, citizen_id: int, presence: str = "", by: Actor, at: datetime) -> str:
    """The citizen is there; return the ticket's id. `presence`: the proof of it (halls.services.show_code).

    Raises NotInTheHall, NothingBooked, WrongDay, WrongState, NotFound.
    """
    appointment_id = appointment_of(case_id, citizen_id)
    return booking_services.check_in(appointment_id=appointment_id, presence=presence, by=by, at=at)


@use_case
def check_in_at_reception(*, venue_code: str, arrival_code: str, by: Actor, at: datetime) -> str:
    """Somebody shows the code of today's appointment; return the ticket's id. Raises NotFound, WrongState."""
    found = booking.appointment_by_code(
        venue_code=venue_code, arrival_code=arrival_code, day=clock.city_day(at)
    )
    return booking_services.check_in(appointment_id=found.id, by=by, at=at)


@use_case
def check_in_by_phone(*, venue_code: str, phone: str, by: Actor, at: datetime) -> str:
    """Somebody gives the number they booked with; return the ticket's id of their next appointment today.

    Raises NotFound, PhoneInvalid, WrongState.
    """
    found = booking.arriving_by_phone(venue_code=venue_code, phone=phone, day=clock.city_day(at))
    return booking_services.check_in(appointment_id=found, by=by, at=at)


@use_case
def check_in_by_name(*, venue_code: str, name: str, starts_at: datetime, by: Actor, at: datetime) -> str:
    """Somebody gives name and booked time; return the ticket's id. Raises NotFound, WrongState."""
    found = booking.arriving_by_name(
        venue_code=venue_code, name=name, starts_at=starts_at, day=clock.city_day(at)
    )
    return booking_services.check_in(appointment_id=found, by=by, at=at)


@use_case
def walk_in(
    *,
    venue_code: str,
    item_code: str,
    citizen_id: int | None = None,
    presence: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """Give somebody without an appointment a number and return the ticket's id; `presence` as in check_in.

    A citizen's own open errand for the item is used; otherwise a new case is made, without a name if need be.
    Raises ItemNotFound, DeskCannotServe, NotInTheHall.
    """
    guide = catalog.guide_of(item_code)
    ticket_id = booking_services.take_ticket(
        venue_code=venue_code,
        competence=guide.competence,
        item_code=item_code,
        item_name=guide.name,
        citizen_id=citizen_id,
        presence=presence,
        by=by,
        at=at,
    )
    row = _open_case_for(citizen_id=citizen_id, guide=guide, by=by, at=at)
    came(row, ticket_id, by=by, at=at)
    return ticket_id


def came(row: Case, ticket_id: str, *, by: Actor, at: datetime) -> None:
    """Note on a locked case that its holder is in the hall with this number.

    Who was sent back before stands in front now: they have waited for the same errand once.
    """
    row.ticket_id, _venue_id = booking.ticket_keys(ticket_id)
    CaseTicket.objects.create(case=row, ticket_id=row.ticket_id)
    if row.trips:
        booking_services.give_priority(ticket_id=ticket_id, by=by, at=at)
    move_case(row, "arrive", also=["ticket"], by=by, at=at)


def _open_case_for(*, citizen_id: int | None, guide: catalog.Guide, by: Actor, at: datetime) -> Case:
    if citizen_id is not None:
        mine = Case.objects.filter(citizen_id=citizen_id, item_code=guide.item_code, state__in=BEFORE_BOOKING)
        row = mine.select_for_update().first()
        if row is not None:
            return row
    return begin(
        citizen_id=citizen_id,
        guide=guide,
        answers={},
        competence=guide.competence,
        subdistrict_code="",
        by=by,
        at=at,
    )


@use_case
def record_outcome(
    *,
    ticket_id: str,
    desk_id: int,
    outcome: str,
    reason: str = "",
    material: str = "",
    note: str = "",
    officer_id: int,
    by: Actor,
    at: datetime,
) -> None:
    """Finish the ticket at this window and write down how the visit ended. The one-trip rate is made of these rows.

    Raises ReasonMissing for “returned” without a reason, NotAtThisDesk, WrongState, NotFound.
    """
    returned = outcome == Outcome.RETURNED
    if outcome not in Outcome.values or (returned and reason not in ReturnReason.values):
        raise ReasonMissing(field="reason")
    booking_services.finish_ticket(ticket_id=ticket_id, desk_id=desk_id, by=by, at=at)
    ticket_key, venue_key = booking.ticket_keys(ticket_id)
    row = lock_one(Case.objects.filter(ticket_id=ticket_key))
    visit = Visit.objects.create(
        case=row,
        number=row.trips + 1,
        ticket_id=ticket_key,
        venue_id=venue_key,
        item_code=row.item_code,
        guide_version=row.guide_version,
        came=booking.channel_of_ticket(ticket_id) or Came.WALK_IN,
        consulted=row.consulted_at is not None,
        outcome=outcome,
        reason=reason if returned else "",
        material=material if returned else "",
        note=note.strip()[:500],
        officer_id=officer_id,
        at=at,
    )
    row.trips += 1
    move_case(row, "return" if returned else "finish", also=["trips"], by=by, at=at)
    if not returned:
        _tell_what_follows(row, visit, at=at)
    one_trip = visit.number == 1 and not returned
    publish(VisitEnded(case_id=row.public_id, outcome=outcome, one_trip=one_trip, at=at))


def _tell_what_follows(row: Case, visit: Visit, *, at: datetime) -> None:
    ask_to_rate(row, visit=visit.number, venue_name=visit.venue.name, at=at)
    fee = fee_line(row)
    if fee.pay == rules.AFTER and fee.fen:
        tell_fee_due(row, fen=fee.fen, at=at)


@use_case
def rate_visit(*, case_id: str, citizen_id: int, stars: int, words: str, by: Actor, at: datetime) -> None:
    """One to five stars and words for the last visit. Raises RatingMissing, NotOver, NotFound."""
    row = own_case(case_id, citizen_id)
    if row.state not in (CaseState.DONE, CaseState.RETURNED):
        raise NotOver()
    if not 1 <= stars <= 5:
        raise RatingMissing(field="stars")
    visit = Visit.objects.filter(case=row).select_for_update().order_by("-number").first()
    if visit is None:
        raise NotFound()
    visit.stars, visit.rating_words = stars, words.strip()[:1000]
    visit.save(update_fields=["stars", "rating_words"])
    forget_to_ask(row, at=at)
    show_case(row)
    record(verb="visit.rate", subject=f"case:{case_id}", by=by, at=at, detail={"stars": stars})
