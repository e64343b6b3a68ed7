"""Committed rows in which every page has something to show: each person is at another point of their errand."""

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from PIL import Image

from onetrip.core import clock
from onetrip.core.ids import new_public_id
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Appointment, Mark, Offer, Slot, Wish
from onetrip.domain.booking.states import Channel
from onetrip.domain.cases import queries as case_queries
from onetrip.domain.cases import services as cases
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.catalog import services as catalog_services
from onetrip.domain.complaints import services as complaints
from onetrip.domain.consultations import queries as consultation_queries
from onetrip.domain.consultations import services as consultations
from onetrip.domain.halls import services as halls
from onetrip.domain.papers.models import Paper
from onetrip.domain.recordings import services as recordings
from onetrip.domain.venues.models import Desk
from tests.domain.booking.conftest import Hall, build_hall
from tests.domain.catalog.conftest import AT, EDITOR, SHIPPED
from tests.faces.console.conftest import ITEM, SYSTEM, actor, answers_for, on_roster
from tests.fake_pay import a_due_fee, a_paid_fee
from tests.people import a_card_holder, a_citizen, a_staff_member
from tests.recordings import a_look, a_recording

LICENCES = ["driving_licence", "vehicle"]
CITIZENS = ("preparing", "waiting", "kept", "written", "ringing", "talking", "ready", "holding", "booked", "offered",
            "arrived", "serving", "done", "returned", "withdrawn")  # fmt: skip
OFFICERS = ("in_call", "wrapping_up", "being_rung", "paused", "free", "off_duty")


@dataclass
class CityInUse:
    """By the word for where somebody is; `photo` is in the call of "talking"."""

    hall: Hall
    people: dict[str, User] = field(default_factory=dict)
    case: dict[str, str] = field(default_factory=dict)
    call: dict[str, str] = field(default_factory=dict)
    ticket: dict[str, str] = field(default_factory=dict)
    paper: dict[str, str] = field(default_factory=dict)
    complaint: dict[str, str] = field(default_factory=dict)
    photo: str = ""
    machine: dict[str, str] = field(default_factory=dict)
    guest: dict[str, str] = field(default_factory=dict)
    recording: dict[str, str] = field(default_factory=dict)
    look: str = ""

    @property
    def window(self) -> Desk:
        return self.hall.desks[0]

    def staff(self, who: str, *roles: Role, name: str) -> User:
        self.people[who] = a_staff_member(*roles, username=f"staff-{who}", name=name)
        return self.people[who]


def build_city() -> CityInUse:
    catalog_services.import_catalog(folder=SHIPPED, by=EDITOR, at=AT)
    city = CityInUse(build_hall("hall-1"))
    build_hall("hall-2")
    _hire(city)
    for who in CITIZENS:
        city.people[who] = a_citizen(name="王芳")
        if who not in ("done", "returned"):
            city.case[who] = cases.open_case(
                item_code=ITEM, answers=answers_for(ITEM), **_of(city, who), at=clock.now()
            )
    _consult(city)
    _book(city)
    _visit(city)
    for who in ("talking", "booked"):
        _photograph(city, who)
    _complain(city)
    a_due_fee(case_id=city.case["arrived"])
    city.people["by_card"] = a_card_holder()
    a_paid_fee(case_id=city.case["done"], officer_id=city.people["at_window"].pk, venue_code="hall-1")
    cases.withdraw_case(case_id=city.case["withdrawn"], **_of(city, "withdrawn"), at=clock.now())
    for kind in ("tablet", "screen"):  # last: from now on citizens check in where the screen's code is seen
        city.machine[kind] = halls.add_device(
            venue_code="hall-1", kind=kind, label="设备", by=SYSTEM, at=clock.now()
        )
    return city


def _of(city: CityInUse, who: str) -> dict[str, Any]:
    person = city.people[who]
    return {"citizen_id": person.pk, "by": actor(person)}


def _hire(city: CityInUse) -> None:
    here = Role("officer", "hall-1")
    for number, who in enumerate(OFFICERS):
        officer = city.staff(who, here, name=f"王{number}警官")
        post = Desk.objects.create(
            venue=city.hall.venue, code=f"v{number}", label=f"视频{number}号岗", label_en=f"Post {number}",
            kind="video", competences=["fire"] if who == "free" else LICENCES,
        )  # fmt: skip
        on_roster(post, officer, starts=0, ends=1440)
    at_window = city.staff("at_window", here, name="李警官")
    on_roster(city.hall.desks[0], at_window, starts=0, ends=720)
    on_roster(city.hall.desks[1], at_window, starts=720, ends=1440)
    city.staff("lead", Role("lead", "hall-1"), name="赵主任")
    city.staff("supervisor", Role("supervisor"), name="钱督导")
    city.staff("editor", Role("editor"), name="孙编辑")
    city.staff("admin", Role("admin"), name="周管理")
    city.staff("everywhere", Role("officer"), name="何警官")
    city.staff("half", here, name="吴警官")
    city.staff("new", here, name="郑警官")
    # Somebody whose second factor is still to be set up.
    city.people["new"].second_factor.delete()


def _consult(city: CityInUse) -> None:
    """Let the lines be in every state: one in a call, one just concluded, one ringing, one waiting."""
    _on_duty(city, "in_call")
    _ask(city, "talking")
    _accept(city, "in_call", "talking")
    _talk(city)
    _on_duty(city, "wrapping_up")
    _ask(city, "ready")
    _accept(city, "wrapping_up", "ready")
    _record(city)
    _conclude(city)
    _on_duty(city, "being_rung")
    _ask(city, "ringing")
    for who in ("paused", "free"):
        _on_duty(city, who)
    consultations.pause(officer_id=city.people["paused"].pk, by=actor(city.people["paused"]), at=clock.now())
    _company(city)
    city.recording["talking"] = recordings.propose(
        consultation_id=city.call["talking"], officer_id=city.people["in_call"].pk, by=SYSTEM, at=clock.now()
    )
    _ask(city, "waiting")
    _ask(city, "kept")
    kept = city.people["kept"]
    consultations.keep_place(
        consultation_id=city.call["kept"], citizen_id=kept.pk, by=actor(kept), at=clock.now()
    )
    _leave_it_with_us(city, "written", "off_duty")


def _leave_it_with_us(city: CityInUse, who: str, officer: str) -> None:
    _ask(city, who)
    citizen, answers = city.people[who], city.people[officer]
    about = {"consultation_id": city.call[who], "at": clock.now()}
    consultations.leave_with_us(text="户口本丢了怎么办？", citizen_id=citizen.pk, by=actor(citizen), **about)
    consultations.take_letter(officer_id=answers.pk, by=actor(answers), **about)


def _on_duty(city: CityInUse, who: str) -> None:
    officer = city.people[who]
    desk = Desk.objects.get(roster__staff=officer, roster__weekday=0)
    consultations.go_on_duty(desk_id=desk.pk, officer_id=officer.pk, by=actor(officer), at=clock.now())


def _ask(city: CityInUse, who: str) -> None:
    city.call[who] = cases.ask_officer(case_id=city.case[who], **_of(city, who), at=clock.now())


def _accept(city: CityInUse, officer: str, citizen: str) -> None:
    person = city.people[officer]
    consultations.accept(
        consultation_id=city.call[citizen], officer_id=person.pk, by=actor(person), at=clock.now()
    )


def _talk(city: CityInUse) -> None:
    citizen, officer = city.people["talking"], city.people["in_call"]
    about = {"consultation_id": city.call["talking"], "at": clock.now()}
    consultations.send_message(text="照片要带原件吗？", user_id=citizen.pk, by=actor(citizen), **about)
    consultations.send_message(text="要带，请拍给我看。", user_id=officer.pk, by=actor(officer), **about)
    consultations.send_photo(upload=_picture(), user_id=citizen.pk, by=actor(citizen), **about)
    city.photo = Paper.objects.get().public_id
    _judge(city, "talking", "in_call")


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (240, 240, 230)).save(file, "JPEG")
    return file.getvalue()


def _judge(city: CityInUse, citizen: str, officer: str) -> None:
    person = city.people[officer]
    papers = catalog.personal_checklist(catalog.guide_of(ITEM), answers_for(ITEM)).materials
    for paper, verdict in zip(papers, ("ok", "fix", "missing"), strict=False):
        cases.give_verdict(
            case_id=city.case[citizen], material=paper.key, verdict=verdict, reason="请重新拍照",
            officer_id=person.pk, by=actor(person), at=clock.now(),
        )  # fmt: skip


def _record(city: CityInUse) -> None:
    """The call of "ready" was recorded, and the lead has looked at it; that of "talking" is asked for below."""
    made = a_recording(city.call["ready"], city.people["wrapping_up"], [city.people["ready"]])
    city.recording["ready"], city.look = made, a_look(made, city.people["lead"], ["hall-1"])


def _conclude(city: CityInUse) -> None:
    _judge(city, "ready", "wrapping_up")
    person = city.people["wrapping_up"]
    consultations.conclude(
        consultation_id=city.call["ready"], officer_id=person.pk, kind="ready_with", text="请带齐照片。",
        by=actor(person), at=clock.now(),
    )  # fmt: skip


def _photograph(city: CityInUse, who: str) -> None:
    """Let somebody file a photograph beforehand."""
    first = catalog.personal_checklist(catalog.guide_of(ITEM), answers_for(ITEM)).materials[0]
    city.paper[who] = cases.file_paper(
        case_id=city.case[who], material=first.key, upload=_picture(), **_of(city, who), at=clock.now()
    )


def _complain(city: CityInUse) -> None:
    """One complaint that waits, late, and one that has been answered."""
    lead, long_ago = city.people["lead"], clock.now() - timedelta(days=30)
    for who in ("returned", "done"):
        city.complaint[who] = cases.complain(
            case_id=city.case[who],
            about="visit",
            words="等了两个小时，没有人说明原因。",
            **_of(city, who),
            at=long_ago,
        )
    complaints.answer(
        complaint_id=city.complaint["done"],
        staff_id=lead.pk,
        words="对不起，已增开窗口。",
        by=actor(lead),
        at=clock.now(),
    )


def _book(city: CityInUse) -> None:
    """Places today and tomorrow; one is held, one booked, one has become a number in the hall."""
    now = clock.now()
    midnight = clock.city_time(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    soon = min(now + timedelta(minutes=20), midnight - timedelta(seconds=60))
    today = city.hall.slot(starts_at=soon, capacity=9)
    tomorrow = [city.hall.slot(starts_at=midnight + timedelta(hours=hour), capacity=1) for hour in (9, 14)]
    for slot in (today, *tomorrow):
        slot.day = clock.city_day(slot.starts_at)
        slot.save()
    for who in ("holding", "booked", "arrived", "serving"):
        about = {"case_id": city.case[who], **_of(city, who), "at": clock.now()}
        cases.hold_slot(slot_id=today.public_id, **about)
        if who != "holding":
            cases.confirm(**about)
    _offer_an_earlier_place(city, today.public_id, tomorrow[1].public_id)
    _leave_without_a_window(tomorrow[0].public_id)
    mine = Appointment.objects.filter(citizen=city.people["booked"])
    mine.update(complete_by=now + timedelta(minutes=10))  # provisional: something is still to be brought
    missed = mine.get()
    missed.pk, missed.public_id, missed.state, missed.item_code = None, new_public_id(), "no_show", "i1"
    missed.save()
    Mark.objects.create(
        appointment=missed,
        citizen=missed.citizen,
        kind="no_show",
        at=now,
        appeal="孩子发烧。",
        appealed_at=now,
    )


def _offer_an_earlier_place(city: CityInUse, early: str, late: str) -> None:
    """Somebody who has booked for tomorrow could come today; the offer stands whatever the hour of this run is."""
    about = {"case_id": city.case["offered"], **_of(city, "offered"), "at": clock.now()}
    cases.hold_slot(slot_id=late, **about)
    cases.confirm(**about)
    cases.ask_for_earlier(**about)
    slot = Slot.objects.get(public_id=early)
    Offer.objects.create(
        wish=Wish.objects.get(), slot=slot, made_at=clock.now(), until=clock.now() + timedelta(minutes=15)
    )
    Wish.objects.update(offers_made=1)
    Slot.objects.filter(pk=slot.pk).update(taken=slot.taken + 1)


def _leave_without_a_window(slot_id: str) -> None:
    """Somebody booked by the hotline, and then the roster changed."""
    booked = booking.hold_slot(
        slot_id=slot_id, citizen_id=None, competence="vehicle", item_code="i40", item_name="换证",
        channel=Channel.HOTLINE, by=SYSTEM, at=clock.now(),
    )  # fmt: skip
    booking.confirm_appointment(appointment_id=booked, by=SYSTEM, at=clock.now())
    Slot.objects.filter(public_id=slot_id).update(over=1)


def _visit(city: CityInUse) -> None:
    officer = city.people["at_window"]
    at_desk = {"desk_id": city.window.pk, "by": actor(officer)}
    for who, how in (("done", {}), ("returned", {"reason": "guide_wrong", "note": "指南写错了。"})):
        city.ticket[who] = cases.walk_in(
            venue_code="hall-1", item_code=ITEM, citizen_id=city.people[who].pk, by=SYSTEM, at=clock.now()
        )
        _call(at_desk)
        booking.start_serving(ticket_id=city.ticket[who], **at_desk, at=clock.now())
        cases.record_outcome(
            ticket_id=city.ticket[who], outcome=who, officer_id=officer.pk, **at_desk, **how, at=clock.now()
        )
        city.case[who] = _case_at_end(city, who)
    for who in ("serving", "arrived"):
        city.ticket[who] = cases.check_in(case_id=city.case[who], **_of(city, who), at=clock.now())
    _call(at_desk)
    booking.start_serving(ticket_id=city.ticket["serving"], **at_desk, at=clock.now())
    for _ in range(3):
        cases.walk_in(venue_code="hall-1", item_code=ITEM, citizen_id=None, by=SYSTEM, at=clock.now())


def _call(at_desk: dict[str, Any]) -> None:
    booking.call_next(**at_desk, at=clock.now())


def _case_at_end(city: CityInUse, who: str) -> str:
    (case,) = case_queries.cases_of(citizen_id=city.people[who].pk)
    return case.id


def _company(city: CityInUse) -> None:
    """In the call of "talking": the officer who pauses has joined, and family whose own errand is at its beginning."""
    now: dict[str, Any] = {"by": SYSTEM, "at": clock.now()}
    colleague, daughter = city.people["paused"], city.people["preparing"]
    desk = Desk.objects.get(pk=_post_of(colleague))
    consultations.mark_seen(posts=[desk.pk], at=now["at"])
    city.guest["paused"] = consultations.invite_colleague(
        consultation_id=city.call["talking"], desk_id=desk.pk, officer_id=city.people["in_call"].pk, **now
    )
    consultations.join_as_colleague(guest_id=city.guest["paused"], user_id=colleague.pk, **now)
    _guest, token = consultations.invite_family(
        consultation_id=city.call["talking"], name="女儿", citizen_id=city.people["talking"].pk, **now
    )
    city.guest["preparing"] = consultations.join_as_family(token=token, user_id=daughter.pk, **now)


def _post_of(officer: User) -> int:
    (desk_id,) = consultation_queries.posts_watched_by(officer_id=officer.pk)
    return desk_id
