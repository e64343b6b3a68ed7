"""What we answer, as WeChat wants it written: a text, or one card (图文消息)."""

from xml.sax.saxutils import escape

from onetrip.domain.wechat.views import Incoming, Reply

# A text of a reply may have 2048 bytes.
LONGEST_ANSWER = 2048


def reply_xml(reply: Reply, *, to: Incoming, stamp: int) -> str:
    """Write a reply to a message."""
    if reply.card is not None:
        card = reply.card
        item = _elements(Title=card.title, Description=card.summary, PicUrl=card.picture, Url=card.url)
        what = f"<ArticleCount>1</ArticleCount><Articles><item>{item}</item></Articles>"
        kind = "news"
    else:
        what, kind = _elements(Content=_shortened(reply.text)), "text"
    head = _elements(ToUserName=to.openid, FromUserName=to.account)
    return f"<xml>{head}<CreateTime>{stamp}</CreateTime>{_elements(MsgType=kind)}{what}</xml>"


def sealed_xml(sealed: str, *, signed: str, stamp: str, nonce: str) -> str:
    """Write the envelope of an encrypted reply."""
    head, tail = _elements(Encrypt=sealed, MsgSignature=signed), _elements(Nonce=nonce)
    return f"<xml>{head}<TimeStamp>{stamp}</TimeStamp>{tail}</xml>"


def _shortened(text: str) -> str:
    """Cut between lines, so that no link is torn apart."""
    lines = text.split("\n")
    while len(lines) > 1 and len("\n".join(lines).encode()) > LONGEST_ANSWER:
        lines.pop()
    return "\n".join(lines).encode()[:LONGEST_ANSWER].decode(errors="ignore")


def _elements(**texts: str) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
