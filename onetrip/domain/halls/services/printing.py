"""Numbers on paper. A slip is written down in the transaction of the number; printing comes after, and may fail."""

from dataclasses import asdict
from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.halls import rules
from onetrip.domain.halls.errors import PrinterInvalid
from onetrip.domain.halls.models import Printer, Slip
from onetrip.domain.halls.states import SLIP, SlipState
from onetrip.domain.halls.views import PrinterView, SlipText
from onetrip.domain.venues import services as venues


@use_case
def set_printer(*, venue_code: str, host: str, port: int, by: Actor, at: datetime) -> None:
    """Say where the hall's printer stands. Raises PrinterInvalid, NotAllowed, VenueUnknown."""
    venue = venues.lock_venue_to_lead(venue_code=venue_code, by=by)
    if not (rules.is_printer_address(host) and 1 <= port <= 65535):
        raise PrinterInvalid(field="host")
    fresh = {"host": host, "port": port, "failing_since": None, "fault": ""}
    Printer.objects.update_or_create(venue=venue, defaults=fresh)
    record(
        verb="printer.set", subject=f"venue:{venue_code}", by=by, at=at, detail={"host": host, "port": port}
    )


@use_case
def remove_printer(*, venue_code: str, by: Actor, at: datetime) -> None:
    """Print no longer. Raises NotAllowed, VenueUnknown."""
    venue = venues.lock_venue_to_lead(venue_code=venue_code, by=by)
    Printer.objects.filter(venue=venue).delete()
    record(verb="printer.remove", subject=f"venue:{venue_code}", by=by, at=at)


@use_case
def ask_slip(*, venue_code: str, ticket_id: str, text: SlipText, at: datetime) -> bool:
    """Have a number printed soon; return whether the hall has a printer. While one is being printed, not another."""
    printer = Printer.objects.filter(venue__code=venue_code).first()
    if printer is None:
        return False
    slip = Slip(
        venue_id=printer.venue_id, ticket=ticket_id, text=asdict(text), state=SlipState.QUEUED, asked_at=at
    )
    if (
        Slip.objects.bulk_create([slip], ignore_conflicts=True)
        and Slip.objects.filter(public_id=slip.public_id).exists()
    ):
        defer("halls.print_slip", slip=slip.public_id)
    return True


@use_case
def start_attempt(*, slip_id: str, at: datetime) -> tuple[PrinterView, SlipText] | None:
    """Count an attempt and return where to print what; None for a slip that is settled, or too old to be wanted."""
    slip = lock_one(Slip.objects.filter(public_id=slip_id))
    if slip.state != SlipState.QUEUED:
        return None
    row = Printer.objects.filter(venue=slip.venue_id).first()
    if row is None or at > slip.asked_at + rules.PRINT_WITHIN:
        _settle(slip, verb="give_up", at=at)
        return None
    slip.attempts += 1
    slip.save(update_fields=["attempts"])
    where = PrinterView(host=row.host, port=row.port, failing_since=row.failing_since, fault=row.fault)
    return where, SlipText(**slip.text)


@use_case
def settle_slip(*, slip_id: str, fault: str, at: datetime) -> str:
    """Write down how an attempt ended (no fault: it is printed) and try again soon if there is time; return the state.

    The printer's own state follows: a lead sees a printer that fails, and since when. Raises NotFound.
    """
    slip = lock_one(Slip.objects.filter(public_id=slip_id))
    printer = Printer.objects.select_for_update().filter(venue=slip.venue_id).first()
    if printer is not None and (fault or printer.failing_since is not None):
        printer.failing_since = (printer.failing_since or at) if fault else None
        printer.fault = fault[:60]
        printer.save(update_fields=["failing_since", "fault"])
    if slip.state != SlipState.QUEUED:
        return slip.state
    if not fault:
        return _settle(slip, verb="print", at=at)
    if at + rules.PRINT_AGAIN_AFTER > slip.asked_at + rules.PRINT_WITHIN:
        return _settle(slip, verb="give_up", at=at)
    defer("halls.print_slip", at=at + rules.PRINT_AGAIN_AFTER, slip=slip_id)
    return slip.state


def _settle(slip: Slip, *, verb: str, at: datetime) -> str:
    slip.state = SLIP.next_state(slip.state, verb)
    slip.settled_at = at
    slip.save(update_fields=["state", "settled_at"])
    return slip.state


@use_case
def drop_old_slips(*, at: datetime) -> int:
    """Forget what was printed days ago; return how many slips."""
    return Slip.objects.filter(asked_at__lt=at - rules.SLIP_LIVES).delete()[0]
