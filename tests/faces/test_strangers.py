"""Every address of the service, and who gets 404 there. Made from the URL table: a new page cannot be forgotten.

A stranger knows the real id of somebody's errand, call, photo, number or desk, and still finds nothing; the owner
asks for the same thing right afterwards and finds it, so that a wrong id cannot make these tests pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.core.ids import new_public_id
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import DEMO_PASSWORD, Role
from onetrip.domain.booking import queries as booking
from onetrip.domain.booking.models import Appointment, Mark
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services as case_services
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.complaints import services as complaints
from onetrip.domain.consultations import queries as calls
from onetrip.domain.consultations import services as consultations
from onetrip.domain.halls import queries as devices
from onetrip.domain.halls import services as halls
from onetrip.domain.insights import services as exports
from onetrip.domain.insights.flows import write_export
from onetrip.domain.notifications import services as notifications
from onetrip.domain.notifications.models import Message
from onetrip.domain.notifications.views import Route
from onetrip.domain.papers.models import Paper
from onetrip.domain.venues.models import Desk
from onetrip.faces.frame.sessions import CITIZEN, STAFF
from tests.faces.console import conftest as console
from tests.fake_pay import a_paid_fee
from tests.people import a_citizen, a_staff_member, open_door, signed_in
from tests.recordings import a_look, a_recording

shipped, town = console.shipped, console.town


@dataclass(frozen=True)
class Public:
    """Anybody may ask, signed in or not. `bare`: what a question gets that is not the one expected here."""

    because: str
    bare: int = 200


@dataclass(frozen=True)
class AnyCitizen:
    """A citizen who has signed in; nothing in the address belongs to anybody."""


@dataclass(frozen=True)
class Own:
    """One citizen's alone."""


@dataclass(frozen=True)
class Staff:
    """Staff whose roles allow it; nothing in the address belongs to anybody. `outsider` is the one who may not."""

    insider: str
    outsider: str | None


@dataclass(frozen=True)
class StaffOwn:
    """What the address names is within the reach of `insider`, and of no lead of another hall."""

    insider: str


@dataclass(frozen=True)
class Machine:
    """A machine that a lead has set up in a hall, known by the key in its cookie."""

    kind: str


Who = Public | AnyCitizen | Own | Staff | StaffOwn | Machine


def each(face: str, names: str, who: Who) -> dict[str, Who]:
    return {f"{face}:{name}": who for name in names.split()}


GUIDE = Public("the guide is for everybody")
PLACE = Public("where the halls are and how long one waits there is for everybody")
DOOR = Public("one signs in and out here")
TABLE: dict[str, Who] = {
    "citizen:complete": Own(),
    "frame:healthz": Public("balancers ask, and learn two truth values"),
    "frame:preferences": Public("language and text size of this browser"),
    "frame:console_preferences": Public("language and text size of this browser"),
    "frame:demo_texts": Public("invented texts of the sample city; absent in production"),
    "hooks:wechat": Public("WeChat signs what it says; everything else is refused", bare=409),
    "hooks:wechat_pay": Public("the provider signs what it says; everything else is refused"),
    "hooks:sms_receipts": Public("the platform signs what it says; everything else is refused"),
    **each("hooks", "open_data_json open_data_csv", Public("figures without a person in them")),
    "console:export_file": StaffOwn("lead"),
    "frame:styleguide": Public("components with invented contents; absent in production"),
    **each("citizen", "home search category item item_qr questions checklist", GUIDE),
    **each("citizen", "where areas venue venue_qr arrive arrive_qr board", PLACE),
    **each("citizen", "login login_code login_resume logout wechat_begin wechat_back", DOOR),
    "citizen:wechat_setup": Public(
        "what WeChat's functions on a page of ours need; WeChat checks the page's address", bare=404
    ),
    "citizen:ticket": Public("the unguessable address is the ticket, and there is no name on it"),
    **each(
        "citizen",
        "cases new_case walk_in marks account card wechat_link wechat_unlink merge merge_code",
        AnyCitizen(),
    ),
    "citizen:short_link": Public(
        "who may see what it leads to is decided there; it tells nothing of it", bare=404
    ),
    **each("citizen", "messages message_wishes message_email message_email_confirm", AnyCitizen()),
    **each(
        "citizen",
        "invite_family send_away company company_say company_photo company_leave call_time agree_time give_time_back",
        Own(),
    ),
    **each("citizen", "recording_answer recordings recording_film recording_erase company_recording", Own()),
    "citizen:help": AnyCitizen(),
    "citizen:come_and_help": AnyCitizen(),
    **each("citizen", "case ask withdraw rate_visit book appointment confirm cancel calendar earlier", Own()),
    **each("citizen", "call_quality complain complaint complaint_say", Own()),
    # What it shows was proved in this very session; without a proof there is nothing.
    "citizen:merge_confirm": AnyCitizen(),
    **each("citizen", "pay pay_in_wechat paid pay_code receipt receipt_pdf invoice", Own()),
    **each("citizen", "begin_still add_to_still", Own()),
    **each(
        "citizen", "papers send_paper paper take_back pass pass_qr check_in leave_line mark_appeal", Own()
    ),
    **each(
        "citizen",
        "call relays leave keep_place come_back go_first leave_with_us say send_photo photo switch_to_chat rate_call",
        Own(),
    ),
    "kiosk:start": Machine("screen"),
    "kiosk:code": Machine("screen"),
    **each("kiosk", "enrol hall check_in take_number number print_number", Machine("tablet")),
    **each("console", "login second_factor enrol logout", DOOR),
    "console:home": Staff("editor", None),
    **each("console", "post post_side post_line post_work post_materials", Staff("officer", "editor")),
    **each("console", "post_conclusion post_on_duty post_off_duty post_pause", Staff("officer", "editor")),
    **each("console", "post_resume post_accept post_pass_on post_take", Staff("officer", "editor")),
    **each("console", "post_message post_send_photo post_verdict post_relays", Staff("officer", "editor")),
    **each("console", "post_mark post_still post_still_drop", Staff("officer", "editor")),
    **each("console", "post_conclude post_next window halls", Staff("officer", "editor")),
    **each("console", "post_transfer post_hand_over post_answer", Staff("officer", "editor")),
    **each("console", "answers answer_write answer_remove", Staff("lead", "officer")),
    **each("console", "post_company post_invite", Staff("officer", "editor")),
    "console:post_send_away": StaffOwn("officer"),
    **each("console", "post_recording_ask post_recording_stop recordings", Staff("officer", "editor")),
    **each(
        "console",
        "post_recording_segment post_recording_chunk post_recording_finish recording",
        StaffOwn("officer"),
    ),
    "console:recording_film": StaffOwn("lead"),
    "console:company_recording": StaffOwn("colleague"),
    "console:wall_join": Staff("lead", "officer"),
    **each("console", "company company_say company_photo company_leave post_join", StaffOwn("colleague")),
    **each("console", "letters letter_take letter_put_back letter_answer", Staff("officer", "editor")),
    **each(
        "console",
        "insights insights_calls insights_cases exports exports_now venues wall wall_now",
        Staff("lead", "officer"),
    ),
    **each("console", "money money_export", Staff("lead", "officer")),
    "console:complaints": Staff("lead", "officer"),
    "console:complaint": StaffOwn("lead"),
    "console:till": Staff("officer", "editor"),
    "console:bill": Staff("supervisor", "lead"),
    "console:fee": StaffOwn("officer"),
    "console:people": Staff("admin", "lead"),
    "console:outbox": Staff("supervisor", "lead"),
    **each("console", "wordings wording", Staff("editor", "supervisor")),
    **each(
        "console",
        "case post_photo post_paper post_board window_desk window_now window_waiting",
        StaffOwn("officer"),
    ),
    "console:post_quality": StaffOwn("officer"),
    **each("console", "window_call_next window_recall window_skip", StaffOwn("officer")),
    **each("console", "window_return window_serve window_outcome", StaffOwn("officer")),
    **each("console", "window_transfer window_say hall_priority", StaffOwn("officer")),
    **each("console", "hall hall_state hall_arrivals hall_items hall_ticket", StaffOwn("officer")),
    **each("console", "hall_check_in hall_walk_in hall_print", StaffOwn("officer")),
    **each(
        "console", "counter counter_person counter_phone counter_item counter_errand", StaffOwn("officer")
    ),
    **each("console", "counter_take counter_settle", StaffOwn("officer")),
    **each("console", "hall_machines hall_machine_add hall_machine_remove hall_printer", StaffOwn("lead")),
    **each("console", "hall_lead hall_lead_now hall_window hall_close_early", StaffOwn("lead")),
    **each(
        "console",
        "venue venue_close venue_reopen venue_rule venue_shares venue_backs_up venue_appeal "
        "venue_unstaffed venue_clashes venue_move",
        StaffOwn("lead"),
    ),
}
SOMEBODYS = {
    "guest_id",
    "case_id",
    "consultation_id",
    "photo_id",
    "paper_id",
    "ticket_id",
    "desk_id",
    "mark_id",
    "still_id",
    "complaint_id",
    "export_id",
    "person",
    "recording_id",
    "look_id",
}
METHODS = ("get", "post")


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address the service answers: (full name, pattern); one without a name goes by its route."""
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found, f"{namespace}{found.namespace}:" if found.namespace else namespace)
        else:
            yield f"{namespace}{found.name or found.pattern}", found


ROUTES = dict(patterns(get_resolver()))


def of_kind(*kinds: type) -> list[str]:
    return sorted(name for name, who in TABLE.items() if isinstance(who, kinds) and name in ROUTES)


@dataclass
class World:
    """One citizen with an errand, a call, a photo, a number and an appointment, the officer of all these, strangers."""

    town: console.Town
    stranger: User
    foreign_lead: User
    foreign_post: Desk
    ids: dict[str, Any]
    fields: dict[str, Any]

    def address(self, name: str, **instead: Any) -> str:
        wanted = ROUTES[name].pattern.converters
        return reverse(
            name, kwargs={key: {**self.ids, **self.of_name(name), **instead}[key] for key in wanted}
        )

    def of_name(self, name: str) -> dict[str, Any]:
        code = {"category": self.ids["category"], "venue": "hall-1", "venue_qr": "hall-1"}
        called = {"hall_ticket": self.ids["called"], "hall_print": self.ids["called"]}
        family = {
            "company": self.ids["helped"],
            "company_leave": self.ids["helped"],
            "company_say": self.ids["helped"],
            "company_photo": self.ids["helped"],
            "send_away": self.ids["helper"],
            "company_recording": self.ids["helped"],
        }
        plain = name.rpartition(":")[2]
        return {
            **({"code": code[plain]} if plain in code and name.startswith("citizen:") else {}),
            **({"ticket_id": called[plain]} if plain in called else {}),
            **({"case_id": self.ids["called_about"]} if plain in ("begin_still", "add_to_still") else {}),
            **({"guest_id": family[plain]} if plain in family and name.startswith("citizen:") else {}),
            **({"photo_id": self.ids["helped_photo"]} if name == "citizen:company_photo" else {}),
            **({"case_id": self.ids["called_about"]} if name == "console:case" else {}),
            **({"key": "accounts.code"} if name == "console:wording" else {}),
        }

    def ask(self, browser: Client, method: str, name: str, **instead: Any) -> Any:
        """Ask as a page's form would, with every field that any form of the service has."""
        address = self.address(name, **instead)
        if method == "get":
            return browser.get(address, {"figure": "finished.none"})
        return browser.post(address, {**self.fields, "photo": SimpleUploadedFile("a.jpg", picture())})


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (320, 200), "white").save(file, "JPEG")
    return file.getvalue()


def an_export(owner: User) -> str:
    """A file of visits that is ready for who asked for it."""
    now = clock.now()
    export_id = exports.ask_export(
        staff_id=owner.pk,
        form="csv",
        since=now,
        until=now,
        venue_codes=["hall-1"],
        by=console.actor(owner),
        at=now,
    )
    write_export(export_id=export_id, at=now)
    return export_id


def guests(town: console.Town, call: str) -> dict[str, Any]:
    """A colleague in the officer's call, family the citizen has invited to it, and one whom the citizen helps."""
    now: dict[str, Any] = {"by": console.SYSTEM, "at": clock.now()}
    post = Desk.objects.create(
        venue=town.other.venue,
        code="v9",
        label="视频9号岗",
        label_en="Post 9",
        kind="video",
        competences=["fire"],
    )
    consultations.go_on_duty(desk_id=post.pk, officer_id=town.colleague.pk, **now)
    came = consultations.invite_colleague(
        consultation_id=call, desk_id=post.pk, officer_id=town.officer.pk, **now
    )
    consultations.join_as_colleague(guest_id=came, user_id=town.colleague.pk, **now)
    helper, _token = consultations.invite_family(
        consultation_id=call, name="女儿", citizen_id=town.citizen.pk, **now
    )
    other = a_citizen(name="老人")
    waiting = case_services.ask_officer(case_id=town.case(other), citizen_id=other.pk, **now)
    helped, token = consultations.invite_family(
        consultation_id=waiting, name="女儿", citizen_id=other.pk, **now
    )
    consultations.join_as_family(token=token, user_id=town.citizen.pk, **now)
    consultations.send_photo(consultation_id=waiting, upload=picture(), user_id=other.pk, **now)
    company = calls.company(guest_id=helped, user_id=town.citizen.pk)
    seen = next(message.photo_id for message in company.messages if message.photo_id)
    return {"guest_id": came, "helper": helper, "helped": helped, "helped_photo": seen, "token": "0" * 32}


@pytest.fixture
def world(town: console.Town) -> World:
    booked, arrival_code = town.booked()
    called_about, call = town.call()
    me, by = town.citizen, console.actor(town.citizen)
    consultations.send_photo(consultation_id=call, upload=picture(), user_id=me.pk, by=by, at=clock.now())
    photo = Paper.objects.get().public_id
    called, number = town.called(), town.number(me)
    answer = consultations.write_answer(
        item_code="", text="请稍等。", text_en="One moment.", by=console.SYSTEM, at=clock.now()
    )
    foreign_lead = a_staff_member(Role("lead", "hall-2"), name="吴主任")
    foreign_post = Desk.objects.create(
        venue=town.other.venue, code="v1", label="视频1号岗", label_en="Post 1", kind="video",
        competences=["driving_licence", "vehicle"],
    )  # fmt: skip
    console.on_roster(foreign_post, foreign_lead, starts=0, ends=720)
    console.on_roster(town.other.desks[0], foreign_lead, starts=720, ends=1440)
    materials = cases.case(case_id=called_about, citizen_id=me.pk).materials
    missed = Appointment.objects.get(citizen=me)
    missed.pk, missed.public_id, missed.state, missed.item_code = None, new_public_id(), "no_show", "i1"
    missed.save()
    mark = Mark.objects.create(
        appointment=missed, citizen=me, kind="no_show", at=clock.now(), appeal="病了", appealed_at=clock.now()
    )
    a_paid_fee(case_id=booked, officer_id=town.officer.pk, venue_code="hall-1", waiting=True)
    filed, drawn_on = (
        case_services.file_paper(
            case_id=case_id,
            material=materials[0].line.key,
            upload=picture(),
            citizen_id=me.pk,
            by=by,
            at=clock.now(),
        )
        for case_id in (booked, called_about)
    )
    still = case_services.ask_still(
        case_id=called_about,
        material=materials[0].line.key,
        officer_id=town.officer.pk,
        by=by,
        at=clock.now(),
    )
    complaint = complaints.file_complaint(
        about="visit", subject=number, item_name="驾驶证", venue_code="hall-1", officer_id=town.officer.pk,
        citizen_id=me.pk, words="等了两个小时", by=by, at=clock.now(),
    )  # fmt: skip
    export = an_export(town.lead)
    recording = a_recording(call, town.officer, [me])
    company = guests(town, call)
    ids = {
        "export_id": export,
        "recording_id": recording,
        "look_id": a_look(recording, town.lead, ["hall-1"]),
        "segment": 1,
        "complaint_id": complaint,
        "still_id": still,
        **company,
        "mark_id": mark.public_id, "case_id": booked, "called_about": called_about, "consultation_id": call,
        "ticket_id": number,
        "called": called, "photo_id": photo, "paper_id": filed, "desk_id": town.window.pk,
        "desk": "hall-1", "person": found_by(town.officer, me), "item_code": town.item_code,
        "venue_code": "hall-1", "token": "nobodys", "key": "nobody-set-this-up", "code": town.item_code,
        "category": catalog.categories()[0].code,
    }  # fmt: skip
    by = Actor.system("tests")
    halls.add_device(venue_code="hall-1", kind="tablet", label="平板", by=by, at=clock.now())
    (device,) = devices.devices_of(venue_code="hall-1", at=clock.now())
    fields = {
        "message": a_dead_message(),
        "case": called_about, "paper": drawn_on, "turned": "90",
        "device": device.id, "window": "close", "until": "23:59",
        "slot": town.hall.slot(starts_at=clock.now()).public_id, "stars": "5", "words": "好", "text": "您好",
        "competence": "vehicle", "say": "help",
        "booked_ahead_min": "10", "priority_ahead_min": "20", "late_after_min": "5",
        "mark": mark.public_id, "hall_share": "10", "hotline_share": "5",
        "mode": "chat", "item": town.item_code, "answer": answer, "ticket": called, "arrival_code": arrival_code,
        "consultation": call, "desk": town.post.pk, "outcome": "done", "kind": "ready", "verdict": "ok",
        "material": materials[0].line.key, "day": clock.city_day(clock.now()).isoformat(), "reason": "停电",
    }  # fmt: skip
    return World(town, a_citizen(name="别人"), foreign_lead, foreign_post, ids, fields)


def found_by(officer: User, citizen: User) -> str:
    """What the address of a person bears whom an officer has found at the reception."""
    return signing.dumps(["hall-1", officer.public_id, citizen.public_id], salt="console.counter")


def a_dead_message() -> str:
    """A message that reached nobody; return its id."""
    at = clock.now()
    key = notifications.send(
        template="consultations.answered", params={"item": "驾驶证"}, language="zh-hans",
        routes=[Route("sms", "12345")], expires_at=at + timedelta(hours=1), at=at,
    )  # fmt: skip
    Message.objects.filter(public_id=key).update(state="failed", settled_at=at, cause="no_address")
    return str(key)


def test_every_address_is_in_the_table() -> None:
    assert set(ROUTES) == set(TABLE)


def test_what_names_somebodys_thing_is_not_for_everybody() -> None:
    open_to_all = {name for name, who in TABLE.items() if not isinstance(who, Own | StaffOwn | Machine)}
    named = {name for name in open_to_all if SOMEBODYS & set(ROUTES[name].pattern.converters)}
    assert named == {"citizen:ticket"}
    for name in of_kind(Own, StaffOwn):
        assert ROUTES[name].pattern.converters, f"{name} names nothing that could be somebody's"


def finds_nothing(world: World, name: str, *, stranger: User, owner: User) -> None:
    """Ask as both; what the owner's forms did is undone, so that the next address finds the world as it was."""
    asked = 0
    for method in METHODS:
        with transaction.atomic():
            refused = world.ask(signed_in(stranger), method, name).status_code
            found = world.ask(signed_in(owner), method, name).status_code
            transaction.set_rollback(True)
        if refused == 405:
            assert found == 405, (method, name)
            continue
        assert refused == 404, (method, name)
        assert found != 404, (method, name)
        asked += found != 405
    assert asked, f"{name} answers its owner neither GET nor POST"


def test_another_citizen_finds_nothing(world: World) -> None:
    for name in of_kind(Own):
        finds_nothing(world, name, stranger=world.stranger, owner=world.town.citizen)


def test_the_lead_of_another_hall_finds_nothing(world: World) -> None:
    for name in of_kind(StaffOwn):
        finds_nothing(
            world, name, stranger=world.foreign_lead, owner=getattr(world.town, TABLE[name].insider)
        )


def test_staff_without_the_role_find_nothing(world: World) -> None:
    for name in of_kind(Staff):
        who = TABLE[name]
        owner = getattr(world.town, who.insider)
        if who.outsider is not None:
            finds_nothing(world, name, stranger=getattr(world.town, who.outsider), owner=owner)
        else:
            assert world.ask(signed_in(owner), "get", name).status_code == 200


def is_sent_away(answer: Any, login: str) -> bool:
    return answer.status_code in (401, 404) or (answer.status_code == 302 and answer.url.startswith(login))


def all_are_sent_away(world: World, browser: Client, names: list[str], login: str) -> None:
    for name in names:
        answers = [world.ask(browser, method, name) for method in METHODS]
        heard = [answer for answer in answers if answer.status_code != 405]
        assert heard, name
        for answer in heard:
            assert is_sent_away(answer, login), (name, answer.status_code)


@pytest.mark.parametrize("who", ["nobody", "officer at the citizens' door", "officer's cookie"])
def test_only_citizens_reach_what_is_a_citizens(world: World, who: str) -> None:
    browser = {
        "nobody": Client,
        "officer at the citizens' door": lambda: open_door(Client(), world.town.officer, door=CITIZEN),
        "officer's cookie": lambda: signed_in(world.town.officer),
    }[who]()
    all_are_sent_away(world, browser, of_kind(AnyCitizen, Own), "/login/")


@pytest.mark.parametrize(
    "who", ["nobody", "password only", "half a session", "citizen", "citizen at the door"]
)
def test_only_staff_with_both_factors_reach_the_console(world: World, who: str) -> None:
    def with_password() -> Client:
        browser, officer = Client(), world.town.officer
        form = {"username": officer.username, "password": DEMO_PASSWORD}
        assert browser.post(reverse("console:login"), form).url.startswith("/console/login/second-factor/")
        return browser

    browser = {
        "nobody": Client,
        "password only": with_password,
        "half a session": lambda: open_door(Client(), world.town.officer, second_factor=False),
        "citizen": lambda: signed_in(world.town.citizen),
        "citizen at the door": lambda: open_door(Client(), world.town.citizen, door=STAFF),
    }[who]()
    all_are_sent_away(world, browser, of_kind(Staff, StaffOwn), "/console/login/")


def test_everybody_gets_what_is_for_everybody(world: World) -> None:
    for name in of_kind(Public):
        bare = TABLE[name].bare  # type: ignore[union-attr]
        assert world.ask(Client(), "get", name).status_code in {200: (200, 302, 405)}.get(bare, (bare,)), name
    for name in ("citizen:ticket", "citizen:board", "citizen:arrive"):
        page = world.ask(Client(), "get", name).content.decode()
        assert world.town.citizen.name not in page, name


def machine(kind: str, hall: str = "hall-1") -> tuple[str, Client]:
    """A machine that the hall's lead has set up: its key, and the browser on it."""
    by = Actor.system("tests")
    key = halls.add_device(venue_code=hall, kind=kind, label="设备", by=by, at=clock.now())
    browser = Client()
    assert browser.get(reverse("kiosk:enrol", args=[key])).status_code == 302
    return key, browser


def test_only_a_machine_of_the_hall_reaches_what_is_a_machines(world: World) -> None:
    (screen_key, screen), (tablet_key, tablet) = machine("screen"), machine("tablet")
    foreign = {kind: machine(kind, "hall-2")[1] for kind in ("screen", "tablet")}
    _key, gone = machine("tablet")
    for device in devices.devices_of(venue_code="hall-1", at=clock.now())[3:]:
        halls.remove_device(
            venue_code="hall-1", device_id=device.id, by=Actor.system("tests"), at=clock.now()
        )
    own = {"screen": (screen, tablet), "tablet": (tablet, screen)}
    for name in of_kind(Machine):
        wanted, other = own[TABLE[name].kind]
        keys = {"key": {"screen": screen_key, "tablet": tablet_key}[TABLE[name].kind]}
        strangers = [Client(), signed_in(world.town.citizen), signed_in(world.town.lead), gone]
        if name not in ("kiosk:start", "kiosk:enrol"):
            strangers.append(other)
        for method in METHODS:
            for stranger in strangers:
                refused = world.ask(stranger, method, name).status_code
                assert refused == 404 or (name == "kiosk:enrol" and refused == 405), (name, method)
        answers = [world.ask(wanted, method, name, **keys).status_code for method in METHODS]
        assert any(answer not in (404, 405) for answer in answers), (name, answers)
    for name, kind in (("kiosk:code", "screen"), ("kiosk:number", "tablet")):
        assert world.ask(foreign[kind], "get", name).status_code == 404, name


def test_no_other_site_can_make_a_machine_act(world: World) -> None:
    _key, tablet = machine("tablet")
    cookie = tablet.cookies["onetrip_device"]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/kiosk/")
    address = reverse("kiosk:take_number")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert tablet.post(address, world.fields, headers=headers).status_code == 403


def test_an_own_address_opens_nobody_elses_thing(world: World) -> None:
    """The address is the stranger's own; only what it or the form names besides is not."""
    mine = world.town
    other_case = mine.case(world.stranger)
    own_call = case_services.ask_officer(
        case_id=other_case, citizen_id=world.stranger.pk, by=console.actor(world.stranger), at=clock.now()
    )
    stranger, lead = signed_in(world.stranger), signed_in(world.foreign_lead)
    assert world.ask(stranger, "get", "citizen:photo", consultation_id=own_call).status_code == 404
    desk, called = mine.other.desks[0].pk, world.ids["called"]
    before = booking.ticket(ticket_id=called)
    for verb in ("recall", "skip", "return", "serve", "outcome"):
        answer = world.ask(lead, "post", f"console:window_{verb}", desk_id=desk)
        # The number stands on the board of its hall, so that it exists is no secret: it is not at this window.
        assert answer.status_code in (404, 409, 422), verb
        assert booking.ticket(ticket_id=called) == before, verb
    for name, method in (("console:hall_check_in", "post"), ("console:hall_ticket", "get")):
        assert world.ask(lead, method, name, venue_code="hall-2").status_code == 404, name


@pytest.mark.parametrize(
    "verb", ["accept", "pass_on", "take", "message", "send_photo", "verdict", "conclude", "on_duty"]
)
def test_an_officer_cannot_act_in_a_colleagues_call(world: World, verb: str) -> None:
    lead, call = world.foreign_lead, world.ids["consultation_id"]
    consultations.go_on_duty(
        desk_id=world.foreign_post.pk, officer_id=lead.pk, by=console.actor(lead), at=clock.now()
    )
    before = calls.consultation(consultation_id=call, user_id=world.town.officer.pk)
    answer = world.ask(signed_in(lead), "post", f"console:post_{verb}")
    assert answer.status_code in (404, 409), verb
    assert calls.consultation(consultation_id=call, user_id=world.town.officer.pk) == before
