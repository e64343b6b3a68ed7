"""Delivering: claim, call outside, write down. No lock is held while a provider thinks."""

import hmac
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onetrip.core import limits
from onetrip.core.errors import Refusal
from onetrip.domain.notifications import queries, rules, services
from onetrip.domain.notifications.errors import ReceiptForged
from onetrip.domain.notifications.gateways import DemoSms, Gateway, HttpSms, Mail, WeChat, signature_of
from onetrip.domain.notifications.services import Claimed, Written
from onetrip.domain.notifications.states import Cause, Channel
from onetrip.domain.notifications.views import Letter, Outcome, Receipt

log = logging.getLogger(__name__)
BATCH = 200
# A job delivers for so long before it lets others have its place in the worker.
SPELL = timedelta(seconds=20)
# No call is begun that might end after the lease: another worker would be sending the same letters.
_LONGEST_CALL = timedelta(seconds=12)
# How old a signed receipt may be, and how many refused ones of a source are written down in a minute.
RECEIPT_WINDOW = timedelta(minutes=5)
REFUSALS_A_MINUTE = 60
Gateways = dict[str, Callable[[], Gateway]]


def sms_gateway() -> Gateway:
    """Return the configured provider. Raises ImproperlyConfigured in production without one."""
    if settings.SMS_URL:
        return HttpSms(url=settings.SMS_URL, secret=settings.SMS_SECRET)
    if settings.DEMO:
        return DemoSms(phones=services.show_on_demo_phone)
    raise ImproperlyConfigured("ONETRIP_SMS_URL is not set: text messages cannot be sent")


def mail_gateway() -> Gateway:
    """Return the configured mail server. Raises ImproperlyConfigured without one."""
    if not settings.EMAIL_HOST:
        raise ImproperlyConfigured("ONETRIP_SMTP_HOST is not set: e-mails cannot be sent")
    return Mail()


GATEWAYS: Gateways = {Channel.WECHAT: WeChat, Channel.SMS: sms_gateway, Channel.EMAIL: mail_gateway}


def deliver_due(
    *, now: Callable[[], datetime], gateways: Gateways | None = None, spell: timedelta = SPELL
) -> int:
    """Deliver what is due until nothing is, or the spell is over; return how many messages were in hand.

    A worker that dies in between leaves them claimed; after the lease the next one asks the provider about them.
    """
    begin, count = now(), 0
    with _Open(GATEWAYS if gateways is None else gateways) as channels:
        while True:
            at = now()
            batch = services.claim(limit=BATCH, at=at) if at - begin < spell else []
            if not batch:
                return count
            count += len(batch)
            for written in _delivered(batch, channels, now):
                services.write_down(written=written, at=now())


class _Open:
    """The channels of one run, each opened when its first letter goes out and closed at the end."""

    def __init__(self, makers: Gateways) -> None:
        self._makers = makers
        self._open: dict[str, Gateway | None] = {}

    def __enter__(self) -> "_Open":
        return self

    def __exit__(self, *_fault: object) -> None:
        for gateway in filter(None, self._open.values()):
            with suppress(OSError):
                gateway.close()

    def get(self, channel: str) -> Gateway | None:
        if channel not in self._open:
            try:
                self._open[channel] = self._makers[channel]() if channel in self._makers else None
            except ImproperlyConfigured as fault:
                log.error("%s", fault)
                self._open[channel] = None
        return self._open[channel]


def _delivered(batch: list[Claimed], channels: _Open, now: Callable[[], datetime]) -> Iterator[list[Written]]:
    """Yield what became of the batch, call by call."""
    words = queries.words_now(sorted({one.template for one in batch}))
    for channel in dict.fromkeys(one.channel for one in batch):
        gateway = channels.get(channel)
        of_channel = [one for one in batch if one.channel == channel]
        for some in _chunks(of_channel, gateway.at_once if gateway else BATCH):
            outcomes = _outcomes(some, gateway, words, now)
            yield [_written(one, outcomes[one.public_id], at=now()) for one in some]


def _chunks(items: list[Claimed], size: int) -> Iterator[list[Claimed]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _outcomes(
    some: list[Claimed], gateway: Gateway | None, words: dict[str, rules.Words], now: Callable[[], datetime]
) -> dict[str, Outcome]:
    if gateway is None:
        return {one.public_id: Outcome("refused", Cause.OFF) for one in some}
    if now() + _LONGEST_CALL > some[0].until:  # slow neighbours: it is another run's turn
        return {one.public_id: Outcome("unsure" if one.unsure else "later") for one in some}
    letters = {one.public_id: _letter(one, words[one.template]) for one in some}
    unsure = [letters[one.public_id] for one in some if one.unsure]
    known = gateway.look_up(unsure, at=now()) if unsure else {}
    late = {
        one.public_id: Outcome("refused", Cause.LATE)
        for one in some
        if one.expires_at <= now() and one.public_id not in known
    }
    to_send = [letter for key, letter in letters.items() if key not in known and key not in late]
    said = gateway.send(to_send, at=now()) if to_send else {}
    lost = {letter.key: Outcome("unsure", Cause.SILENT, "no answer") for letter in to_send}
    return {**lost, **said, **known, **late}


def _letter(one: Claimed, words: rules.Words) -> Letter:
    link = f"{settings.SHORT_LINKS}{one.link_token}" if one.link_token else ""
    values = {**one.params, rules.LINK: link}
    title, text = rules.shipped(words, language=one.language)
    return Letter(
        key=one.public_id,
        address=one.address,
        title=rules.spell(title, values),
        text=rules.spell(text, values).strip(),
        link=link,
        language=one.language,
        template=one.template,
        fields={name: rules.spell(value, values) for name, value in words.fields.items()},
        form=words.form,
        first_tried_at=one.first_tried_at,
    )


def _written(one: Claimed, outcome: Outcome, *, at: datetime) -> Written:
    step = rules.next_step(
        outcome, tries=one.tries, has_next=one.has_next, expires_at=one.expires_at, at=at, chance=None
    )
    if step.failed or outcome.verdict != "taken":
        log.info("message %s over %s: %s %s", one.public_id, one.channel, outcome.cause, outcome.fault)
    return Written(one, step, outcome.cause, outcome.fault, outcome.number)


def take_receipts(*, stamp: str, signature: str, place: str, body: bytes, source: str, at: datetime) -> int:
    """Take receipts of the SMS platform, signed like what we send it; return how many were news.

    Raises ReceiptForged, TooMany for a source that sends nothing else. A refusal is audited.
    """
    try:
        receipts = _believed(stamp=stamp, signature=signature, place=place, body=body, at=at)
    except Refusal as refusal:
        limits.take(key=f"receipt:{source}", limit=REFUSALS_A_MINUTE, per_s=60, at=at)
        services.note_refused(code=refusal.code, source=source[:40], at=at)
        raise
    return services.note_receipts(channel=Channel.SMS, receipts=receipts, at=at)


def _believed(*, stamp: str, signature: str, place: str, body: bytes, at: datetime) -> list[Receipt]:
    if not settings.SMS_SECRET or not stamp.isdigit() or len(stamp) > 12:
        raise ReceiptForged()
    right = signature_of(
        secret=settings.SMS_SECRET.encode(), stamp=stamp, method="POST", place=place, body=body
    )
    is_now = abs(at.timestamp() - int(stamp)) <= RECEIPT_WINDOW.total_seconds()
    if not is_now or not hmac.compare_digest(right.encode(), signature.encode()):
        raise ReceiptForged()
    try:
        return [_receipt(one, at) for one in json.loads(body)["receipts"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ReceiptForged() from error


def _receipt(one: dict[str, str], at: datetime) -> Receipt:
    if one["status"] == "arrived":
        return Receipt(key=str(one["id"]), cause="", at=at)
    code = str(one.get("code", ""))
    return Receipt(key=str(one["id"]), cause=code if code in Cause.values else Cause.REJECTED, at=at)
