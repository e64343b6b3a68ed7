"""Delivering: write, call outside, write. No lock is held while the provider thinks."""

import json
import logging
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onetrip.core.jobs import defer
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.gateways import DemoSms, HttpSms, Rejected, SmsGateway, Unreachable
from onetrip.domain.notifications.models import Message
from onetrip.domain.notifications.services import show_on_demo_phone
from onetrip.domain.notifications.states import TABLE, MessageState

log = logging.getLogger(__name__)


def sms_gateway() -> SmsGateway:
    """Return the configured provider. Raises ImproperlyConfigured in production without one."""
    if settings.SMS_URL:
        return HttpSms(url=settings.SMS_URL, secret=settings.SMS_SECRET)
    if settings.DEMO:
        return DemoSms(phones=show_on_demo_phone)
    raise ImproperlyConfigured("ONETRIP_SMS_URL is not set: text messages cannot be sent")


def deliver(*, public_id: str, gateway: SmsGateway, at: datetime) -> str:
    """Hand a waiting message to the provider; return the state it is in afterwards.

    At least once: dying between call and second write sends it again, and the provider knows it by its key.
    A message that is settled already stays as it is. Raises NotFound.
    """
    message = _begin_attempt(public_id=public_id, at=at)
    if message.state != MessageState.QUEUED:
        return message.state
    text = rules.render(
        key=message.template, params=json.loads(message.params or "{}"), language=message.language
    )
    try:
        gateway.send(key=message.public_id, phone=message.address, text=text, at=at)
    except Unreachable as fault:
        return _try_again(public_id=public_id, fault=str(fault), at=at)
    except Rejected as fault:
        return _settle(public_id=public_id, verb="give_up", fault=str(fault), at=at)
    return _settle(public_id=public_id, verb="deliver", fault="", at=at)


@use_case
def expire_overdue(*, at: datetime) -> int:
    """Settle what nobody delivered in time, for example while the worker was down; return how many."""
    overdue = Message.objects.filter(state=MessageState.QUEUED, expires_at__lte=at)
    ids = list(overdue.order_by("id").values_list("public_id", flat=True)[:1000])
    for public_id in ids:
        _settle(public_id=public_id, verb="expire", fault="", at=at)
    return len(ids)


@use_case
def _begin_attempt(*, public_id: str, at: datetime) -> Message:
    message = lock_one(Message.objects.filter(public_id=public_id))
    if message.state != MessageState.QUEUED:
        return message
    if message.expires_at <= at:
        _write_settled(message=message, verb="expire", fault="", at=at)
        return message
    message.attempts += 1
    message.save(update_fields=["attempts"])
    return message


@use_case
def _try_again(*, public_id: str, fault: str, at: datetime) -> str:
    message = lock_one(Message.objects.filter(public_id=public_id))
    if message.state != MessageState.QUEUED:
        return message.state
    log.warning("message %s: provider unreachable (%s), attempt %s", public_id, fault, message.attempts)
    if message.attempts >= rules.ATTEMPTS:
        return _write_settled(message=message, verb="give_up", fault=fault, at=at)
    message.fault = fault[:60]
    message.save(update_fields=["fault"])
    defer("notifications.deliver_message", at=at + rules.pause_after(message.attempts), message=public_id)
    return message.state


@use_case
def _settle(*, public_id: str, verb: str, fault: str, at: datetime) -> str:
    message = lock_one(Message.objects.filter(public_id=public_id))
    if message.state != MessageState.QUEUED:
        return message.state
    return _write_settled(message=message, verb=verb, fault=fault, at=at)


def _write_settled(*, message: Message, verb: str, fault: str, at: datetime) -> str:
    message.state = TABLE.next_state(message.state, verb)
    message.fault, message.settled_at = fault[:60], at
    if rules.find(message.template).secret:
        message.params = None
    message.save(update_fields=["state", "fault", "settled_at", "params"])
    return message.state
