"""The outbox: written with the data, delivered over one way after the other, or listed as dead with the cause."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.domain.notifications import errors, flows, queries, rules, services
from onetrip.domain.notifications.models import DemoText, Failure, Message
from onetrip.domain.notifications.states import Channel
from onetrip.domain.notifications.views import Letter, Outcome, Quiet, Receipt, Route

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)  # ten in the morning in the city
PHONE, MAIL, READER = "13800138000", "li@example.org", "CITIZEN000000000"
BY = Actor("staff", "SUPERVISOR")
SMS, EMAIL, PAGE = Route("sms", PHONE), Route("email", MAIL), Route("inbox", READER)
ANSWERED = "consultations.answered"


class Provider:
    """A channel that answers what it is told to, and remembers what it got."""

    at_once = 100

    def __init__(self, *answers: str, cause: str = "silent") -> None:
        self.answers, self.cause = list(answers), cause
        self.got: list[Letter] = []
        self.asked: list[str] = []
        self.knows: dict[str, Outcome] = {}

    def send(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        self.got += letters
        return {
            letter.key: Outcome(
                self.answers.pop(0) if self.answers else "taken", self.cause, "code", "number"
            )
            for letter in letters
        }

    def look_up(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        self.asked += [letter.key for letter in letters]
        return {letter.key: self.knows[letter.key] for letter in letters if letter.key in self.knows}

    def close(self) -> None:
        pass


def queue(*routes: Route, template: str = ANSWERED, language: str = "zh-hans", **more: object) -> str | None:
    given = {
        "params": {"item": "丢失补领"}, "routes": routes or [SMS], "expires_at": AT + timedelta(hours=1), "at": AT,
    }  # fmt: skip
    return services.send(template=template, language=language, **{**given, **more})  # type: ignore[arg-type]


def code(**more: object) -> str | None:
    return queue(
        template="accounts.code",
        **{"params": {"code": "246810", "minutes": 5}, "expires_at": AT + timedelta(minutes=5), **more},
    )


def deliver(at: datetime = AT, **channels: Provider) -> int:
    makers: dict[str, Callable[[], Provider]] = {name: lambda one=one: one for name, one in channels.items()}
    return flows.deliver_due(now=lambda: at, gateways=makers or None)


def the_message() -> Message:
    return Message.objects.get()


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(status="todo", task_name="notifications.deliver_due"))


def test_a_message_and_its_job_exist_only_if_the_transaction_committed() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        code()
        raise RuntimeError
    assert (Message.objects.count(), jobs()) == (0, [])
    code()
    assert len(jobs()) == 1


def test_what_is_not_urgent_waits_for_the_next_look() -> None:
    queue()
    assert jobs() == [] and queries.due_count(at=AT) == 1


def test_addresses_and_values_are_sealed() -> None:
    code()
    with connection.cursor() as cursor:
        cursor.execute("SELECT routes, params, reader_hash FROM notifications_message")
        routes, params, hashed = cursor.fetchone()
    assert PHONE.encode() not in bytes(routes) and b"246810" not in bytes(params) and PHONE not in hashed


def test_delivery_reaches_the_phone_in_its_language_and_wipes_the_secret() -> None:
    code()
    code(language="en")
    assert deliver() == 2
    texts = [line.text for line in queries.demo_texts()]
    assert any("246810" in text and "验证码" in text for text in texts)
    assert any("246810 is your sign-in code" in text for text in texts)
    assert list(Message.objects.values_list("state", "params")) == [("sent", None)] * 2


def test_delivering_twice_sends_once() -> None:
    queue()
    assert [deliver(), deliver()] == [1, 0]
    assert (DemoText.objects.count(), the_message().attempts) == (1, 1)


def test_urgent_messages_go_first() -> None:
    queue()
    code()
    provider = Provider()
    deliver(sms=provider)
    assert [letter.template for letter in provider.got] == ["accounts.code", ANSWERED]


def test_an_outage_is_tried_again_with_longer_pauses_that_differ() -> None:
    queue()
    provider, at = Provider("later", "later", "later"), AT
    for attempt in (1, 2, 3):
        assert deliver(at, sms=provider) == 1
        row = the_message()
        assert 2**attempt <= (row.due_at - at).total_seconds() <= 2**attempt * 1.2
        assert (row.state, row.attempts, row.fault) == ("queued", attempt, "code")
        at = row.due_at
    deliver(at, sms=provider)
    assert (the_message().state, len(provider.got), provider.asked) == ("sent", 4, [])


def test_it_gives_up_in_the_end_and_counts_the_channel_once() -> None:
    queue(expires_at=AT + timedelta(days=1))
    provider, at = Provider(*["later"] * rules.ATTEMPTS), AT
    for _try in range(rules.ATTEMPTS):
        deliver(at, sms=provider)
        at = the_message().due_at
    assert (the_message().state, Failure.objects.count()) == ("failed", 1)
    assert deliver(AT + timedelta(hours=20), sms=provider) == 0


def test_what_one_way_refuses_goes_the_next() -> None:
    queue(SMS, EMAIL)
    sms, email = Provider("refused", cause="unwanted"), Provider()
    deliver(sms=sms, email=email)
    row = the_message()
    assert (row.state, row.channel, email.got[0].address) == ("sent", "email", MAIL)
    assert list(Failure.objects.values_list("channel", "cause")) == [("sms", "unwanted")]


def test_a_way_that_is_not_set_up_is_passed_over() -> None:
    queue(SMS, EMAIL)
    deliver(email=Provider())
    assert (the_message().channel, Failure.objects.get().cause) == ("email", "off")


def test_when_no_way_is_left_it_is_dead_and_says_why() -> None:
    queue(SMS, EMAIL)
    deliver(sms=Provider("refused", cause="no_address"), email=Provider("refused", cause="no_address"))
    (letter,) = queries.dead_letters()
    assert (letter.state, letter.cause, letter.channel, letter.address) == (
        "failed",
        "no_address",
        "email",
        "l***@example.org",
    )


def test_a_lost_answer_is_asked_for_and_nothing_is_sent_twice() -> None:
    key = queue()
    provider = Provider("unsure")
    deliver(sms=provider)
    assert the_message().unsure
    provider.knows[str(key)] = Outcome("taken", number="42")
    deliver(the_message().due_at, sms=provider)
    row = the_message()
    assert (row.state, row.provider_no, len(provider.got), provider.asked) == ("sent", "42", 1, [key])


def test_what_the_provider_does_not_know_is_sent_under_the_same_id() -> None:
    key = queue()
    provider = Provider("unsure")
    deliver(sms=provider)
    deliver(the_message().due_at, sms=provider)
    assert [letter.key for letter in provider.got] == [key, key]


def test_a_dead_workers_messages_are_taken_over_after_its_lease_and_asked_about_first() -> None:
    key = queue()
    services.claim(limit=10, at=AT)  # and then kill -9
    provider = Provider()
    assert deliver(AT + timedelta(seconds=10), sms=provider) == 0
    provider.knows[str(key)] = Outcome("taken")
    assert deliver(AT + rules.LEASE, sms=provider) == 1
    assert (provider.got, provider.asked, the_message().state) == ([], [key], "sent")


def test_a_worker_that_comes_back_from_the_dead_does_not_undo_the_next_ones_work() -> None:
    queue()
    (mine,) = services.claim(limit=1, at=AT)
    later = AT + rules.LEASE
    assert services.claim(limit=1, at=later)
    stale = rules.next_step(
        Outcome("later"), tries=1, has_next=False, expires_at=mine.expires_at, at=later, chance=0
    )
    services.write_down(written=[services.Written(mine, stale, "", "", "")], at=later)
    assert the_message().state == "sending"


def test_two_workers_never_hold_the_same_message() -> None:
    for _number in range(5):
        queue()
    first, second = services.claim(limit=3, at=AT), services.claim(limit=3, at=AT)
    assert len(first) == 3 and len(second) == 2 and not {m.id for m in first} & {m.id for m in second}


def test_too_late_is_not_sent() -> None:
    code()
    provider = Provider()
    assert deliver(AT + timedelta(minutes=5), sms=provider) == 0
    row = the_message()
    assert (row.state, row.cause, row.params, provider.got) == ("expired", "late", None, [])
    assert Failure.objects.get().cause == "late"


def test_too_late_for_a_second_try_goes_the_next_way_at_once() -> None:
    queue(SMS, EMAIL, expires_at=AT + timedelta(seconds=1))
    deliver(sms=Provider("later"), email=Provider())
    assert the_message().channel == "email"


def test_what_may_be_out_is_asked_about_even_when_it_is_too_late_and_never_sent_then() -> None:
    key = queue(expires_at=AT + timedelta(seconds=1))
    provider = Provider("unsure")
    deliver(sms=provider)
    provider.knows[str(key)] = Outcome("taken")
    deliver(AT + timedelta(minutes=1), sms=provider)
    assert (the_message().state, len(provider.got)) == ("sent", 1)
    Message.objects.update(state="queued", settled_at=None, unsure=True, due_at=AT)
    provider.knows.clear()
    deliver(AT + timedelta(minutes=2), sms=provider)
    assert (the_message().state, len(provider.got)) == ("expired", 1)


def test_the_same_thing_is_said_once() -> None:
    assert queue(dedupe="reminder:A") is not None
    assert queue(dedupe="reminder:A") is None
    assert Message.objects.count() == 1


def test_what_is_no_longer_so_is_taken_back_unless_it_may_be_out() -> None:
    queue(SMS, PAGE, about="appointment:A")
    queue(about="appointment:B")
    assert services.withdraw(about="appointment:A", at=AT) == 1
    provider = Provider()
    deliver(sms=provider)
    assert len(provider.got) == 1 and queries.inbox_of(READER, at=AT) == []
    assert services.withdraw(about="appointment:B", at=AT) == 0


NIGHT = datetime(2026, 7, 1, 15, 30, tzinfo=UTC)  # half past eleven in the city
QUIET = Quiet(time(22), time(7))


def test_at_night_only_urgent_messages_go_out() -> None:
    queue(SMS, PAGE, at=NIGHT, quiet=QUIET, expires_at=NIGHT + timedelta(days=1))
    code(at=NIGHT, quiet=QUIET, expires_at=NIGHT + timedelta(minutes=5))
    provider = Provider()
    deliver(NIGHT, sms=provider)
    assert [letter.template for letter in provider.got] == ["accounts.code"]
    assert len(queries.inbox_of(READER, at=NIGHT)) == 1  # the page disturbs nobody
    deliver(NIGHT + timedelta(hours=7, minutes=30), sms=provider)
    assert len(provider.got) == 2


@pytest.mark.parametrize(
    ("now", "since", "until", "wait_h"),
    [(22, 22, 7, 9), (6, 22, 7, 1), (7, 22, 7, 0), (12, 22, 7, 0), (13, 12, 14, 1), (14, 12, 14, 0), (3, 5, 5, 0)],
)  # fmt: skip
def test_quiet_hours(now: int, since: int, until: int, wait_h: int) -> None:
    at = AT.replace(hour=0) + timedelta(hours=now - 8)
    quiet = Quiet(time(since), time(until))
    assert rules.after_quiet(at=at, quiet=quiet) - at == timedelta(hours=wait_h)


def test_pauses_grow_to_ten_minutes_and_spread_by_a_fifth() -> None:
    pauses = [rules.pause_after(attempt, chance=0).total_seconds() for attempt in range(1, 12)]
    assert pauses[:4] == [2, 4, 8, 16] and pauses[-1] == 600
    assert rules.pause_after(11, chance=1).total_seconds() == 720


def test_the_inbox_is_delivered_by_the_commit_and_read_once() -> None:
    queue(PAGE, target="case:ABC")
    assert (the_message().state, deliver()) == ("arrived", 0)
    (line,) = queries.inbox_of(READER, at=AT)
    assert (line.title, line.is_new, line.target) == (
        "民警已答复",
        True,
        "case:ABC",
    ) and "丢失补领" in line.text
    assert (queries.inbox_of("DEF", at=AT), queries.unread_count(READER)) == ([], 1)
    assert [services.mark_read(address=READER, at=AT) for _time in range(2)] == [1, 0]
    assert not queries.inbox_of(READER, at=AT)[0].is_new


def test_a_secret_stands_on_no_page() -> None:
    code(routes=[SMS, PAGE])
    assert queries.inbox_of(READER, at=AT) == []


def test_following_the_short_link_counts_once() -> None:
    queue(SMS, target="case:ABC")
    provider = Provider()
    deliver(sms=provider)
    token = provider.got[0].link.rpartition("/")[2]
    assert provider.got[0].text.endswith(provider.got[0].link)
    assert services.note_opened(token=token, at=AT) == "case:ABC"
    services.note_opened(token=token, at=AT + timedelta(hours=1))
    assert the_message().opened_at == AT
    assert services.note_opened(token="nobody's", at=AT) is None


def test_receipts_move_a_message_once_and_a_lost_one_goes_the_next_way() -> None:
    first, second = queue(), queue(SMS, EMAIL)
    deliver(sms=Provider())
    receipts = [Receipt(str(first), "", AT), Receipt(str(second), "no_address", AT), Receipt("X", "", AT)]
    assert services.note_receipts(channel="sms", receipts=receipts, at=AT) == 2
    assert services.note_receipts(channel="sms", receipts=receipts, at=AT) == 0
    assert Message.objects.get(public_id=first).state == "arrived"
    email = Provider()
    deliver(email=email)
    assert [letter.key for letter in email.got] == [second]


def test_a_receipt_may_overtake_the_workers_note() -> None:
    queue()
    (mine,) = services.claim(limit=1, at=AT)
    services.note_receipts(channel="sms", receipts=[Receipt(mine.public_id, "", AT)], at=AT)
    step = rules.next_step(
        Outcome("taken"), tries=1, has_next=False, expires_at=mine.expires_at, at=AT, chance=0
    )
    services.write_down(written=[services.Written(mine, step, "", "", "7")], at=AT)
    assert the_message().state == "arrived"


def test_the_figures_of_a_day() -> None:
    keys = [queue(SMS, target="case:A") for _number in range(3)]
    queue(SMS)
    deliver(sms=Provider("taken", "taken", "taken", "refused", cause="rejected"))
    services.note_receipts(channel="sms", receipts=[Receipt(str(keys[0]), "", AT)], at=AT)
    services.note_opened(token=str(Message.objects.get(public_id=keys[0]).link_token), at=AT)
    day = queries.figures_of(AT.date())
    (line,) = day.channels
    assert (line.made, line.sent, line.arrived, line.opened, line.dead) == (4, 3, 1, 1, 1)
    assert [(one.channel, one.cause, one.count) for one in day.causes] == [("sms", "rejected", 1)]


def test_a_dead_letter_gets_another_life_and_that_is_written_down() -> None:
    key = str(queue())
    deliver(sms=Provider("refused", cause="rejected"))
    later = AT + timedelta(hours=3)
    services.resend(public_id=key, by=BY, at=later)
    deliver(later, sms=Provider())
    assert the_message().state == "sent"
    assert AuditEntry.objects.filter(verb="message.resend", subject=f"message:{key}").count() == 1


def test_a_code_that_was_wiped_cannot_be_sent_again() -> None:
    key = str(code())
    deliver(sms=Provider("refused", cause="rejected"))
    with pytest.raises(errors.NotResendable):
        services.resend(public_id=key, by=BY, at=AT)


def test_messages_are_forgotten_after_ninety_days() -> None:
    queue()
    deliver()
    assert services.forget_old(at=AT + timedelta(days=89)) == 0
    assert services.forget_old(at=AT + timedelta(days=91)) == 1


def test_mistakes_of_the_calling_code_are_loud() -> None:
    with pytest.raises(errors.TemplateUnknown):
        queue(template="no.such")
    with pytest.raises(errors.ChannelUnknown):
        queue(Route("pigeon", "roof"))
    with pytest.raises(KeyError):
        queue(params={})
    with pytest.raises(ValueError, match="address"):
        services.send(template=ANSWERED, params={"item": "x"}, language="en", routes=[], expires_at=AT, at=AT)
    with pytest.raises(NotFound):
        queries.fate_of("NOPE")


@override_settings(DEMO=False, SMS_URL="")
def test_production_without_a_provider_says_so_and_goes_the_next_way() -> None:
    with pytest.raises(ImproperlyConfigured):
        flows.sms_gateway()
    assert queries.demo_texts() == []
    queue(SMS, EMAIL)
    email = Provider()
    flows.deliver_due(now=lambda: AT, gateways={**flows.GATEWAYS, Channel.EMAIL: lambda: email})
    assert len(email.got) == 1


def test_the_routes_of_an_old_message_are_as_it_was_written() -> None:
    queue(SMS, EMAIL)
    assert json.loads(the_message().routes) == [["sms", PHONE], ["email", MAIL]]
