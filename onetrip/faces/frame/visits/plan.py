"""For how many people a visit is and what else is settled at it, as the address or the form says it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.queries import Matter
from onetrip.domain.booking.states import MOST_PERSONS, Channel
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases.queries import ErrandToBook, OtherErrand


@dataclass(frozen=True)
class VisitPlan:
    """What one visit is to hold. Most are for one person and one errand: then nothing more is read."""

    matters: list[Matter]
    persons: int = 1
    chosen: tuple[str, ...] = ()
    others: tuple[OtherErrand, ...] = ()
    shown: bool = False

    @property
    def is_one(self) -> bool:
        return len(self.matters) == 1

    @property
    def is_plain(self) -> bool:
        return self.is_one and self.matters[0].units == 1

    @property
    def minutes(self) -> int:
        return 15 * sum(matter.units for matter in self.matters)

    def as_params(self) -> dict[str, str]:
        """Return the parameters that say the same again."""
        found = {"persons": str(self.persons)} if self.persons > 1 else {}
        return found | ({"with": ",".join(self.chosen)} if self.chosen else {})

    @property
    def query(self) -> str:
        return urlencode(self.as_params())


def wishes_in(params: QueryDict) -> tuple[int, tuple[str, ...]]:
    """Return for how many people, and which other errands, a form asks."""
    text = params.get("persons", "")
    persons = min(max(int(text), 1), MOST_PERSONS) if text.isdecimal() and len(text) < 3 else 1
    others = [one for part in params.getlist("with") for one in part.split(",") if one]
    return persons, tuple(dict.fromkeys(others))


def plan_in(
    params: QueryDict, mine: ErrandToBook, *, citizen_id: int, venue_code: str, channel: str = Channel.PHONE
) -> VisitPlan:
    """Work out what the visit holds; what is booked already keeps its length when it moves.

    Staff always see what else could be settled, citizens when they ask (`more`): the whole city looks at their page.
    """
    if mine.appointment_state == "booked":
        if mine.visit_booked:
            return VisitPlan(booking.matters_of_visit(mine.visit_booked))
        return VisitPlan([Matter(mine.competence, mine.units_booked)])
    persons, wished = wishes_in(params)
    shown = bool(channel != Channel.PHONE or params.get("more") or wished or persons > 1)
    about: dict[str, Any] = {"case_id": mine.id, "citizen_id": citizen_id, "venue_code": venue_code}
    others = cases.others_to_book(channel=channel, **about) if shown else []
    first = Matter(mine.competence, booking.units_for(minutes=mine.minutes, persons=persons))
    along = [one for one in others if one.id in wished]
    rest = [Matter(one.competence, booking.units_for(minutes=one.minutes)) for one in along]
    return VisitPlan([first, *rest], persons, tuple(one.id for one in along), tuple(others), shown)
