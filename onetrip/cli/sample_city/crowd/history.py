"""Ten past days, so that charts have something to show: the same services, with earlier moments.

Each errand is one transaction from the first question to the rating: nobody ever sees a citizen of last week waiting
in today's line, and the sweep never finds a post that has been silent for days.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from onetrip.cli.sample_city.chance import Dice
from onetrip.cli.sample_city.crowd.errands import (
    Errand,
    Wishes,
    draw_conclusion,
    draw_rating,
    draw_verdict,
    end_visit,
    open_case,
)
from onetrip.cli.sample_city.crowd.people import HALLS, Citizen, Officer, officers
from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.errors import Refusal
from onetrip.core.unit import unit_of_work
from onetrip.core.workdays import is_workday
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.venues import services as venues

DAYS, PER_DAY = 10, 12
_LOAD = "sample-history"
_BY = Actor.system("crowd.history")


def seed_history(
    *, days: int = DAYS, per_day: int = PER_DAY, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Let `per_day` errands happen on each of the last working days; once for a database. Return how many did.

    Nothing is done while people wait in a line: a post of last week must not ring for them.
    """
    now = clock.now()
    if venues.is_loaded(name=_LOAD, fingerprint="seeded") or _somebody_waits(now):
        return 0
    today = clock.city_day(now)
    past = [today - timedelta(days=back) for back in range(2 * days, 0, -1)]
    working = [day for day in past if is_workday(day)][-days:]
    booking_services.open_slots(
        from_day=working[0], days=(today - working[0]).days, venue_codes=HALLS, by=_BY, at=now
    )
    play = _Past(Dice("history"))
    count = sum(play.errand(day) for day in working for _number in range(per_day) if not stopped())
    venues.mark_loaded(name=_LOAD, fingerprint="seeded", by=_BY, at=clock.now())
    return count


def _somebody_waits(at: datetime) -> bool:
    kinds = {competence for officer in officers() for competence in officer.desk.competences}
    return any(consultations.line(competence=competence, at=at).waiting for competence in kinds)


class _Past:
    """Plays single errands of past days."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.wishes = Wishes(dice)
        self.staff = officers()
        # Their own accounts: a live citizen of the crowd may sign in within the same minute.
        self.citizens = [Citizen(number) for number in range(9000, 9030)]

    def errand(self, day: date) -> bool:
        """Play one errand whose visit falls on that day; say whether it worked out."""
        citizen = self.dice.pick(self.citizens)
        try:
            citizen.sign_in()
            wanted = self.wishes.draw()
            hall = self.wishes.hall_for(wanted)
            if hall is None:
                return False
            with unit_of_work():
                self._from_first_to_last(citizen, wanted, hall, day)
        except Refusal:
            return False
        return True

    def _from_first_to_last(self, citizen: Citizen, wanted: Errand, hall: str, day: date) -> None:
        minute = self.dice.whole(9 * 60, 16 * 60)
        arrival = clock.city_moment(day, datetime.min.time()) + timedelta(minutes=minute)
        at = arrival - timedelta(days=self.dice.whole(0, 2), minutes=self.dice.whole(30, 60))
        case_id = open_case(wanted, citizen, at=at)
        if self.dice.whole(1, 10) <= 6:
            at = self._consult(citizen, wanted, case_id, at + timedelta(minutes=2))
        ticket = self._arrive(citizen, wanted, case_id, hall, at, arrival)
        done = self._serve(ticket, wanted, hall, arrival)
        after = arrival + timedelta(hours=1)
        if self.dice.whole(1, 10) <= 7:
            stars, words = draw_rating(self.dice, well=done)
            case_services.rate_visit(
                case_id=case_id, citizen_id=citizen.user_id, stars=stars, words=words, by=citizen.by, at=after
            )

    def _officer(self, kind: str, competence: str, venue_code: str | None = None) -> Officer:
        able = [
            officer
            for officer in self.staff
            if officer.desk.kind == kind
            and competence in officer.desk.competences
            and venue_code in (None, officer.desk.venue_code)
        ]
        return self.dice.pick(able)

    def _consult(self, citizen: Citizen, wanted: Errand, case_id: str, at: datetime) -> datetime:
        """Ask an officer, and return the moment it was over."""
        officer = self._officer("video", wanted.competence)
        staff_id, by = officer.user_id, officer.by
        call = case_services.ask_officer(case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=at)
        at += timedelta(seconds=self.dice.whole(5, 55))
        consultation_services.go_on_duty(desk_id=officer.desk.id, officer_id=staff_id, by=by, at=at)
        consultation_services.accept(
            consultation_id=call, officer_id=staff_id, by=by, at=at + timedelta(seconds=5)
        )
        to_bring = []
        for entry in cases.case_for_staff(case_id=case_id, by_user_id=staff_id, by=by, at=at).materials:
            at += timedelta(seconds=self.dice.whole(10, 50))
            verdict, reason = draw_verdict(self.dice)
            case_services.give_verdict(
                case_id=case_id,
                material=entry.line.key,
                verdict=verdict,
                reason=reason,
                officer_id=staff_id,
                by=by,
                at=at,
            )
            to_bring += [entry.line.name] if verdict in ("fix", "missing") else []
        kind, text = draw_conclusion(self.dice, to_bring)
        at += timedelta(seconds=60)
        consultation_services.conclude(
            consultation_id=call, officer_id=staff_id, kind=kind, text=text, by=by, at=at
        )
        consultation_services.go_off_duty(officer_id=staff_id, by=by, at=at)
        stars, words = draw_rating(self.dice, well=self.dice.whole(1, 8) > 1)
        consultation_services.rate(
            consultation_id=call, stars=stars, words=words, user_id=citizen.user_id, by=citizen.by, at=at
        )
        return at

    def _arrive(
        self, citizen: Citizen, wanted: Errand, case_id: str, hall: str, at: datetime, arrival: datetime
    ) -> str:
        """Come with an appointment (most) or without, and return the ticket's id."""
        slots = booking.open_slots_on(
            venue_code=hall, competence=wanted.competence, day=clock.city_day(arrival), at=arrival
        )
        comes_at_once = not slots or self.dice.whole(1, 10) > 7
        if comes_at_once or cases.fee(case_id=case_id, citizen_id=citizen.user_id).before:
            return case_services.walk_in(
                venue_code=hall,
                item_code=wanted.item_code,
                citizen_id=citizen.user_id,
                by=citizen.by,
                at=arrival,
            )
        case_services.hold_slot(
            case_id=case_id, citizen_id=citizen.user_id, slot_id=slots[0].id, by=citizen.by, at=at
        )
        case_services.confirm(case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=at)
        return case_services.check_in(case_id=case_id, citizen_id=citizen.user_id, by=citizen.by, at=arrival)

    def _serve(self, ticket: str, wanted: Errand, hall: str, at: datetime) -> bool:
        window = self._officer("window", wanted.competence, hall)
        at += timedelta(minutes=self.dice.whole(2, 25))
        called = booking_services.call_next(desk_id=window.desk.id, by=window.by, at=at)
        if called != ticket:
            raise Refusal  # somebody else of that day is still in line: not ours to serve
        at += timedelta(seconds=30)
        booking_services.start_serving(ticket_id=ticket, desk_id=window.desk.id, by=window.by, at=at)
        return end_visit(window, ticket, self.dice, at=at + timedelta(minutes=self.dice.whole(3, 14)))
