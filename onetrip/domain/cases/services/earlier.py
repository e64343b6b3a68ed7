"""Coming earlier: the waitlist, for the appointment of a citizen's errand."""

from datetime import datetime

from onetrip.core.audit import Actor
from onetrip.core.unit import use_case
from onetrip.domain.booking import services as booking
from onetrip.domain.cases.services.visit import appointment_of


@use_case
def ask_for_earlier(*, case_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Join the venue's waitlist. Raises NothingBooked, NothingEarlier, WrongState, NotFound."""
    booking.ask_for_earlier(appointment_id=appointment_of(case_id, citizen_id), by=by, at=at)


@use_case
def stop_waiting(*, case_id: str, citizen_id: int, by: Actor, at: datetime) -> None:
    """Leave the waitlist. Raises NothingBooked, NotFound."""
    booking.stop_waiting(appointment_id=appointment_of(case_id, citizen_id), by=by, at=at)


@use_case
def accept_offer(*, case_id: str, citizen_id: int, offer_id: str, by: Actor, at: datetime) -> None:
    """Come at the earlier time that was offered. Raises NothingBooked, OfferGone, WrongState, NotFound."""
    booking.accept_offer(appointment_id=appointment_of(case_id, citizen_id), offer_id=offer_id, by=by, at=at)


@use_case
def decline_offer(*, case_id: str, citizen_id: int, offer_id: str, by: Actor, at: datetime) -> None:
    """Let the earlier time go to the next in line. Raises as accept_offer."""
    booking.decline_offer(appointment_id=appointment_of(case_id, citizen_id), offer_id=offer_id, by=by, at=at)
