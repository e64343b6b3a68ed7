"""Reception and hotline book for people: found or made, the counter's own places, told, noted with who and where."""

import json
from datetime import timedelta

import pytest

from onetrip.core import clock
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts.models import User
from onetrip.domain.accounts.states import Role
from onetrip.domain.booking.models import Appointment, Mark, Slot
from onetrip.domain.cases import queries as cases
from onetrip.domain.cases import services
from onetrip.domain.cases.queries import Counter
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.notifications.models import Message
from tests.faces.console.conftest import Town, actor, answers_for
from tests.people import a_citizen, a_staff_member, signed_in

IDENTITY = "11010519491231002X"


@pytest.fixture
def operator(town: Town) -> User:
    return a_staff_member(Role("operator"), name="热线员")


def slots(town: Town, count: int, **more: int) -> list[Slot]:
    begin = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    found = []
    for number in range(count):
        slot = town.hall.slot(starts_at=begin + timedelta(minutes=15 * number))
        Slot.objects.filter(pk=slot.pk).update(day=clock.city_day(slot.starts_at), capacity=2, **more)
        found.append(slot)
    return found


def find(browser, desk: str, **asked: str):
    return browser.post(f"/console/counter/{desk}/", asked)


def an_errand(browser, town: Town, page: str) -> str:
    answers = {f"a_{key}": value for key, value in answers_for(town.item_code).items()}
    begun = browser.post(f"{page}items/{town.item_code}/", answers)
    assert begun.status_code == 302, begun.content.decode()[:500]
    return begun.url


def booked_by(browser, town: Town, page: str, slot: Slot) -> str:
    errand = an_errand(browser, town, page)
    held = browser.post(f"{errand}take/", {"slot": slot.public_id, "venue": "hall-1"})
    assert held.status_code == 302
    browser.post(f"{errand}settle/", {"verb": "confirm"})
    return errand


def test_somebody_without_a_phone_is_booked_at_the_reception(town: Town) -> None:
    (slot,) = slots(town, 1, kept_hall=2)  # nothing is left for phones
    browser = town.browser("officer")
    page = find(browser, "hall-1", name="孙 奶奶", identity=IDENTITY).url
    assert "孙" in browser.get(page).content.decode()
    errand = booked_by(browser, town, page, slot)

    made = Appointment.objects.get()
    assert (made.state, made.channel, made.visitor_name) == ("booked", "hall", "孙 奶奶")
    slot.refresh_from_db()
    assert (slot.taken, slot.taken_hall) == (1, 1)
    shown = browser.get(errand).content.decode()
    assert made.arrival_code in shown
    assert "身份证" in shown  # what to bring, to be printed

    person = User.objects.get(pk=made.citizen_id)
    assert (person.phone, IDENTITY in person.phone_hash) == (None, False)
    again = find(browser, "hall-1", name="孙奶奶", identity=IDENTITY.lower()).url
    assert booked_person(browser.get(again)) == person.public_id
    assert not Message.objects.filter(template="cases.booked_for_you").exists()
    noted = AuditEntry.objects.filter(verb__startswith="counter.", actor_id=town.officer.public_id)
    assert sorted(noted.values_list("verb", flat=True)) == ["counter.confirm", "counter.hold", "counter.open"]
    assert {entry.detail["channel"] for entry in noted} == {"hall"}
    assert {entry.detail["venue"] for entry in noted} == {"hall-1"}


def test_somebody_known_by_card_is_given_a_phone(town: Town, operator: User) -> None:
    browser = town.browser("officer")
    page = find(browser, "hall-1", name="孙奶奶", identity=IDENTITY).url
    an_errand(browser, town, page)
    assert f"{page}phone/" in browser.get(page).content.decode()
    assert browser.get(f"{page}phone/").status_code == 200
    sent = browser.post(f"{page}phone/", {"phone": "13955556666"})
    wrong = browser.post(f"{page}phone/", {"phone": "13955556666", "code": "no"})
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.content.decode()
    said = {"phone": "13955556666", "code": sent.context["demo_code"]}
    given = browser.post(f"{page}phone/", said, follow=True)
    assert "139****6666" in given.content.decode() and "已绑定手机" in given.content.decode()
    person = User.objects.get(kind="citizen", name="孙奶奶")
    assert booked_person(browser.get(given.redirect_chain[-1][0])) == person.public_id
    assert len(signed_in(person).get("/cases/").context["open"]) == 1
    assert browser.get(f"{page}phone/").status_code == 302  # it has one now
    caller = find(signed_in(operator), "hotline", name="马奶奶", identity="440524188001010014").url
    assert signed_in(operator).get(f"{caller}phone/").status_code == 404  # who calls shows no card


def booked_person(answer) -> str:
    return answer.context["found"].card.public_id


def test_a_caller_is_booked_moved_and_cancelled_by_the_hotline(town: Town, operator: User) -> None:
    first, second = slots(town, 2, kept_hotline=1, kept_hall=1)
    browser, citizen = signed_in(operator), a_citizen(phone="13911112222", name="马先生")
    page = find(browser, "hotline", name="马先生", phone="139 1111 2222").url
    errand = booked_by(browser, town, page, first)
    made = Appointment.objects.get(citizen=citizen)
    assert (made.channel, made.slot_id) == ("hotline", first.pk)
    told = Message.objects.get(template="cases.booked_for_you")
    assert told is not None

    assert "move=1" in browser.get(errand).content.decode()
    assert browser.get(f"{errand}?move=1").status_code == 200
    browser.post(f"{errand}take/", {"slot": second.public_id, "move": "1"})
    made.refresh_from_db()
    assert made.slot_id == second.pk
    counts = Slot.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert list(counts.values_list("taken", "taken_hotline")) == [(0, 0), (1, 1)]

    browser.post(f"{errand}settle/", {"verb": "cancel"})
    made.refresh_from_db()
    assert made.state == "cancelled"
    case = cases.cases_of(citizen_id=citizen.pk)[0]
    assert case.state == "preparing"
    verbs = AuditEntry.objects.filter(actor_id=operator.public_id, verb__startswith="counter.")
    assert set(verbs.values_list("verb", flat=True)) == {
        "counter.open", "counter.hold", "counter.confirm", "counter.reschedule", "counter.cancel",
    }  # fmt: skip


def test_each_counter_has_its_own_places_and_says_so_when_they_are_gone(town: Town, operator: User) -> None:
    (slot,) = slots(town, 1, kept_hall=2)
    reception, hotline = town.browser("officer"), signed_in(operator)
    page = find(hotline, "hotline", name="马先生", phone="13911112222").url
    errand = an_errand(hotline, town, page)
    refused = hotline.post(f"{errand}take/", {"slot": slot.public_id, "venue": "hall-1"}, follow=True)
    assert not Appointment.objects.exists()
    assert refused.context["slots"] == []
    own = an_errand(reception, town, find(reception, "hall-1", name="孙奶奶", identity=IDENTITY).url)
    times = reception.get(own).context
    assert [found.id for found in times["slots"]] == [slot.public_id]
    assert times["venues"][0].code == "hall-1"  # one's own hall stands first


def test_a_family_takes_a_longer_time(town: Town) -> None:
    slots(town, 6)
    browser = town.browser("officer")
    errand = an_errand(browser, town, find(browser, "hall-1", name="孙奶奶", identity=IDENTITY).url)
    alone, four = (browser.get(errand, {"persons": persons}).context["slots"] for persons in "14")
    assert len(four) < len(alone)
    browser.post(f"{errand}take/", {"slot": four[0].id, "persons": "4"})
    assert Appointment.objects.get().units > 1


def another(browser, page: str) -> str:
    """Begin a second errand of the same person that is free of charge and done by the same windows."""
    code = next(card.code for card in catalog.search("驾驶证遗失补证"))
    answers = {f"a_{key}": value for key, value in answers_for(code).items()}
    return browser.post(f"{page}items/{code}/", answers).url


def test_several_matters_in_one_visit(town: Town) -> None:
    row = slots(town, 4, kept_hall=2)
    browser = town.browser("officer")
    page = find(browser, "hall-1", name="马先生", phone="13911112222").url
    first, second = an_errand(browser, town, page), another(browser, page)
    along = second.rstrip("/").rpartition("/")[2]
    shown = browser.get(first, {"with": along})
    assert [other.id for other in shown.context["plan"].others] == [along]
    assert len(shown.context["slots"]) == 3 and f'value="{along}" checked' in shown.content.decode()
    browser.post(f"{first}take/", {"slot": row[1].public_id, "venue": "hall-1", "with": along})
    held = Appointment.objects.order_by("slot__starts_at")
    assert list(held.values_list("slot_id", "state", "channel")) == [
        (row[1].pk, "held", "hall"), (row[2].pk, "held", "hall"),
    ]  # fmt: skip
    browser.post(f"{first}settle/", {"verb": "cancel"})  # another time: nothing of it stays behind
    assert not Slot.objects.filter(taken__gt=0).exists()

    browser.post(f"{first}take/", {"slot": row[0].public_id, "venue": "hall-1", "with": along})
    browser.post(f"{first}settle/", {"verb": "confirm"})
    booked = Appointment.objects.filter(state="booked").order_by("slot__starts_at")
    assert len({one.visit_id for one in booked}) == 1 and len(booked) == 2
    page_of_it = browser.get(first)
    assert [item for _when, item in page_of_it.context["along"]] == [booked[1].item_name]
    assert booked[1].item_name in page_of_it.content.decode()
    told = Message.objects.get(template="cases.booked_for_you")
    assert json.loads(told.params)["item"] == " + ".join(one.item_name for one in booked)
    noted = AuditEntry.objects.filter(verb="counter.confirm")
    assert len({entry.subject for entry in noted}) == 2

    browser.post(f"{second}take/", {"slot": row[2].public_id, "move": "1"})  # the whole visit moves
    assert list(booked.values_list("slot_id", flat=True)) == [row[2].pk, row[3].pk]
    browser.post(f"{second}settle/", {"verb": "cancel"})  # and one of them is given up alone
    assert [one.item_code for one in booked.all()] == [town.item_code]


def test_whoever_was_not_fast_enough_is_offered_the_nearest(town: Town) -> None:
    row = slots(town, 6, kept_hall=2)
    browser = town.browser("officer")
    page = find(browser, "hall-1", name="马先生", phone="13911112222").url
    first, along = an_errand(browser, town, page), another(browser, page).rstrip("/").rpartition("/")[2]
    Slot.objects.filter(pk=row[2].pk).update(taken=2)
    wish = {"slot": row[1].public_id, "venue": "hall-1", "with": along}
    refused = browser.post(f"{first}take/", wish, follow=True)
    assert not Appointment.objects.exists()
    assert [place.slot_id for place in refused.context["nearest"]] == [
        row[n].public_id for n in (0, 3, 4)
    ]  # fmt: skip
    shown = refused.content.decode()
    assert "离您想要的时段最近" in shown and f'name="with" value="{along}"' in shown
    alone = browser.post(f"{first}take/", {"slot": row[2].public_id, "venue": "hall-1"}, follow=True)
    assert [place.slot_id for place in alone.context["nearest"]] == [row[n].public_id for n in (1, 3, 0)]


def test_somebody_elses_errand_is_not_taken_along(town: Town) -> None:
    row = slots(town, 2)
    browser = town.browser("officer")
    errand = an_errand(browser, town, find(browser, "hall-1", name="马先生", phone="13911112222").url)
    wish = {"slot": row[0].public_id, "venue": "hall-1", "with": town.case(a_citizen(name="别人"))}
    assert browser.post(f"{errand}take/", wish).status_code == 404
    assert not Appointment.objects.exists()


def test_late_is_late_whoever_types_it(town: Town) -> None:
    case_id, _code = town.booked()
    page = find(town.browser("officer"), "hall-1", name="王芳", phone=town.citizen.phone).url
    browser = town.browser("officer")
    browser.post(f"{page}errands/{case_id}/settle/", {"verb": "cancel"})
    assert Mark.objects.get().kind == "late_cancel"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"name": "马先生"}, 422),
        ({"name": "马先生", "phone": "13911112222", "identity": IDENTITY}, 422),
        ({"name": "马先生", "phone": "1234"}, 422),
        ({"name": "马先生", "identity": "110105194912310021"}, 422),
        ({"name": "", "phone": "13911112222"}, 422),
        ({"name": "牛先生", "phone": "13911112222"}, 409),
    ],
)
def test_nobody_is_found_by_half(town: Town, asked: dict[str, str], status: int) -> None:
    a_citizen(phone="13911112222", name="马先生")
    before = User.objects.count()
    answer = find(town.browser("officer"), "hall-1", **asked)
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()
    assert User.objects.count() == before


def test_an_address_opens_nothing_for_others(town: Town, operator: User) -> None:
    found = find(town.browser("officer"), "hall-1", name="马先生", phone="13911112222").url
    assert town.browser("officer").get(found).status_code == 200
    colleague = a_staff_member(Role("officer", "hall-1"), name="同事")
    assert signed_in(colleague).get(found).status_code == 404
    assert signed_in(operator).get(found.replace("hall-1", "hotline")).status_code == 404
    stranger = town.case(a_citizen(name="别人"))
    assert town.browser("officer").get(f"{found}errands/{stranger}/").status_code == 404


def test_the_domain_asks_for_the_role_itself(town: Town, operator: User) -> None:
    from onetrip.core.errors import NotAllowed

    at = clock.now()
    for counter, who in (
        (Counter("hall-2"), town.officer),
        (Counter(None), town.officer),
        (Counter("hall-1"), operator),
    ):
        with pytest.raises(NotAllowed):
            services.find_person(counter=counter, name="马先生", phone="13911112222", by=actor(who), at=at)


def test_what_is_read_is_written_down(town: Town) -> None:
    page = find(town.browser("officer"), "hall-1", name="王芳", phone=town.citizen.phone).url
    case_id = town.case()
    browser = town.browser("officer")
    browser.get(page)
    browser.get(f"{page}errands/{case_id}/")
    looks = AuditEntry.objects.filter(actor_id=town.officer.public_id).values_list("verb", "subject")
    assert ("citizen.read", f"user:{town.citizen.public_id}") in looks
    assert ("case.read", f"case:{case_id}") in looks
