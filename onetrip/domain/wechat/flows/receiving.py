"""The callback: believe it or refuse it, have it answered, seal the answer."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from onetrip.core import limits
from onetrip.core.crypto import keyed_hash
from onetrip.core.errors import Refusal
from onetrip.domain.wechat import rules, services
from onetrip.domain.wechat.errors import MessageForged, MessageOld
from onetrip.domain.wechat.flows.account import account
from onetrip.domain.wechat.rules import reading, sealing, writing
from onetrip.domain.wechat.views import Incoming, Reply

# So many refused messages of one source are written down in a minute; more are turned away unwritten.
REFUSALS_A_MINUTE = 120
NOTHING = "success"


def confirm_callback(*, query: Mapping[str, str], source: str, at: datetime) -> str:
    """Answer WeChat's question whether this is the account's server: the echo, if the question is signed.

    Raises MessageForged, MessageOld, WeChatOff, TooMany.
    """
    try:
        _check_stamp(query, at=at)
    except Refusal as refusal:
        _write_down(refusal, source=source, at=at)
        raise
    return query.get("echostr", "")


def take_message(
    *,
    query: Mapping[str, str],
    body: bytes,
    source: str,
    answer: Callable[[Incoming], Reply | None],
    at: datetime,
) -> str:
    """Take a message or an event and return the body of the answer, sealed as the message was.

    `answer` thinks of what to say, once for each message; None says nothing. Every refusal is written down, without a
    word of what the message said. Raises MessageForged, MessageOld, MessageUnreadable, WeChatOff, TooMany for a source
    that sends nothing else.
    """
    try:
        _check_stamp(query, at=at)
        message = reading.incoming(_opened(query, body))
        signed = keyed_hash(f"{query['timestamp']}:{query['nonce']}", purpose="wechat.nonce")
        written = services.answer_once(
            message=message,
            nonce=signed,
            answer=lambda heard: _written(answer(heard), to=heard, at=at),
            at=at,
        )
    except Refusal as refusal:
        _write_down(refusal, source=source, at=at)
        raise
    return (
        _sealed(written, nonce=query["nonce"], at=at) if written and account().aes_key else written or NOTHING
    )


def _check_stamp(query: Mapping[str, str], *, at: datetime) -> None:
    known, stamp = account(), query.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and query.get("nonce")):
        raise MessageForged(what="signature")
    if not sealing.is_signed(query.get("signature", ""), known.token, stamp, query["nonce"]):
        raise MessageForged(what="signature")
    if not rules.is_within_window(signed_at=datetime.fromtimestamp(int(stamp), UTC), at=at):
        raise MessageOld()


def _opened(query: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Read the envelope. With a key nothing in the clear is believed, without one nothing sealed."""
    known, fields = account(), reading.fields_of(body)
    if not known.aes_key:
        if "Encrypt" in fields:
            raise MessageForged(what="mode")
        return fields
    sealed, claimed = fields.get("Encrypt", ""), query.get("msg_signature", "")
    if not sealed:
        raise MessageForged(what="mode")
    if not sealing.is_signed(claimed, known.token, query["timestamp"], query["nonce"], sealed):
        raise MessageForged(what="signature")
    return reading.fields_of(sealing.open_sealed(sealed, aes_key=known.aes_key, appid=known.appid))


def _written(reply: Reply | None, *, to: Incoming, at: datetime) -> str:
    return writing.reply_xml(reply, to=to, stamp=int(at.timestamp())) if reply is not None else ""


def _sealed(xml: str, *, nonce: str, at: datetime) -> str:
    known, stamp = account(), str(int(at.timestamp()))
    sealed = sealing.seal(xml, aes_key=known.aes_key, appid=known.appid)
    signed = sealing.signature(known.token, stamp, nonce, sealed)
    return writing.sealed_xml(sealed, signed=signed, stamp=stamp, nonce=nonce)


def _write_down(refusal: Refusal, *, source: str, at: datetime) -> None:
    limits.take(key=f"wechat:{source}", limit=REFUSALS_A_MINUTE, per_s=60, at=at)
    what = str(refusal.params.get("what", ""))
    services.note_refused(code=refusal.code, what=what, source=source[:40], at=at)
