"""What WeChat tells us: answered once, however often it is told."""

from collections.abc import Callable
from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.events import publish
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.wechat import rules
from onetrip.domain.wechat.errors import MessageForged
from onetrip.domain.wechat.events import MessageReported
from onetrip.domain.wechat.models import Nonce, Received, Whereabouts
from onetrip.domain.wechat.views import Incoming


@use_case
def answer_once(*, message: Incoming, nonce: str, answer: Callable[[Incoming], str], at: datetime) -> str:
    """Return what is answered to a message: thought of the first time, repeated when it is heard again.

    Two copies that come together meet at the row: the second waits, and says what the first said. `nonce` is what was
    signed. Raises MessageForged when it has stood on another message: in the clear, a signature does not cover what a
    message says.
    """
    Nonce.objects.bulk_create([Nonce(hash=nonce, key=message.key, at=at)], ignore_conflicts=True)
    if Nonce.objects.filter(hash=nonce).values_list("key", flat=True).first() != message.key:
        raise MessageForged(what="replay")
    Received.objects.bulk_create([Received(key=message.key, received_at=at)], ignore_conflicts=True)
    row = lock_one(Received.objects.filter(key=message.key))
    if row.reply is None:
        _take_note(message, at=at)
        row.reply = answer(message)
        row.save(update_fields=["reply"])
    return str(row.reply)


def _take_note(message: Incoming, *, at: datetime) -> None:
    owner = rules.hash_openid(message.openid)
    if message.position is not None:
        latitude, longitude = message.position
        Whereabouts.objects.update_or_create(
            openid_hash=owner, defaults={"position": f"{latitude},{longitude}", "at": at}
        )
    if message.event in rules.REPORTS:
        publish(MessageReported(message_id=message.message_id, status=message.status, at=at))
    elif message.event == "unsubscribe":
        Whereabouts.objects.filter(openid_hash=owner).delete()


@use_case
def note_refused(*, code: str, what: str, source: str, at: datetime) -> None:
    """Write down that a message was not believed, and from where it came."""
    detail = {"code": code} | ({"what": what} if what else {})
    record(verb="wechat.refuse", subject="wechat", by=Actor("device", source), at=at, detail=detail)


@use_case
def forget_received(*, at: datetime) -> int:
    """Delete what no repetition can refer to any more, and where phones were; return how many rows."""
    old = at - rules.RECEIVED_LIVES
    return sum(
        rows.delete()[0]
        for rows in (
            Received.objects.filter(received_at__lt=old),
            Nonce.objects.filter(at__lt=old),
            Whereabouts.objects.filter(at__lt=at - rules.WHEREABOUTS_LIVE),
        )
    )
