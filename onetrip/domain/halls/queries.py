"""Which machines a hall has, and what its screen shows."""

from datetime import datetime

from onetrip.domain.halls import rules
from onetrip.domain.halls.models import Device, Printer, Slip
from onetrip.domain.halls.states import DeviceKind
from onetrip.domain.halls.views import DeviceView, HallCode, PrinterView, SlipText

__all__ = [
    "DeviceView",
    "HallCode",
    "PrinterView",
    "SlipText",
    "asks_for_presence",
    "code_now",
    "device_by_key",
    "devices_of",
    "is_present",
    "printer_of",
    "slip_state",
]


def _view(row: Device, at: datetime) -> DeviceView:
    return DeviceView(
        id=row.public_id,
        venue_code=row.venue.code,
        kind=row.kind,
        label=row.label,
        added_at=row.added_at,
        seen_at=row.seen_at,
        silent=at - (row.seen_at or row.added_at) > rules.SILENT_AFTER,
    )


def device_by_key(*, key: str, at: datetime) -> DeviceView | None:
    """Return the machine that shows this key, None for one that nobody set up or that was taken away."""
    if not key:
        return None
    found = Device.objects.select_related("venue").filter(
        key_hash=rules.device_hash(key), removed_at__isnull=True
    )
    row = found.first()
    return None if row is None else _view(row, at)


def devices_of(*, venue_code: str, at: datetime) -> list[DeviceView]:
    """Return the machines of a hall in the order in which they were set up."""
    rows = Device.objects.select_related("venue").filter(venue__code=venue_code, removed_at__isnull=True)
    return [_view(row, at) for row in rows.order_by("pk")]


def asks_for_presence(venue_code: str) -> bool:
    """Say whether this hall wants its code to be shown: it does as soon as it has a screen that shows it."""
    screens = Device.objects.filter(venue__code=venue_code, kind=DeviceKind.SCREEN, removed_at__isnull=True)
    return screens.exists()


def is_present(*, venue_code: str, proof: str, at: datetime) -> bool:
    """Say whether the bearer has shown the hall's code of late."""
    return rules.proves_presence(proof=proof, venue_code=venue_code, at=at)


def code_now(*, venue_code: str, at: datetime) -> HallCode:
    """Return what the hall's screen has to show. For the eyes of its enrolled screen only."""
    code = rules.hall_code(venue_code=venue_code, step=rules.step_at(at))
    return HallCode(code=code, left_s=rules.seconds_left(at))


def printer_of(venue_code: str) -> PrinterView | None:
    """Return a hall's printer, if it has one."""
    row = Printer.objects.filter(venue__code=venue_code).first()
    if row is None:
        return None
    return PrinterView(host=row.host, port=row.port, failing_since=row.failing_since, fault=row.fault)


def slip_state(ticket_id: str) -> str | None:
    """Return how the last slip of a ticket stands, None when none was asked for."""
    states = Slip.objects.filter(ticket=ticket_id).order_by("-pk").values_list("state", flat=True)
    return states.first()
