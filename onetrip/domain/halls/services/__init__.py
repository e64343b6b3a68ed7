"""Use cases of the halls' machines: setting up, proving presence, printing."""

from onetrip.domain.halls.services.devices import add_device, note_seen, remove_device
from onetrip.domain.halls.services.presence import require_presence, show_code
from onetrip.domain.halls.services.printing import (
    ask_slip,
    drop_old_slips,
    remove_printer,
    set_printer,
    settle_slip,
    start_attempt,
)

__all__ = [
    "add_device",
    "ask_slip",
    "drop_old_slips",
    "note_seen",
    "remove_device",
    "remove_printer",
    "require_presence",
    "set_printer",
    "settle_slip",
    "show_code",
    "start_attempt",
]
