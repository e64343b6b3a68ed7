"""The appointment as a calendar file (RFC 5545), with a reminder the evening before and one in time to set off."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vGeo

from onetrip.core import clock
from onetrip.domain.booking.queries import AppointmentView
from onetrip.domain.venues.queries import VenueCard

_REMIND_BEFORE = (timedelta(hours=14), timedelta(hours=1, minutes=30))


def calendar_file(
    appointment: AppointmentView, *, venue: VenueCard, address: str, made_at: datetime
) -> bytes:
    """Return the file's content. `address` is the page of the errand, `made_at` when the file was asked for."""
    event = Event()
    event.add("uid", f"{appointment.id}@onetrip")
    event.add("dtstamp", made_at)
    event.add("dtstart", clock.city_time(appointment.starts_at))
    event.add("dtend", clock.city_time(appointment.ends_at))
    event.add("summary", f"{appointment.item_name} · {venue.name}")
    event.add("location", f"{venue.name}, {venue.address}")
    event.add("geo", vGeo((venue.latitude, venue.longitude)))
    event.add("url", address)
    event.add(
        "description", _("Arrival code: %(code)s") % {"code": appointment.arrival_code} + "\n" + address
    )
    for before in _REMIND_BEFORE:
        event.add_component(_reminder(appointment, before))
    calendar = Calendar()
    calendar.add("prodid", "-//onetrip//citizen//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _reminder(appointment: AppointmentView, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", appointment.item_name)
    alarm.add("trigger", -before)
    return alarm
