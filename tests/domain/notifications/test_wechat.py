"""Messages by WeChat, against a WeChat of our own; who does not want them there gets them by the next way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from onetrip.core.audit import Actor
from onetrip.core.events import publish
from onetrip.domain.notifications import flows, services
from onetrip.domain.notifications.models import Failure, Message
from onetrip.domain.notifications.views import Route
from onetrip.domain.wechat.events import MessageReported
from onetrip.domain.wechat.flows.account import api
from tests.fake_wechat import FakeWeChat, fake_wechat, talking_with

pytestmark = pytest.mark.django_db
FORM = "Tn3B7Qe0K5yR2fXw"
KIND = "consultations.answered"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeWeChat]:
    with fake_wechat(folder=tmp_path_factory.mktemp("wechat")) as found:
        yield found


@pytest.fixture
def wechat(platform: FakeWeChat) -> Iterator[FakeWeChat]:
    with talking_with(platform):
        publish_form(FORM)
        yield platform


def publish_form(form: str) -> None:
    titles, texts = {"zh-hans": "已答复", "en": "Answered"}, {"zh-hans": "{item}{link}", "en": "{item}"}
    services.publish_wording(
        template=KIND, titles=titles, texts=texts, form=form, fields={"thing1": "{item}"}, after=0,
        by=Actor("staff", "EDITOR"), at=now(),
    )  # fmt: skip


def now() -> datetime:
    return datetime.now(UTC)


def queued(openid: str) -> Message:
    key = services.send(
        template=KIND,
        params={"item": "丢失补领"},
        language="zh-hans",
        routes=[Route("wechat", openid), Route("sms", "13800138000")],
        target="case:ABC",
        expires_at=now() + timedelta(hours=1),
        at=now(),
    )
    return Message.objects.get(public_id=key)


def delivered(openid: str) -> Message:
    row = queued(openid)
    flows.deliver_due(now=now)
    row.refresh_from_db()
    return row


def a_follower(wechat: FakeWeChat) -> str:
    openid = wechat.person()
    wechat.act(openid, "follow")
    return openid


def test_a_follower_gets_the_form_filled_in_with_the_short_link(wechat: FakeWeChat) -> None:
    openid = a_follower(wechat)
    row = delivered(openid)
    assert (row.state, row.channel) == ("sent", "wechat") and row.provider_no
    shown = [line for line in wechat.lines(openid) if line["kind"] == "template"][-1]["content"]
    assert shown["fields"] == {"thing1": "丢失补领"} and shown["url"].endswith(f"/m/{row.link_token}")


def test_what_wechat_reports_later_moves_it(wechat: FakeWeChat) -> None:
    openid = a_follower(wechat)
    first, second = delivered(openid), delivered(openid)
    with transaction.atomic():
        publish(MessageReported(message_id=first.provider_no, status="success", at=now()))
        publish(MessageReported(message_id=second.provider_no, status="failed:user block", at=now()))
        publish(MessageReported(message_id="", status="success", at=now()))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.channel) == ("arrived", "queued", "sms")
    assert list(Failure.objects.values_list("channel", "cause")) == [("wechat", "unwanted")]


def test_who_does_not_follow_gets_a_text_message(wechat: FakeWeChat) -> None:
    openid = wechat.person(1)
    wechat.act(openid, "unfollow")
    row = delivered(openid)
    assert (row.state, row.channel) == ("sent", "sms")
    failure = Failure.objects.get()
    assert (failure.channel, failure.cause) == ("wechat", "unwanted")


def test_a_subscription_message_needs_a_permission_each_time(wechat: FakeWeChat) -> None:
    openid = a_follower(wechat)
    services.publish_wording(
        template=KIND, titles={"zh-hans": "已答复", "en": "Answered"}, texts={"zh-hans": "{item}", "en": "{item}"},
        form=f"sub:{FORM}", fields={"thing1": "{item}"}, after=1, by=Actor("staff", "EDITOR"), at=now(),
    )  # fmt: skip
    wechat.control("permit", openid=openid, template=FORM, times=1)
    assert delivered(openid).channel == "wechat"
    assert delivered(openid).channel == "sms"  # 43101


def test_a_token_that_died_is_renewed_on_the_way(wechat: FakeWeChat) -> None:
    openid = a_follower(wechat)
    assert delivered(openid).channel == "wechat"
    wechat.control("expire", forget=True)
    row = delivered(openid)
    assert (row.state, row.channel) == ("sent", "wechat")


def test_a_lost_answer_is_asked_for_again_and_shown_once(
    wechat: FakeWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    openid = a_follower(wechat)
    delivered(openid)
    before = len(wechat.lines(openid))
    monkeypatch.setattr(type(api()), "ask", _then_lost(type(api()).ask))
    row = delivered(openid)
    assert (row.state, row.unsure) == ("queued", True)
    monkeypatch.undo()
    Message.objects.update(due_at=now())
    flows.deliver_due(now=now)
    row.refresh_from_db()
    assert (row.state, row.channel) == ("sent", "wechat")
    assert len(wechat.lines(openid)) == before + 1


def _then_lost(ask: object) -> object:
    from onetrip.domain.wechat.gateways import Unreachable

    def lose(self: object, path: str, **rest: object) -> object:
        answer = ask(self, path, **rest)  # type: ignore[operator]
        if path.endswith("/send"):
            raise Unreachable("the answer is lost")
        return answer

    return lose


def test_after_ten_minutes_wechat_does_not_know_its_ids_and_the_next_way_is_taken(wechat: FakeWeChat) -> None:
    row = queued(a_follower(wechat))
    Message.objects.update(unsure=True, first_tried_at=now() - timedelta(minutes=10))
    flows.deliver_due(now=now)
    row.refresh_from_db()
    assert (row.channel, Failure.objects.get().cause) == ("sms", "unsure")


def test_when_wechat_takes_no_more_it_waits(wechat: FakeWeChat) -> None:
    openid = a_follower(wechat)
    wechat.control("behaviour", quota={"/cgi-bin/message/template/send": 0})
    row = delivered(openid)
    assert (row.state, row.cause) == ("queued", "limit")


def test_without_an_account_or_a_form_the_next_way_is_taken(wechat: FakeWeChat) -> None:
    Message.objects.all().delete()
    row = services.send(
        template="booking.moved_by_venue", params={"item": "x", "venue": "v", "when": "w"}, language="en",
        routes=[Route("wechat", "o1"), Route("sms", "13800138000")], expires_at=now() + timedelta(hours=1), at=now(),
    )  # fmt: skip
    flows.deliver_due(now=now)
    assert Message.objects.get(public_id=row).channel == "sms"
