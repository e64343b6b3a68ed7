"""What happened at WeChat, told upward."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageReported:
    """WeChat says what became of a message we sent: `message_id` is the msgid it gave, `status` its word.

    `status` is "success"; "failed:user block", "failed: system failed" and others for one that did not arrive.
    """

    message_id: str
    status: str
    at: datetime
