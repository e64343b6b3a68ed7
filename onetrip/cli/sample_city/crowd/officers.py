"""An officer's day, at a video post and at a window."""

from contextlib import suppress

from onetrip.cli.sample_city.crowd.errands import draw_conclusion, draw_verdict, end_visit
from onetrip.cli.sample_city.crowd.people import Officer
from onetrip.cli.sample_city.crowd.stage import LOOK_AGAIN_S, Script, Stage
from onetrip.core import clock
from onetrip.core.errors import Refusal
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.errors import NobodyWaiting
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.venues import queries as venues

_CLOSED_S = 60.0


def post_duty(stage: Stage, officer: Officer) -> Script:
    """Be on duty while the roster says so: answer, look at the papers, conclude."""
    desk = officer.desk
    while not _is_rostered(officer):
        yield _CLOSED_S
    consultation_services.go_on_duty(
        desk_id=desk.id, officer_id=officer.user_id, by=officer.by, at=clock.now()
    )
    stage.posts.add(desk.id)
    try:
        while True:
            post = consultations.post_of(officer_id=officer.user_id)
            if post is None:  # taken off duty, for example after an outage
                return
            call = post.consultation_id
            if post.state == "ringing" and call is not None:
                yield stage.pause(2, 8)
                _answer(stage, officer, call)
            elif post.state == "in_call" and call is not None:
                yield from _talk(stage, officer, call)
            elif post.state == "wrap_up":
                yield stage.pause(5, 25)
                consultation_services.finish_wrap_up(
                    officer_id=officer.user_id, by=officer.by, at=clock.now()
                )
            elif post.state == "paused":
                consultation_services.resume(officer_id=officer.user_id, by=officer.by, at=clock.now())
            elif not _is_rostered(officer):
                return
            yield LOOK_AGAIN_S
    finally:
        stage.posts.discard(desk.id)
        with suppress(
            Refusal
        ):  # in a call: the sweep closes the post, and the citizen goes to the front of the line
            consultation_services.go_off_duty(officer_id=officer.user_id, by=officer.by, at=clock.now())


def _is_rostered(officer: Officer) -> bool:
    at = clock.now()
    return venues.next_video_opening(competence=officer.desk.competences[0], at=at) == at


def _answer(stage: Stage, officer: Officer, call: str) -> None:
    """Take the call of one of us; a person's only while no person is on duty for it."""
    accept = call in stage.calls
    if not accept:
        lines = (consultations.line_document(competence) for competence in officer.desk.competences)
        on_duty = {int(desk) for line in lines for desk in line["posts"]}
        accept = on_duty <= stage.posts
    answer = consultation_services.accept if accept else consultation_services.pass_on
    with suppress(Refusal):  # gone, or given to the next, meanwhile
        answer(consultation_id=call, officer_id=officer.user_id, by=officer.by, at=clock.now())


def _talk(stage: Stage, officer: Officer, call: str) -> Script:
    user_id, by = officer.user_id, officer.by
    with suppress(Refusal):  # the citizen may leave at any moment
        if call not in stage.calls:
            consultation_services.switch_to_chat(consultation_id=call, user_id=user_id, by=by, at=clock.now())
            _say(officer, call, "您好,我是系统模拟的民警,没有摄像头。我按清单逐项核对您的材料,请稍候。")
        case_id = cases.case_of_consultation(consultation_id=call)
        to_bring: list[str] = []
        if case_id is not None:
            seen = cases.case_for_staff(case_id=case_id, by_user_id=user_id, by=by, at=clock.now())
            for entry in seen.materials:
                yield stage.pause(6, 25)
                verdict, reason = draw_verdict(stage.dice)
                case_services.give_verdict(
                    case_id=case_id,
                    material=entry.line.key,
                    verdict=verdict,
                    reason=reason,
                    officer_id=user_id,
                    by=by,
                    at=clock.now(),
                )
                to_bring += [entry.line.name] if verdict in ("fix", "missing") else []
        yield stage.pause(10, 40)
        kind, text = draw_conclusion(stage.dice, to_bring)
        consultation_services.conclude(
            consultation_id=call, officer_id=user_id, kind=kind, text=text, by=by, at=clock.now()
        )


def _say(officer: Officer, call: str, text: str) -> None:
    consultation_services.send_message(
        consultation_id=call, text=text, user_id=officer.user_id, by=officer.by, at=clock.now()
    )


def window_duty(stage: Stage, officer: Officer) -> Script:
    """Call the next, wait for them to come, serve, write down the outcome."""
    desk = officer.desk
    while True:
        if not venues.hours(venue_code=desk.venue_code, at=clock.now()).is_open:
            yield _CLOSED_S
            continue
        view = booking.window(desk_id=desk.id, at=clock.now())
        if view.current is None and view.skipped and stage.dice.whole(1, 10) == 1:
            booking_services.return_to_line(
                ticket_id=view.skipped[0].id, desk_id=desk.id, by=officer.by, at=clock.now()
            )
        try:
            ticket = (
                view.current.id
                if view.current
                else booking_services.call_next(desk_id=desk.id, by=officer.by, at=clock.now())
            )
        except NobodyWaiting:
            yield 2 * LOOK_AGAIN_S
            continue
        if view.current is None or view.current.state == "called":
            yield stage.pause(8, 30)
            if stage.dice.whole(1, 25) == 1:
                booking_services.skip_ticket(ticket_id=ticket, desk_id=desk.id, by=officer.by, at=clock.now())
                continue
            booking_services.start_serving(ticket_id=ticket, desk_id=desk.id, by=officer.by, at=clock.now())
        yield stage.pause(120, 480)
        end_visit(officer, ticket, stage.dice, at=clock.now())
        yield stage.pause(5, 20)
