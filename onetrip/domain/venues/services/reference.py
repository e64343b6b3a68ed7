"""Loading reference data: the city's divisions and its venues, from plans, as often as one likes.

What a lead has changed since (hours, rosters, demonstration) is theirs: only a venue that is new gets the plan's
calendar and roster. Names, places and desks follow the plan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from onetrip.core.audit import Actor, record
from onetrip.core.unit import use_case
from onetrip.domain.venues.models import (
    Desk,
    District,
    OpeningSpan,
    ReferenceLoad,
    RosterEntry,
    Subdistrict,
    Venue,
)
from onetrip.domain.venues.rules import Span

_BATCH = 2000


@dataclass(frozen=True)
class DistrictPlan:
    """A district; `outline` are rings of (longitude, latitude) in WGS84 degrees, none for a functional zone."""

    code: str
    name: str
    name_en: str
    outline: Sequence[Sequence[Sequence[float]]] = ()
    lies_in: str | None = None


@dataclass(frozen=True)
class SubdistrictPlan:
    """A sub-district with its synthetic centre."""

    code: str
    name: str
    name_en: str
    district_code: str
    latitude: float
    longitude: float
    valid_from: date


@dataclass(frozen=True)
class RosterPlan:
    """A desk is staffed on that weekday over that span; `staff` is a user name, None: nobody in particular."""

    weekday: int
    span: Span
    staff: str | None = None


@dataclass(frozen=True)
class DeskPlan:
    """A window or video post and its weekly roster."""

    code: str
    label: str
    label_en: str
    kind: str
    competences: tuple[str, ...]
    roster: tuple[RosterPlan, ...] = ()


@dataclass(frozen=True)
class VenuePlan:
    """A venue with its desks and its usual week."""

    code: str
    name: str
    name_en: str
    kind: str
    subdistrict_code: str
    latitude: float
    longitude: float
    address: str
    phone: str
    jurisdiction: tuple[str, ...] = ()
    follows_workdays: bool = True
    synthetic: bool = False
    demonstration: bool = False
    weekly: tuple[tuple[int, Span], ...] = ()
    desks: tuple[DeskPlan, ...] = field(default_factory=tuple)


def is_loaded(*, name: str, fingerprint: str) -> bool:
    """Say whether exactly this reference data was loaded last."""
    return ReferenceLoad.objects.filter(name=name, fingerprint=fingerprint).exists()


@use_case
def mark_loaded(*, name: str, fingerprint: str, by: Actor, at: datetime) -> None:
    """Remember what was loaded, so that a start need not load it again."""
    ReferenceLoad.objects.update_or_create(name=name, defaults={"fingerprint": fingerprint, "loaded_at": at})
    record(
        verb="reference.loaded",
        subject=f"reference:{name}",
        by=by,
        at=at,
        detail={"fingerprint": fingerprint},
    )


@use_case
def ensure_places(*, districts: Iterable[DistrictPlan], subdistricts: Iterable[SubdistrictPlan]) -> None:
    """Bring districts and sub-districts in line with the plan; none are removed."""
    ordered = sorted(districts, key=lambda plan: (plan.lies_in is not None, plan.code))
    District.objects.bulk_create(
        [District(plan.code, plan.name, plan.name_en, plan.outline, plan.lies_in) for plan in ordered],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "outline", "lies_in"],
    )
    Subdistrict.objects.bulk_create(
        [
            Subdistrict(
                code=plan.code,
                name=plan.name,
                name_en=plan.name_en,
                district_id=plan.district_code,
                latitude=plan.latitude,
                longitude=plan.longitude,
                valid_from=plan.valid_from,
            )
            for plan in subdistricts
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "district", "latitude", "longitude", "valid_from"],
    )


@use_case
def ensure_venues(*, venues: Sequence[VenuePlan], staff: dict[str, int]) -> None:
    """Bring venues and desks in line with the plan; `staff` maps the plan's user names to row numbers.

    A KeyError means that the plan names somebody who is not employed.
    """
    known = set(Venue.objects.values_list("code", flat=True))
    _write_venues(venues)
    rows = {row.code: row for row in Venue.objects.filter(code__in=[plan.code for plan in venues])}
    _write_desks(venues, rows)
    new = [plan for plan in venues if plan.code not in known]
    OpeningSpan.objects.bulk_create(
        [
            OpeningSpan(venue=rows[plan.code], weekday=weekday, opens=span[0], closes=span[1])
            for plan in new
            for weekday, span in plan.weekly
        ],
        batch_size=_BATCH,
    )
    _write_rosters(new, staff)


def _write_venues(venues: Sequence[VenuePlan]) -> None:
    kept = [
        "name",
        "name_en",
        "kind",
        "latitude",
        "longitude",
        "address",
        "phone",
        "follows_workdays",
        "synthetic",
    ]
    Venue.objects.bulk_create(
        [
            Venue(
                code=plan.code,
                subdistrict_id=plan.subdistrict_code,
                jurisdiction=list(plan.jurisdiction),
                demonstration=plan.demonstration,
                **{name: getattr(plan, name) for name in kept},
            )
            for plan in venues
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*kept, "subdistrict", "jurisdiction"],
    )


def _write_desks(venues: Sequence[VenuePlan], rows: dict[str, Venue]) -> None:
    Desk.objects.bulk_create(
        [
            Desk(
                venue=rows[plan.code],
                code=desk.code,
                label=desk.label,
                label_en=desk.label_en,
                kind=desk.kind,
                competences=list(desk.competences),
            )
            for plan in venues
            for desk in plan.desks
        ],
        update_conflicts=True,
        unique_fields=["venue", "code"],
        update_fields=["label", "label_en", "kind", "competences"],
        batch_size=_BATCH,
    )


def _write_rosters(venues: Sequence[VenuePlan], staff: dict[str, int]) -> None:
    codes = [plan.code for plan in venues]
    found = Desk.objects.filter(venue__code__in=codes).values_list("venue__code", "code", "pk")
    desk_ids = {(venue_code, code): pk for venue_code, code, pk in found}
    RosterEntry.objects.bulk_create(
        [
            RosterEntry(
                desk_id=desk_ids[plan.code, desk.code],
                staff_id=staff[line.staff] if line.staff else None,
                weekday=line.weekday,
                starts=line.span[0],
                ends=line.span[1],
            )
            for plan in venues
            for desk in plan.desks
            for line in desk.roster
        ],
        batch_size=_BATCH,
    )
