"""A reception or the hotline acts for somebody who cannot or will not book by phone.

Each verb is the use case of the citizen's own pages, with the counter's quota of places, in one transaction with a note
of who did it and where. Nothing is decided here that is not decided there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from onetrip.core import clock
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotAllowed
from onetrip.core.unit import unit_of_work, use_case
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts import services as account_services
from onetrip.domain.booking.states import LIVE
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.queries.counter import require_counter, where
from onetrip.domain.cases.services.errand import open_case
from onetrip.domain.cases.services.telling import tell
from onetrip.domain.cases.services.together import hold_together
from onetrip.domain.cases.services.visit import cancel_booking, confirm, hold_slot, reschedule
from onetrip.domain.cases.views import Counter

BOOKED_FOR_YOU = "cases.booked_for_you"


def find_person(
    *, counter: Counter, name: str, phone: str = "", identity: str = "", by: Actor, at: datetime
) -> str:
    """Return the public id of whom staff have before them; raises NotAllowed, and as accounts.services.find_person."""
    require_counter(counter, by=by)
    return account_services.find_person(name=name, phone=phone, identity=identity, by=by, at=at)


def give_phone_for(
    *, counter: Counter, citizen: str, phone: str, code: str, ip: str, by: Actor, at: datetime
) -> str:
    """Let somebody found by identity card be found by their phone from now on; return whose account it is (public id).

    In a hall only: who calls the hotline shows no card. Raises NotAllowed, and as accounts.services.give_phone.
    """
    require_counter(counter, by=by)
    if counter.venue_code is None:
        raise NotAllowed()
    kept = account_services.give_phone(citizen=citizen, phone=phone, code=code, ip=ip, by=by, at=at)
    with unit_of_work():
        record(verb="counter.give_phone", subject=f"user:{kept}", by=by, at=at, detail=where(counter))
    return kept


@use_case
def open_for(
    *,
    counter: Counter,
    citizen: str,
    item_code: str,
    answers: Mapping[str, str],
    subdistrict_code: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Begin an errand for somebody (public id) and return the case's id. Raises NotAllowed, and as open_case."""
    require_counter(counter, by=by)
    case_id = open_case(
        citizen_id=accounts.citizen_key(citizen), item_code=item_code, answers=answers,
        subdistrict_code=subdistrict_code, by=by, at=at,
    )  # fmt: skip
    _note("open", counter, case_id, by=by, at=at)
    return case_id


@use_case
def hold_for(
    *,
    counter: Counter,
    citizen: str,
    case_id: str,
    slot_id: str,
    subdistrict_code: str | None = None,
    persons: int = 1,
    others: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> str:
    """Hold one of the counter's places for five minutes; return the appointment's id.

    `others`: errands (case ids) of the same person to be settled at the same visit, each with a place of its own right
    behind. All or none. Raises as hold_slot, or as hold_together.
    """
    require_counter(counter, by=by)
    about: dict[str, Any] = {
        "citizen_id": accounts.citizen_key(citizen), "slot_id": slot_id, "subdistrict_code": subdistrict_code,
        "persons": persons, "channel": counter.channel, "by": by, "at": at,
    }  # fmt: skip
    case_ids = list(dict.fromkeys([case_id, *others]))
    if len(case_ids) > 1:
        appointment_id = hold_together(case_ids=case_ids, **about)[0]
    else:
        appointment_id = hold_slot(case_id=case_id, **about)
    for one in case_ids:
        _note("hold", counter, one, by=by, at=at)
    return appointment_id


@use_case
def confirm_for(*, counter: Counter, citizen: str, case_id: str, by: Actor, at: datetime) -> None:
    """Book the place that is held, in the person's name, and send who has a phone the time and the code.

    Raises NotAllowed, and as confirm.
    """
    require_counter(counter, by=by)
    name = accounts.citizen(citizen).name
    confirm(
        case_id=case_id, citizen_id=accounts.citizen_key(citizen), visitor_name=name or None, by=by, at=at
    )
    _note_booked("confirm", counter, case_id, by=by, at=at)


def _note_booked(verb: str, counter: Counter, case_id: str, *, by: Actor, at: datetime) -> None:
    """Note what was done with a visit on each of its errands, and send its time and code once."""
    rows = _of_visit(case_id)
    for row in rows:
        _note(verb, counter, row.public_id, by=by, at=at)
    _tell_booked(rows, at=at)


def _of_visit(case_id: str) -> list[Case]:
    """Return the errands that are settled at the same visit in the order of their times; most visits have one."""
    found = Case.objects.select_related("appointment__slot__schedule__venue", "citizen")
    row = found.get(public_id=case_id)
    if row.appointment is None or not row.appointment.visit_id:
        return [row]
    along = found.filter(appointment__visit_id=row.appointment.visit_id, appointment__state__in=LIVE)
    return list(along.order_by("appointment__slot__starts_at", "pk"))


def _tell_booked(rows: Sequence[Case], *, at: datetime) -> None:
    row = rows[0]
    if row.appointment is None or row.citizen is None or not row.citizen.phone:
        return
    slot = row.appointment.slot
    tell(
        row,
        BOOKED_FOR_YOU,
        item=" + ".join(one.item_name for one in rows),
        when=f"{clock.city_time(slot.starts_at):%Y-%m-%d %H:%M}",
        venue=slot.schedule.venue.name,
        code=row.appointment.arrival_code,
        dedupe=f"{BOOKED_FOR_YOU}:{row.appointment.public_id}:{int(slot.starts_at.timestamp())}",
        expires_at=slot.starts_at + timedelta(hours=1),
        at=at,
    )


@use_case
def reschedule_for(
    *, counter: Counter, citizen: str, case_id: str, slot_id: str, by: Actor, at: datetime
) -> None:
    """Move what is booked, whoever booked it; it keeps the quota it was taken from. Raises as reschedule."""
    require_counter(counter, by=by)
    reschedule(case_id=case_id, citizen_id=accounts.citizen_key(citizen), slot_id=slot_id, by=by, at=at)
    _note_booked("reschedule", counter, case_id, by=by, at=at)


@use_case
def cancel_for(*, counter: Counter, citizen: str, case_id: str, by: Actor, at: datetime) -> None:
    """Give the place back because its holder says so: late is late, whoever types it. Raises as cancel_booking."""
    require_counter(counter, by=by)
    cancel_booking(case_id=case_id, citizen_id=accounts.citizen_key(citizen), on_behalf=True, by=by, at=at)
    _note("cancel", counter, case_id, by=by, at=at)


def _note(verb: str, counter: Counter, case_id: str, *, by: Actor, at: datetime) -> None:
    record(verb=f"counter.{verb}", subject=f"case:{case_id}", by=by, at=at, detail=where(counter))
