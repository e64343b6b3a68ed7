"""What the crowd wants: an item, answers to its questions, and the words of officers about papers."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.cli.sample_city.chance import Dice
from onetrip.cli.sample_city.crowd.people import HALLS, Citizen, Officer
from onetrip.cli.sample_city.people import HOUSEHOLD_VENUE
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues

# Most people of the crowd live where the household room of the tour is, so that its hall is not empty.
_HOME = HOUSEHOLD_VENUE.removeprefix("hh-")
_FIXES = ("照片不清楚,请重新拍摄", "复印件请用A4纸", "证件已过期,请先换新", "缺少签名")
_RETURNS = (
    "material_missing",
    "material_missing",
    "material_wrong",
    "guide_wrong",
    "not_competent",
    "system_down",
)
_WORDS = ("态度很好", "很快就办好了", "说得很清楚", "等得有点久", "一次就办成了,谢谢", "")


@dataclass(frozen=True)
class Errand:
    """An item somebody wants, with the situation they are in."""

    item_code: str
    competence: str
    territory: str
    answers: dict[str, str]
    subdistrict_code: str
    online: bool


class Wishes:
    """Draws errands from the catalogue as it is now."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._able = {hall: frozenset(venues.competences_of(hall)) for hall in HALLS}
        cards = [card for group in catalog.categories() for card in catalog.items_in(group.code)]
        self._items = [
            card for card in cards if self._hall_for(card.competence) is not None or dice.whole(1, 3) == 1
        ]
        self._homes = [place.code for place in venues.subdistricts()]

    def draw(self) -> Errand:
        """Look for an item by the first letters of its name, as people type, and answer its questions."""
        wanted = self._dice.pick(self._items)
        found = catalog.search(wanted.name[: self._dice.whole(2, 6)])
        codes = [card.code for card in found]
        code = wanted.code if wanted.code in codes or not codes else self._dice.pick(codes)
        guide = catalog.guide_of(code)
        answers: dict[str, str] = {}
        checklist = catalog.personal_checklist(guide, answers)
        while checklist.next_question is not None:
            key, _text = self._dice.pick(checklist.next_question.choices)
            answers[checklist.next_question.key] = key
            checklist = catalog.personal_checklist(guide, answers)
        home = _HOME if self._dice.whole(1, 2) == 1 else self._dice.pick(self._homes)
        return Errand(code, checklist.competence, checklist.territory, answers, home, checklist.finish_online)

    def hall_for(self, errand: Errand) -> str | None:
        """Return the hall of the crowd where this can be done, None when another venue is competent."""
        hall = self._hall_for(errand.competence)
        tied = errand.territory != "anywhere" and hall == HOUSEHOLD_VENUE
        return None if tied and errand.subdistrict_code != _HOME else hall

    def _hall_for(self, competence: str) -> str | None:
        return next((hall for hall in HALLS if competence in self._able[hall]), None)


def open_case(errand: Errand, citizen: Citizen, *, at: datetime) -> str:
    """Open the errand's case and return its id."""
    return case_services.open_case(
        citizen_id=citizen.user_id,
        item_code=errand.item_code,
        answers=errand.answers,
        subdistrict_code=errand.subdistrict_code,
        by=citizen.by,
        at=at,
    )


def draw_verdict(dice: Dice) -> tuple[str, str]:
    """Return an officer's verdict on a paper, with the reason."""
    verdict = dice.pick(("ok",) * 16 + ("fix", "fix", "missing", "not_needed"))
    reason = dice.pick(_FIXES) if verdict == "fix" else "请带来原件" if verdict == "missing" else ""
    return verdict, reason


def draw_conclusion(dice: Dice, to_bring: list[str]) -> tuple[str, str]:
    """Return the kind and the words of a conclusion; `to_bring` names what was not all right."""
    if dice.whole(1, 40) == 1:
        return "impossible", "您的情况目前不符合办理条件,请先到户籍地派出所变更登记。"
    if to_bring:
        return "ready_with", "请带齐:" + "、".join(to_bring[:5])
    return "ready", ""


def end_visit(officer: Officer, ticket_id: str, dice: Dice, *, at: datetime) -> bool:
    """Serve a ticket to its end and say whether the errand is done. Who has asked an officer before seldom fails."""
    case_id = cases.case_of_ticket(ticket_id=ticket_id)
    seen = (
        cases.case_for_staff(case_id=case_id, by_user_id=officer.user_id, by=officer.by, at=at)
        if case_id
        else None
    )
    consulted = seen is not None and seen.conclusion_kind is not None
    done = dice.whole(1, 100) <= (96 if consulted else 79)
    reason = "" if done else dice.pick(_RETURNS)
    papers = [entry.line.key for entry in seen.materials] if seen is not None else []
    case_services.record_outcome(
        ticket_id=ticket_id,
        desk_id=officer.desk.id,
        outcome="done" if done else "returned",
        reason=reason,
        material=dice.pick(papers) if reason.startswith("material") and papers else "",
        officer_id=officer.user_id,
        by=officer.by,
        at=at,
    )
    return done


def draw_rating(dice: Dice, *, well: bool) -> tuple[int, str]:
    """Return stars and words."""
    stars = dice.pick((5, 5, 5, 4, 4, 3)) if well else dice.pick((1, 2, 2, 3, 4))
    return stars, dice.pick(_WORDS) if stars >= 3 else dice.pick(("白跑一趟", "材料说明不清楚", ""))
