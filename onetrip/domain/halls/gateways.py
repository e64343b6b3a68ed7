"""The printer of numbers: any ESC/POS receipt printer of 58 or 80 mm that the network reaches, by `python-escpos`."""

from contextlib import suppress
from typing import TYPE_CHECKING

from onetrip.domain.halls.states import PrinterFault
from onetrip.domain.halls.views import PrinterView, SlipText

# The library is loaded by whoever prints: with its list of printers it takes a tenth of a process's start.
if TYPE_CHECKING:
    from escpos.escpos import Escpos
    from escpos.printer import Network

_TIMEOUT_S = 4
# FS &: characters of two bytes. The printers sold in China read them as GB 18030.
_CHINESE = b"\x1c\x26"
_NO_PAPER = 0


class NotPrinted(Exception):
    """The printer did not take the slip this time; `str()` is a `PrinterFault`."""


class NetworkPrinter:
    """A printer that listens on a TCP port and prints what it is sent."""

    def print_slip(self, *, where: PrinterView, text: SlipText) -> None:
        """Print one number. Raises NotPrinted."""
        from escpos.exceptions import Error
        from escpos.printer import Network

        printer = Network(where.host, port=where.port, timeout=_TIMEOUT_S)
        try:
            printer.open()
            # Asked before: a printer without paper takes everything and prints it when somebody has filled it up.
            if _has_no_paper(printer):
                raise NotPrinted(PrinterFault.NO_PAPER)
            write_slip(printer, text)
        except (OSError, Error) as fault:
            raise NotPrinted(_in_short(fault)) from fault
        finally:
            with suppress(OSError):
                printer.close()


def _has_no_paper(printer: "Network") -> bool:
    """Say whether the paper sensor says so; a printer that does not answer the question is believed to have some."""
    printer.device.settimeout(1)
    try:
        return bool(printer.paper_status() == _NO_PAPER)
    except TimeoutError:
        return False
    finally:
        printer.device.settimeout(_TIMEOUT_S)


def _in_short(fault: Exception) -> str:
    from escpos.exceptions import DeviceNotFoundError

    # The library's error for a connection that could not be opened, or the network's own in the middle.
    return PrinterFault.SILENT if isinstance(fault, OSError | DeviceNotFoundError) else PrinterFault.OTHER


def write_slip(printer: "Escpos", text: SlipText) -> None:
    """Send a number to the printer: hall, number in large figures, lines, QR code, cut."""
    from escpos.constants import QR_ECLEVEL_M

    printer.hw("INIT")
    printer._raw(_CHINESE)
    printer.set(align="center", bold=True, double_width=True, double_height=True)
    _line(printer, text.venue)
    printer.set(align="center", bold=True, custom_size=True, width=4, height=4)
    _line(printer, text.number)
    printer.set(align="center", bold=False, normal_textsize=True)
    for line in text.lines:
        _line(printer, line)
    if text.address:
        printer.qr(text.address, ec=QR_ECLEVEL_M, size=6, native=True)
    printer.cut()


def _line(printer: "Escpos", words: str) -> None:
    # Not `text()`: it looks for a page of one-byte characters, and there is none for Chinese.
    printer._raw(words.encode("gb18030", errors="replace") + b"\n")
