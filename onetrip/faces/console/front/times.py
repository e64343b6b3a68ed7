"""Which venues and times a counter can offer for an errand: what its own quota still has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from onetrip.core import clock
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.queries import AppointmentView, Proposal
from onetrip.domain.booking.states import MOST_PERSONS
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases.queries import CaseView, ErrandToBook
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.states import Territory
from onetrip.faces.console.front.gate import HOTLINE, counter_at
from onetrip.faces.frame.visits.plan import VisitPlan, plan_in

_VENUES_SHOWN = 10
# What the choice of a time consists of, on its way through addresses and forms.
CHOICE = ("venue", "day", "persons", "with", "district", "area", "move")


@dataclass(frozen=True)
class VenueToChoose:
    """A venue that may do it, and the first time there that this counter can give."""

    code: str
    name: str
    first: datetime | None


def times_for(
    request: HttpRequest, desk: str, case: CaseView, moved: AppointmentView | None, citizen_id: int
) -> dict[str, Any]:
    """Return the venues that may do it, and days and times at the one chosen; what is `moved` keeps its own quota."""
    at, asked = clock.now(), request.GET
    wanted = cases.errand_to_book(case_id=case.id, citizen_id=citizen_id)
    channel = moved.channel if moved else str(counter_at(desk).channel)
    area = asked.get("area", "") or wanted.subdistrict_code or ""
    choices = _choices(desk, wanted, area, channel, at)
    codes = {choice.code for choice in choices}
    usual = moved.venue_code if moved else choices[0].code if choices else ""
    venue_code = asked["venue"] if asked.get("venue") in codes else usual
    plan = plan_in(asked, wanted, citizen_id=citizen_id, venue_code=venue_code, channel=channel)
    about: dict[str, Any] = {
        "venue_code": venue_code, "matters": plan.matters, "channel": channel, "at": at,
    }  # fmt: skip
    days = booking.visit_days(**about)
    day = _day(asked.get("day", "")) or (days[0].day if days else clock.city_day(at))
    return {
        "venues": choices, "venue_code": venue_code, "days": days, "day": day,
        "slots": booking.visit_times_on(day=day, **about), "channel": channel, "plan": plan,
        "nearest": _nearest(asked.get("missed", ""), plan, channel, at),
        "most_persons": range(1, MOST_PERSONS + 1), **_area(wanted, asked.get("district", ""), area),
    }  # fmt: skip


def _choices(desk: str, wanted: ErrandToBook, area: str, channel: str, at: datetime) -> list[VenueToChoose]:
    """Return the nearest venues that may do it, the hall of this counter before all others."""
    found = venues.choices_for(
        competence=wanted.competence,
        territory=wanted.territory,
        subdistrict_code=area or None,
        at=at,
        limit=_VENUES_SHOWN,
    )
    cards = [choice.venue for choice in found]
    if desk != HOTLINE and _may_do_it(desk, wanted, area):
        cards = [venues.venue(desk), *(card for card in cards if card.code != desk)]
    codes: Sequence[str] = [card.code for card in cards]
    first = booking.first_times(venue_codes=codes, competence=wanted.competence, channel=channel, at=at)
    return [VenueToChoose(card.code, card.name, first.get(card.code)) for card in cards]


def _may_do_it(desk: str, wanted: ErrandToBook, area: str) -> bool:
    if wanted.competence not in venues.competences_of(desk):
        return False
    anywhere = wanted.territory == Territory.ANYWHERE or not area
    return anywhere or venues.serves(venue_code=desk, subdistrict_code=area)


def _nearest(missed: str, plan: VisitPlan, channel: str, at: datetime) -> list[Proposal]:
    """Return what to offer instead of a time that somebody else was faster at."""
    if not missed:
        return []
    return booking.nearest_free(slot_id=missed, matters=plan.matters, channel=channel, at=at)


def _area(wanted: ErrandToBook, district: str, area: str) -> dict[str, Any]:
    """Return what the menus of district and sub-district show, where it matters from where somebody comes."""
    if wanted.territory == Territory.ANYWHERE:
        return {"territorial": False}
    district = district or (venues.subdistrict(area).district_code if area else "")
    return {
        "territorial": True, "area": area, "district": district, "districts": venues.districts(),
        "subdistricts": venues.subdistricts(district_code=district) if district else [],
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
