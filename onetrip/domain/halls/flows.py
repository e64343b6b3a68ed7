"""Printing: write, talk to the printer, write. No lock is held while it thinks."""

from datetime import datetime
from typing import Protocol

from onetrip.domain.halls import services
from onetrip.domain.halls.gateways import NetworkPrinter, NotPrinted
from onetrip.domain.halls.views import PrinterView, SlipText


class SlipPrinter(Protocol):
    """What a hall's printer must be able to do."""

    def print_slip(self, *, where: PrinterView, text: SlipText) -> None:
        """Print one number. Raises NotPrinted."""


def print_slip(*, slip_id: str, at: datetime, printer: SlipPrinter | None = None) -> None:
    """Print a slip that waits; one that is settled or too old stays as it is. Raises NotFound.

    At least once: dying between the paper and the second write prints it again. The number itself is not touched.
    """
    wanted = services.start_attempt(slip_id=slip_id, at=at)
    if wanted is None:
        return
    where, text = wanted
    try:
        (printer or NetworkPrinter()).print_slip(where=where, text=text)
    except NotPrinted as fault:
        services.settle_slip(slip_id=slip_id, fault=str(fault), at=at)
    else:
        services.settle_slip(slip_id=slip_id, fault="", at=at)
