"""What a callback says, out of XML that anybody may have written; places come in GCJ-02 and leave as WGS84."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from prcoords import Coords, gcj_wgs_bored

from onetrip.core import geo
from onetrip.core.crypto import keyed_hash
from onetrip.domain.wechat.errors import MessageUnreadable
from onetrip.domain.wechat.views import Incoming

LONGEST_TEXT = 2048
# Three decimals are about a hundred metres: enough for the nearest hall, too little for a front door.
_DECIMALS = 3


def fields_of(xml: bytes) -> dict[str, str]:
    """Return the elements of a flat XML document by name. No entities, no document types. Raises MessageUnreadable."""
    try:
        tree: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise MessageUnreadable() from None
    return {each.tag: (each.text or "").strip() for each in tree}


def incoming(fields: dict[str, str]) -> Incoming:
    """Read a message or an event. Raises MessageUnreadable without a sender, a time or a kind."""
    openid, stamp, kind = (fields.get(name, "") for name in ("FromUserName", "CreateTime", "MsgType"))
    if not (0 < len(openid) <= 64 and stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and kind):
        raise MessageUnreadable()
    place = ("Location_X", "Location_Y") if kind == "location" else ("Latitude", "Longitude")
    event = fields.get("Event", "").lower()
    return Incoming(
        key=keyed_hash(":".join(_identity(fields, event=event)), purpose="wechat.message"),
        openid=openid,
        account=fields.get("ToUserName", ""),
        sent_at=datetime.fromtimestamp(int(stamp), UTC),
        kind=kind,
        event=event,
        text=(fields.get("Content") or fields.get("Recognition", ""))[:LONGEST_TEXT],
        event_key=fields.get("EventKey", "")[:256],
        position=_wgs84(fields.get(place[0], ""), fields.get(place[1], "")),
        message_id=fields.get("MsgID", ""),
        status=fields.get("Status", "") or fields.get("ErrorStatus", ""),
        language=fields.get("Language", "")[:8],
    )


def _identity(fields: dict[str, str], *, event: str) -> tuple[str, ...]:
    """By what a repeated message is known: its number; an event has none, but a sender, a time and a name."""
    if number := fields.get("MsgId"):
        return ("message", number)
    own = fields.get("MsgID", "")
    return ("event", fields["FromUserName"], fields["CreateTime"], event, fields.get("EventKey", ""), own)


def _wgs84(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        shifted = Coords(float(latitude), float(longitude))
    except ValueError:
        return None
    if not geo.is_point(*shifted):
        return None
    real = gcj_wgs_bored(shifted)
    return round(real.lat, _DECIMALS), round(real.lon, _DECIMALS)
