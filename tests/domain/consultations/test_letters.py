"""Left with us: a question outside the hours, answered in writing by exactly one officer who may."""

import pytest

from onetrip.core.errors import NotFound
from onetrip.domain.consultations import queries, services
from onetrip.domain.consultations.errors import AlreadyInLine, CallGone, Empty, LetterInHand, NotCompetent
from onetrip.domain.notifications.models import Message
from onetrip.domain.venues.models import RosterEntry
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later


@pytest.fixture
def desk(line):
    """Both officers are on the roster of a video post for vehicles and licences."""
    for number, officer in enumerate(line.officers):
        RosterEntry.objects.create(desk=line.desks[number], staff=officer, weekday=0, starts=540, ends=1020)
    for number, citizen in enumerate(line.citizens):
        citizen.phone = f"1380000000{number}"
        citizen.save()
    return line


def left(line, number=0, *, competence="vehicle", at=NOON):
    call = line.join(number, competence=competence, at=at)
    services.leave_with_us(
        consultation_id=call, text="行驶证丢了怎么办？", citizen_id=line.citizens[number].pk, by=BY, at=at
    )
    return call


def take(line, call, number=0, *, at=NOON):
    services.take_letter(consultation_id=call, officer_id=line.officers[number].pk, by=BY, at=at)


def test_a_question_is_left_and_answered_in_writing(desk):
    call = left(desk)
    desk.sweep(3600)  # the page is closed: a letter does not run away
    assert desk.state(call) == "letter"
    desk.on_duty(0, at=later(3600))
    assert desk.post(0).state == "available"  # nobody is rung for it
    (shown,) = queries.letters_for(officer_id=desk.officers[0].pk)
    assert (shown.consultation_id, shown.messages) == (call, 1)
    take(desk, call, at=later(3601))
    take(desk, call, at=later(3602))
    officer = desk.officers[0].pk
    assert queries.letters_for(officer_id=officer) == []
    assert queries.letter_in_hand(officer_id=officer) == call
    assert queries.consultation(consultation_id=call, user_id=officer).messages[0].text
    answer = {"consultation_id": call, "officer_id": officer, "by": BY, "at": later(3700)}
    services.conclude(kind="ready_with", text="带身份证补领即可。", **answer)
    assert (desk.state(call), desk.post(0).state) == ("concluded", "available")
    assert Message.objects.get().template == "consultations.answered"


def test_one_officer_has_it_in_hand_and_one_after_the_other(desk):
    first, second = left(desk, 0), left(desk, 1)
    take(desk, first, 0)
    with pytest.raises(CallGone):
        take(desk, first, 1)
    with pytest.raises(LetterInHand):
        take(desk, second, 0)


def test_a_question_is_put_back_by_hand_or_when_it_is_forgotten(desk):
    call = left(desk)
    take(desk, call, 0)
    services.put_letter_back(officer_id=desk.officers[0].pk, by=BY, at=later(5))
    assert desk.state(call) == "letter"
    with pytest.raises(CallGone):
        services.put_letter_back(officer_id=desk.officers[0].pk, by=BY, at=later(6))
    with pytest.raises(NotFound):
        queries.consultation(consultation_id=call, user_id=desk.officers[0].pk)
    take(desk, call, 1, at=later(10))
    services.sweep(at=later(7200))
    assert desk.state(call) == "answering"
    services.sweep(at=later(7210))
    assert desk.state(call) == "letter"


def test_only_who_may_decide_answers(desk):
    call = left(desk, competence="fire")
    assert queries.letters_for(officer_id=desk.officers[0].pk) == []
    with pytest.raises(NotCompetent):
        take(desk, call)


def test_a_question_needs_words_and_is_the_only_one_at_a_time(desk):
    call = desk.join(0)
    with pytest.raises(Empty):
        services.leave_with_us(
            consultation_id=call, text="  ", citizen_id=desk.citizens[0].pk, by=BY, at=NOON
        )
    services.leave(consultation_id=call, citizen_id=desk.citizens[0].pk, by=BY, at=NOON)
    letter = left(desk, 0)
    with pytest.raises(AlreadyInLine):
        desk.join(0)
    services.leave(consultation_id=letter, citizen_id=desk.citizens[0].pk, by=BY, at=NOON)
    assert desk.state(letter) == "left"


def test_the_officer_sees_what_was_answered_before(desk):
    officer = desk.officers[0].pk
    for number, text in enumerate(("带原件", "补办")):
        call = left(desk, at=later(number * 100))
        take(desk, call, at=later(number * 100 + 1))
        about = {"consultation_id": call, "officer_id": officer}
        said = [one.text for one in queries.earlier_consultations(**about)]
        assert said == ["带原件"][:number]
        services.conclude(kind="ready_with", text=text, by=BY, at=later(number * 100 + 2), **about)
    with pytest.raises(NotFound):
        queries.earlier_consultations(consultation_id=call, officer_id=desk.officers[1].pk)
