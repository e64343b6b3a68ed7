"""The pages of messages: a citizen's inbox and wishes, the short link, the editors' texts, the supervisors' figures."""

from datetime import time, timedelta

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from onetrip.core import clock
from onetrip.core.models import AuditEntry
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.accounts.states import Role
from onetrip.domain.notifications import flows, services
from onetrip.domain.notifications.models import Message
from onetrip.domain.notifications.views import Route
from tests.people import a_citizen, a_staff_member, signed_in

pytestmark = pytest.mark.django_db
KEY = "consultations.answered"


def tell(reader: str, *, phone: str = "13800138000", target: str = "") -> Message:
    key = services.send(
        template=KEY, params={"item": "丢失补领"}, language="zh-hans", target=target,
        routes=[Route("sms", phone), Route("inbox", reader)],
        expires_at=clock.now() + timedelta(hours=1), at=clock.now(),
    )  # fmt: skip
    return Message.objects.get(public_id=key)


def test_the_inbox_shows_ones_own_messages_once_as_new() -> None:
    me, other = a_citizen(), a_citizen()
    tell(me.public_id, target="case:ABC")
    browser = signed_in(me)
    page = browser.get("/messages/").content.decode()
    assert (
        "丢失补领" in page
        and 'href="/cases/ABC/"' in page
        and ">新<" in page.replace("\n", "").replace(" ", "")
    )
    assert ">新<" not in browser.get("/messages/").content.decode().replace("\n", "").replace(" ", "")
    assert "丢失补领" not in signed_in(other).get("/messages/").content.decode()
    assert Client().get("/messages/").status_code == 302


def test_thirty_messages_cost_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    me = a_citizen()
    browser = signed_in(me)
    tell(me.public_id, target="appointment:A0")
    browser.get("/messages/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as once:
        browser.get("/messages/")
    for number in range(29):
        tell(me.public_id, target=f"appointment:A{number}")
    with django_assert_num_queries(len(once)):
        browser.get("/messages/")


def test_the_short_link_leads_on_and_counts_and_an_unknown_one_leads_nowhere() -> None:
    row = tell(a_citizen().public_id, target="consultation:CALL0")
    answer = Client().get(f"/m/{row.link_token}")
    assert (answer.status_code, answer.url) == (302, "/calls/CALL0/")
    row.refresh_from_db()
    assert row.opened_at is not None
    assert Client().get("/m/nobodys").status_code == 404


def test_wishes_are_kept_and_nonsense_is_not() -> None:
    me = a_citizen()
    browser = signed_in(me)
    assert browser.get("/me/messages/").status_code == 200
    form = {
        "place_1": "email",
        "place_2": "sms",
        "place_3": "",
        "quiet_since": "21:00",
        "quiet_until": "08:30",
    }
    browser.post("/me/messages/", form)
    mine = accounts.message_wishes_of(me.pk)
    assert (mine.channels, mine.quiet.until) == (["email", "sms"], time(8, 30))
    for wrong in ({"place_1": "pigeon"}, {"quiet_since": "x"}):
        browser.post("/me/messages/", {**form, **wrong})
        assert accounts.message_wishes_of(me.pk) == mine


@override_settings(EMAIL_HOST="127.0.0.1")
def test_an_address_counts_once_its_link_was_opened_and_confirmed() -> None:
    import json

    me = a_citizen()
    browser = signed_in(me)
    browser.post("/me/messages/email", {"email": "li@example.org"})
    params = json.loads(Message.objects.get(template="accounts.email").params or "")
    place = "/" + params["address"].split("/", 3)[3]
    assert browser.get(place).status_code == 200
    assert accounts.message_wishes_of(me.pk).masked_email == ""
    browser.post(place)
    assert accounts.message_wishes_of(me.pk).masked_email == "l***@example.org"
    browser.post("/me/messages/email", {"verb": "forget"})
    assert accounts.message_wishes_of(me.pk).masked_email == ""


def test_supervisors_see_figures_and_dead_letters_and_send_again() -> None:
    supervisor = a_staff_member(Role("supervisor"), name="督")
    row = tell(a_citizen().public_id, phone="12345")
    flows.deliver_due(now=clock.now)
    browser = signed_in(supervisor)
    page = browser.get("/console/outbox/").content.decode()
    assert KEY in page and "****" in page and "12345" not in page and "丢失补领" not in page
    browser.post("/console/outbox/", {"message": row.public_id})
    row.refresh_from_db()
    assert row.state == "queued" and AuditEntry.objects.filter(verb="message.resend").count() == 1
    assert browser.post("/console/outbox/", {"message": "NOBODYS"}).status_code == 404
    assert (
        signed_in(a_staff_member(Role("lead", "v"), name="主任")).get("/console/outbox/").status_code == 404
    )


def test_editors_preview_and_publish_and_nothing_typed_is_lost() -> None:
    browser = signed_in(a_staff_member(Role("editor"), name="编"))
    assert KEY in browser.get("/console/wordings/").content.decode()
    place = f"/console/wordings/{KEY}/"
    form = {
        "title_zh-hans": "已答复", "title_en": "Answered", "text_zh-hans": "{item} 已有答复 {link}",
        "text_en": "{item}: answered", "form": "", "fields": "thing1={item}", "after": "0",
    }  # fmt: skip
    assert browser.get(place).status_code == 200
    page = browser.post(place, {**form, "verb": "preview"}).content.decode()
    assert "驾驶证遗失补证 已有答复" in page
    wrong = browser.post(place, {**form, "text_en": "{item} {who}", "verb": "publish"}).content.decode()
    assert "{item} {who}" in wrong and "who" in wrong and 'aria-invalid="true"' in wrong
    assert browser.post(place, {**form, "verb": "publish"}).status_code == 302
    assert browser.post(place, {**form, "verb": "publish"}).status_code == 200  # somebody was faster: say so
    assert "thing1={item}" in browser.get(place, {"version": "1"}).content.decode()
    assert browser.get("/console/wordings/no.such/").status_code == 404
