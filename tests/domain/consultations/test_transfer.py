"""Passing a call on: who may, where to, what goes along, and that answers lie ready for it."""

import pytest
from django.utils import translation

from onetrip.core import live
from onetrip.core.errors import Invalid, NotFound
from onetrip.core.models import AuditEntry
from onetrip.domain.consultations import queries, services
from onetrip.domain.consultations.errors import CallGone, NobodyThere, NotCompetent, TooManyAnswers
from onetrip.domain.consultations.models import Consultation, Post, Turn
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import build_line, later


@pytest.fixture
def talk(db):
    """Post 0 talks to the first citizen, post 1 (vehicles too) talks to another, post 2 handles fire safety only."""
    line = build_line(posts=3, citizens=6)
    line.desks[2].competences = ["fire"]
    line.desks[2].save()
    line.on_duty(0)
    line.call = line.join(0)
    line.accept(line.call)
    line.on_duty(1)
    line.accept(line.join(1), 1)
    line.on_duty(2)
    return line


def transfer(line, **where):
    services.transfer(
        consultation_id=line.call,
        officer_id=line.officers[0].pk,
        note="身份证已核对",
        by=BY,
        at=later(60),
        **where,
    )


def seen(line, *calls, seconds=60):
    line.seen(later(seconds), *calls)


def test_to_another_line_with_everything_at_its_front(talk):
    services.send_message(consultation_id=talk.call, text="您好", user_id=talk.citizens[0].pk, by=BY, at=NOON)
    before = [talk.join(number, competence="fire") for number in (2, 3)]
    talk.accept(before[0], 2)  # busy, and one waits
    seen(talk, talk.call, *before)
    transfer(talk, competence="fire")
    row = Consultation.objects.get(public_id=talk.call)
    assert (row.state, row.competence, row.post, row.connected_at) == ("waiting", "fire", None, None)
    assert queries.consultation(consultation_id=talk.call, user_id=talk.citizens[0].pk).place == 1
    services.conclude(
        consultation_id=before[0], officer_id=talk.officers[2].pk, kind="ready", text="", by=BY, at=later(61)
    )
    services.finish_wrap_up(officer_id=talk.officers[2].pk, by=BY, at=later(62))
    assert (talk.state(talk.call), talk.state(before[1])) == ("ringing", "waiting")
    talk.accept(talk.call, 2, at=later(63))
    officer = talk.officers[2].pk
    view = queries.consultation(consultation_id=talk.call, user_id=officer)
    assert [message.sender for message in view.messages] == ["citizen", "system"]
    assert queries.note_to_next(consultation_id=talk.call, officer_id=officer) == "身份证已核对"
    assert queries.party_of(consultation_id=talk.call, user_id=talk.officers[0].pk) is None
    assert "身份证已核对" not in str(live.snapshot(f"consultation:{talk.call}"))  # not the citizen's to read
    (entry,) = AuditEntry.objects.filter(verb="consultation.transfer")
    assert entry.detail == {"from": "vehicle", "to": "fire", "post": None}


def test_the_post_that_passed_on_is_free_and_its_turn_is_counted(talk):
    seen(talk, talk.call)
    waiting = talk.join(4, at=later(60))
    transfer(talk, competence="fire")
    assert (talk.post(0).state, talk.state(waiting)) == ("ringing", "ringing")
    turn = Turn.objects.get(post=talk.post(0))
    assert (turn.ended_at - turn.began_at).total_seconds() == 60


def test_to_a_certain_post_waits_for_it_while_it_is_on_duty(talk):
    seen(talk, talk.call)
    transfer(talk, desk_id=talk.desks[1].pk)
    assert talk.state(talk.call) == "waiting"  # post 1 talks; post 0 is free and not rung
    services.conclude(
        consultation_id=Consultation.objects.get(post=talk.post(1), state="connected").public_id,
        officer_id=talk.officers[1].pk, kind="ready", text="", by=BY, at=later(61),
    )  # fmt: skip
    services.finish_wrap_up(officer_id=talk.officers[1].pk, by=BY, at=later(62))
    assert talk.post(1).state == "ringing"
    talk.accept(talk.call, 1, at=later(63))


def test_nobody_waits_for_a_post_that_has_gone(talk):
    seen(talk, talk.call)
    transfer(talk, desk_id=talk.desks[1].pk)
    Post.objects.filter(desk=talk.desks[1]).update(seen_at=NOON)  # its page is gone
    talk.on_duty(0, at=later(61))
    services.match_line(competence="vehicle", at=later(100))
    seen(talk, talk.call, seconds=120)
    Post.objects.filter(desk=talk.desks[1]).update(seen_at=NOON)
    services.match_line(competence="vehicle", at=later(121))
    assert talk.post(0).state == "ringing"


@pytest.mark.parametrize(
    ("where", "refusal"),
    [
        ({"competence": "household"}, NobodyThere),
        ({"competence": "vehicle"}, NotCompetent),
        ({"competence": "nonsense"}, NotCompetent),
        ({}, NotCompetent),
    ],
)
def test_only_to_where_somebody_competent_is_on_duty(talk, where, refusal):
    seen(talk, talk.call)
    with pytest.raises(refusal):
        transfer(talk, **where)
    assert talk.state(talk.call) == "connected"


def test_a_post_that_may_not_handle_it_is_refused(talk):
    seen(talk, talk.call)
    with pytest.raises(NobodyThere):
        transfer(talk, desk_id=talk.desks[2].pk)
    places = queries.elsewhere(consultation_id=talk.call, officer_id=talk.officers[0].pk, at=later(60))
    assert (places.lines, [post.desk_id for post in places.posts]) == (
        ["driving_licence", "fire"],
        [talk.desks[1].pk],
    )


def test_only_the_officer_in_the_call_passes_it_on(talk):
    for officer in (talk.officers[1], talk.officers[2]):
        with pytest.raises(CallGone):
            services.transfer(
                consultation_id=talk.call, officer_id=officer.pk, competence="fire", by=BY, at=later(1)
            )
        with pytest.raises(NotFound):
            queries.elsewhere(consultation_id=talk.call, officer_id=officer.pk, at=later(1))


def write(text, item="", answer=""):
    return services.write_answer(
        answer_id=answer, item_code=item, text=text, text_en=f"{text} (en)", by=BY, at=NOON
    )


def test_answers_of_the_item_come_first_and_go_out_in_the_citizens_language(talk):
    general, own = write("请稍等。"), write("请出示旧证。", item="i40")
    write("别的事项", item="i41")
    assert [one.id for one in queries.ready_answers(item_code="i40")] == [own, general]
    assert write("请把旧证给我看。", answer=own) == own
    send = {"consultation_id": talk.call, "officer_id": talk.officers[0].pk, "by": BY, "at": NOON}
    services.send_answer(answer_id=own, **send)
    talk.citizens[0].language = "en"
    talk.citizens[0].save()
    with translation.override("zh-hans"):
        services.send_answer(answer_id=general, **send)
    texts = [
        m.text for m in queries.consultation(consultation_id=talk.call, user_id=talk.officers[0].pk).messages
    ]
    assert texts == ["请把旧证给我看。", "请稍等。 (en)"]
    with pytest.raises(NotFound):
        services.send_answer(answer_id=own, **{**send, "officer_id": talk.officers[1].pk})
    services.remove_answer(answer_id=own, by=BY, at=NOON)
    with pytest.raises(NotFound):
        services.send_answer(answer_id=own, **send)


def test_both_languages_and_a_key_for_each(db):
    for text, english in ((" ", "x"), ("x", " ")):
        with pytest.raises(Invalid):
            services.write_answer(item_code="", text=text, text_en=english, by=BY, at=NOON)
    for number in range(9):
        write(f"答复{number}")
    with pytest.raises(TooManyAnswers):
        write("第十条")
    write("别处的第一条", item="i40")
