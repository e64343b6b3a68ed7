"""The verbs of this module."""

from onetrip.domain.wechat.services.credentials import (
    begin_renewal,
    give_up_renewal,
    keep_credential,
    note_ration,
)

__all__ = ["begin_renewal", "give_up_renewal", "keep_credential", "note_ration"]
