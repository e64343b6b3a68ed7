"""Where there is room: free places of several venues, and the runs of them that a visit needs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Func, QuerySet, Value
from django.db.models.functions import Extract, Greatest

from onetrip.domain.booking import rules
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.booking.states import Channel
from onetrip.domain.booking.views import Matter, Proposal
from onetrip.domain.venues import queries as venues

_PLACES_LOOKED_AT = 400
_ANY = F("capacity") - F("taken")
# How many places of a slot a channel may still take: what services.places refuses is not offered.
_LEFT: dict[str, Any] = {
    Channel.PHONE: F("free_by_phone"),
    Channel.HALL: _ANY - Greatest(F("kept_hotline") - F("taken_hotline"), 0),
    Channel.HOTLINE: _ANY - Greatest(F("kept_hall") - F("taken_hall"), 0),
}


def still_free(
    rows: "QuerySet[Slot]", *, channel: str, at: datetime, sent_back: bool = False
) -> "QuerySet[Any]":
    """Return those of the slots that have places left for a channel, with their number as `left`.

    Days open in waves for phones only; `sent_back` as in services.hold_slot.
    """
    by_phone = channel == Channel.PHONE
    left = _ANY if by_phone and sent_back else _LEFT[channel]
    free = rows.annotate(left=left).filter(left__gt=0)
    return free.filter(opens_at__lte=at) if by_phone else free


def fit_places(*, venue_code: str) -> "QuerySet[Slot]":
    """Return the slots of all venues that serve at least the people whom this one serves."""
    territory = venues.jurisdiction_of(venue_code)
    rows = Slot.objects.select_related("schedule__venue")
    if not territory:
        return rows.filter(schedule__venue__jurisdiction=[])
    whole_city = rows.filter(schedule__venue__jurisdiction=[])
    return whole_city | rows.filter(schedule__venue__jurisdiction__contains=territory)


class Room:
    """Free places of several pools, and what is left of them while they are given to people."""

    def __init__(self, slots: "Iterable[Any]") -> None:
        with_left = list(slots)  # each slot annotated by still_free
        self.beginnings: list[Slot] = with_left
        self._left = {(slot.schedule_id, slot.starts_at): slot.left for slot in with_left}
        self._there: dict[tuple[int, datetime], list[Slot]] = defaultdict(list)
        for slot in self.beginnings:
            self._there[slot.schedule.venue_id, slot.starts_at].append(slot)

    def run(self, slot: Slot, matters: Sequence[Matter | Appointment]) -> list[tuple[Slot, int]] | None:
        """Return in which slot each matter begins, and how long it is, when the first begins with this one at its
        venue; None where they do not fit.
        """
        following, found = slot.starts_at, []
        for matter in matters:
            part = self._place(slot.schedule.venue_id, following, matter)
            if part is None:
                return None
            found.append((part, matter.units))
            following += rules.SLOT_LENGTH * matter.units
        return found

    def begins(self, slot: Slot, matters: Sequence[Matter | Appointment]) -> bool:
        """Say whether the matters fit from this very slot on: where pools stand side by side, the emptiest one."""
        run = self.run(slot, matters)
        return run is not None and run[0][0] == slot

    def _place(self, venue: int, starts_at: datetime, matter: Matter | Appointment) -> Slot | None:
        fitting = [
            slot
            for slot in self._there[venue, starts_at]
            if matter.competence in slot.schedule.competences
            and all(self._left.get(key, 0) > 0 for key in _taken_by(slot, matter.units))
        ]
        return max(fitting, key=lambda slot: self._left[slot.schedule_id, slot.starts_at], default=None)

    def take(self, run: Sequence[tuple[Slot, int]]) -> None:
        """Count a run as given."""
        for slot, units in run:
            for key in _taken_by(slot, units):
                self._left[key] -= 1


def _taken_by(slot: Slot, units: int) -> list[tuple[int, datetime]]:
    """Return which slots so long a matter takes from this one on."""
    return [(slot.schedule_id, slot.starts_at + rules.SLOT_LENGTH * step) for step in range(units)]


def free_places(venue_code: str, competences: Iterable[str], at: datetime) -> Sequence[Slot]:
    """Return free places from an hour ahead on: those of the venue, and the next ones elsewhere."""
    rows = fit_places(venue_code=venue_code).filter(
        schedule__competences__overlap=sorted(competences),
        starts_at__gt=at + rules.MOVE_AHEAD,
        starts_at__lte=at + timedelta(days=rules.DAYS_AHEAD),
    )
    places = still_free(rows, channel=Channel.PHONE, at=at)
    here = places.filter(schedule__venue__code=venue_code).order_by("starts_at")
    elsewhere = places.exclude(schedule__venue__code=venue_code).order_by("starts_at")
    return [*here, *elsewhere[:_PLACES_LOOKED_AT]]


def places_instead(*, venue_code: str, matters: Sequence[Matter], at: datetime) -> list[str]:
    """Return where (slot ids) somebody's matters can be settled next, one after the other; nothing where nowhere."""
    room = Room(free_places(venue_code, {matter.competence for matter in matters}, at))
    for slot in room.beginnings:
        run = room.run(slot, matters)
        if run is not None:
            return [part.public_id for part, _units in run]
    return []


_ELSEWHERE_FROM = timedelta(minutes=30)
# So many free places around the one wished for are looked at: one that is free is enough for a short matter, a visit
# of several hours needs the neighbours of each as well.
_NEAR_FOR_ONE, _NEAR_FOR_MANY = 12, _PLACES_LOOKED_AT


def nearest_free(
    *,
    slot_id: str,
    matters: Sequence[Matter],
    channel: str = Channel.PHONE,
    sent_back: bool = False,
    last_day: date | None = None,
    at: datetime,
    limit: int = 3,
) -> list[Proposal]:
    """Return the free times nearest to one that is full: of its venue, and the next one of another, in three queries.

    `last_day`: up to which day the person may book (marks.last_day_by_phone).

    From each of them on the matters can be settled one after the other. Other venues are those that serve at least the
    same people. Nothing for a slot that does not exist.
    """
    wanted = Slot.objects.select_related("schedule__venue").filter(public_id=slot_id).first()
    if wanted is None:
        return []
    here = wanted.schedule.venue
    rows = fit_places(venue_code=here.code).filter(
        schedule__competences__overlap=sorted({matter.competence for matter in matters}),
        starts_at__gt=at,
        starts_at__lte=at + timedelta(days=rules.DAYS_AHEAD),
    )
    if last_day is not None:
        rows = rows.filter(day__lte=last_day)
    free = still_free(rows, channel=channel, sent_back=sent_back, at=at)
    near = _NEAR_FOR_ONE if sum(matter.units for matter in matters) == 1 else _NEAR_FOR_MANY
    same = (
        free.filter(schedule__venue=here).annotate(gap=_gap_to(wanted.starts_at)).order_by("gap", "starts_at")
    )
    other = (
        free.exclude(schedule__venue=here).filter(starts_at__gt=at + _ELSEWHERE_FROM).order_by("starts_at")
    )
    return [
        *(Proposal(slot.public_id, slot.starts_at) for slot in _first_that_fit(same[:near], matters, limit)),
        *(
            Proposal(slot.public_id, slot.starts_at, venues.named(slot.schedule.venue))
            for slot in _first_that_fit(other[:near], matters, 1)
        ),
    ]


def _gap_to(moment: datetime) -> Func:
    gap = ExpressionWrapper(
        F("starts_at") - Value(moment, output_field=DateTimeField()), output_field=DurationField()
    )
    return Func(Extract(gap, "epoch"), function="abs")


def _first_that_fit(slots: "Iterable[Any]", matters: Sequence[Matter], limit: int) -> list[Slot]:
    room = Room(slots)
    return [slot for slot in room.beginnings if room.begins(slot, matters)][:limit]
