"""What WeChat says later of a message we sent."""

from onetrip.core.events import subscribe
from onetrip.domain.notifications import services
from onetrip.domain.notifications.states import Cause, Channel
from onetrip.domain.notifications.views import Receipt
from onetrip.domain.wechat.events import MessageReported


@subscribe(MessageReported)
def note_receipt(event: MessageReported) -> None:
    if not event.message_id:
        return
    blocked = event.status in ("failed:user block", "failed: user block")
    cause = "" if event.status == "success" else Cause.UNWANTED if blocked else Cause.REJECTED
    receipt = Receipt(key=event.message_id, cause=cause, at=event.at)
    services.note_receipts(channel=Channel.WECHAT, receipts=[receipt], at=event.at, by_number=True)
