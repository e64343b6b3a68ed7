"""A citizen's day: find, ask, book, come, be served, rate."""

from contextlib import suppress

from onetrip.cli.sample_city.crowd.errands import Errand, Wishes, draw_rating, open_case
from onetrip.cli.sample_city.crowd.people import Citizen
from onetrip.cli.sample_city.crowd.stage import LOOK_AGAIN_S, Script, Stage
from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.venues import queries as venues

_PATIENCE_S = 1200.0
_OVER = ("done", "returned")


def errand(stage: Stage, citizen: Citizen, wishes: Wishes) -> Script:
    """One errand from the search to the rating; the stage begins the next one."""
    yield stage.pause(0, 60)
    citizen.sign_in()
    wanted = wishes.draw()
    yield stage.pause(20, 90)
    case_id = open_case(wanted, citizen, at=clock.now())
    yield stage.pause(20, 120)
    if stage.dice.whole(1, 10) <= 6:
        yield from _ask_an_officer(stage, citizen, case_id)
    hall = wishes.hall_for(wanted)
    if hall is not None and stage.dice.whole(1, 10) <= 7 and _is_open(hall):
        yield from _come_now(stage, citizen, case_id, wanted, hall)
    elif cases.case(case_id=case_id, citizen_id=citizen.user_id).conclusion_kind != "impossible":
        yield from _book_ahead(stage, citizen, case_id, wanted)


def _is_open(venue_code: str) -> bool:
    return venues.hours(venue_code=venue_code, at=clock.now()).is_open


def _ask_an_officer(stage: Stage, citizen: Citizen, case_id: str) -> Script:
    """Wait in line as long as patience lasts, talk, rate."""
    line = consultations.line(
        competence=cases.case(case_id=case_id, citizen_id=citizen.user_id).competence, at=clock.now()
    )
    if line.posts_on_duty == 0:
        return
    call = case_services.ask_officer(
        case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=clock.now()
    )
    stage.calls.add(call)
    try:
        yield from _wait_and_talk(stage, citizen, call)
    finally:
        stage.calls.discard(call)
        with suppress(Refusal):  # nothing to leave when it was concluded
            consultation_services.leave(
                consultation_id=call, citizen_id=citizen.user_id, by=citizen.by, at=clock.now()
            )
    if consultations.consultation(consultation_id=call, user_id=citizen.user_id).state == "concluded":
        stars, words = draw_rating(stage.dice, well=stage.dice.whole(1, 10) > 1)
        consultation_services.rate(
            consultation_id=call,
            stars=stars,
            words=words,
            user_id=citizen.user_id,
            by=citizen.by,
            at=clock.now(),
        )


def _wait_and_talk(stage: Stage, citizen: Citizen, call: str) -> Script:
    waited, greeted = 0.0, False
    while waited < _PATIENCE_S:
        seen = consultations.consultation(consultation_id=call, user_id=citizen.user_id)
        if seen.state not in ("waiting", "ringing", "connected"):
            return
        if seen.state == "connected" and not greeted and seen.post_desk_id not in stage.posts:
            _greet_a_person(citizen, call)
            greeted = True
        yield LOOK_AGAIN_S
        waited += LOOK_AGAIN_S * stage.speed


def _greet_a_person(citizen: Citizen, call: str) -> None:
    """A real officer took the call: say why there is no picture."""
    user_id, by, at = citizen.user_id, citizen.by, clock.now()
    consultation_services.switch_to_chat(consultation_id=call, user_id=user_id, by=by, at=at)
    text = "您好,我是系统模拟的市民,没有摄像头。请逐项核对材料并给出结论。"
    consultation_services.send_message(consultation_id=call, text=text, user_id=user_id, by=by, at=at)


def _come_now(stage: Stage, citizen: Citizen, case_id: str, wanted: Errand, hall: str) -> Script:
    """Book the next time today, or take a number; wait to be served; once more when sent back."""
    for trip in (1, 2):
        if trip == 2 or not _book(stage, citizen, case_id, wanted, hall, today=True):
            ticket = case_services.walk_in(
                venue_code=hall,
                item_code=wanted.item_code,
                citizen_id=citizen.user_id,
                by=citizen.by,
                at=clock.now(),
            )
        else:
            yield stage.pause(20, 60)
            ticket = case_services.check_in(
                case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=clock.now()
            )
        while booking.ticket(ticket_id=ticket).state in ("waiting", "called", "serving", "skipped"):
            yield 2 * LOOK_AGAIN_S
        state = cases.case(case_id=case_id, citizen_id=citizen.user_id).state
        if state not in _OVER:
            return
        yield stage.pause(10, 60)
        stars, words = draw_rating(stage.dice, well=state == "done")
        case_services.rate_visit(
            case_id=case_id,
            citizen_id=citizen.user_id,
            stars=stars,
            words=words,
            by=citizen.by,
            at=clock.now(),
        )
        if state == "done" or stage.dice.whole(1, 3) == 1:
            return
        yield stage.pause(120, 400)


def _book_ahead(stage: Stage, citizen: Citizen, case_id: str, wanted: Errand) -> Script:
    """Book at one of the nearest competent venues for another day; some think again."""
    choices = venues.choices_for(
        competence=wanted.competence,
        territory=wanted.territory,
        subdistrict_code=wanted.subdistrict_code,
        at=clock.now(),
        limit=3,
    )
    yield stage.pause(10, 40)
    if not choices:
        return
    if not _book(stage, citizen, case_id, wanted, stage.dice.pick(choices).venue.code, today=False):
        return
    yield stage.pause(60, 300)
    if stage.dice.whole(1, 5) == 1:
        case_services.cancel_booking(
            case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=clock.now()
        )


def _book(
    stage: Stage, citizen: Citizen, case_id: str, wanted: Errand, venue_code: str, *, today: bool
) -> bool:
    """Hold and confirm a place; say whether there was one."""
    at = clock.now()
    day = clock.city_day(at)
    if not today:
        days = booking.open_days(venue_code=venue_code, competence=wanted.competence, at=at)
        later = [load.day for load in days if load.day > day]
        if not later:
            return False
        day = stage.dice.pick(later)
    slots = booking.open_slots_on(venue_code=venue_code, competence=wanted.competence, day=day, at=at)
    if not slots:
        return False
    slot = slots[0] if today else stage.dice.pick(slots)
    if cases.fee(case_id=case_id, citizen_id=citizen.user_id).before:
        return False  # simulated citizens have no money
    case_services.hold_slot(
        case_id=case_id, citizen_id=citizen.user_id, slot_id=slot.id, by=citizen.by, at=at
    )
    case_services.confirm(case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=clock.now())
    return True
