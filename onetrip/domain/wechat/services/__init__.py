"""The verbs of this module."""

from onetrip.domain.wechat.services.credentials import (
    begin_renewal,
    give_up_renewal,
    keep_credential,
    note_ration,
)
from onetrip.domain.wechat.services.receiving import answer_once, forget_received, note_refused

__all__ = [
    "answer_once",
    "begin_renewal",
    "forget_received",
    "give_up_renewal",
    "keep_credential",
    "note_ration",
    "note_refused",
]
