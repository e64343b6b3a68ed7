"""What booking tells the modules above it."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.core.audit import Actor


@dataclass(frozen=True)
class AppointmentBooked:
    appointment_id: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class AppointmentReleased:
    """The place was given back: cancelled, expired or missed (`state` says which)."""

    appointment_id: str
    state: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class AppointmentMoved:
    """The booked time is another one: the venue moved it, or an earlier place was taken."""

    appointment_id: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class CitizenArrived:
    """An appointment was checked in and has a ticket."""

    appointment_id: str
    ticket_id: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class VisitServed:
    """A window finished with a ticket."""

    ticket_id: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class TicketAbandoned:
    """Its holder left the line, or the day ended before a window served it."""

    ticket_id: str
    at: datetime
    by: Actor
