"""Numbers on paper: what the printer is sent, and that a printer that fails costs nobody the number."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from escpos.printer import Dummy
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.domain.booking import services as booking
from onetrip.domain.booking.models import Ticket
from onetrip.domain.halls import flows, queries, rules, services
from onetrip.domain.halls.errors import PrinterInvalid
from onetrip.domain.halls.gateways import write_slip
from onetrip.domain.halls.models import Printer, Slip
from onetrip.domain.halls.views import SlipText
from tests.domain.booking.conftest import BY, NOON, build_hall

TEXT = SlipText(
    "郑州示范车管所", "D017", ["驾驶证补证", "前面还有 3 人"], "https://city.example/tickets/ABC/"
)
PAPER_STATUS, ENOUGH, NONE_LEFT = b"\x10\x04\x04", b"\x12", b"\x72"


@pytest.fixture
def hall(db):
    return build_hall()


class Paper:
    """A receipt printer on a TCP port of this machine: keeps what it is sent, and says whether it has paper."""

    def __init__(self, answer: bytes | None) -> None:
        self.answer = answer
        self.printed = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        connection, _address = self.listener.accept()
        with connection:
            while part := connection.recv(4096):
                self.printed += part.replace(PAPER_STATUS, b"")
                if PAPER_STATUS in part and self.answer:
                    connection.sendall(self.answer)

    def all_printed(self) -> bytes:
        self.thread.join(5)
        return self.printed


@contextmanager
def paper(answer: bytes | None = ENOUGH) -> Iterator[Paper]:
    machine = Paper(answer)
    try:
        yield machine
    finally:
        machine.listener.close()


def ask(hall, port, *, at=NOON):
    services.set_printer(venue_code="hall-1", host="127.0.0.1", port=port, by=BY, at=at)
    ticket = booking.take_ticket(
        venue_code="hall-1", competence="vehicle", item_code="i40", item_name="换证", by=BY, at=at
    )
    assert services.ask_slip(venue_code="hall-1", ticket_id=ticket, text=TEXT, at=at)
    return Slip.objects.get(ticket=ticket).public_id, ticket


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_the_slip_holds_chinese_words_a_large_number_and_a_code_and_is_cut():
    printer = Dummy()
    write_slip(printer, TEXT)
    sent = printer.output
    assert b"\x1c\x26" in sent[:8], "characters of two bytes are turned on first"
    for words in (TEXT.venue, TEXT.number, *TEXT.lines):
        assert words.encode("gb18030") + b"\n" in sent
    large = sent.index(b"\x1d\x21\x33")  # GS !: four times as wide and as high
    assert large < sent.index(b"D017") < sent.index("驾驶证补证".encode("gb18030"))
    assert b"\x1d(k" in sent and TEXT.address.encode() in sent, "the printer draws the QR code itself"
    assert sent.rindex(b"\x1dV") > sent.index(TEXT.address.encode())


def test_a_word_that_no_printer_knows_does_not_stop_the_slip():
    printer = Dummy()
    write_slip(printer, SlipText("厅", "D001", ["\ud800"]))
    assert b"?\n" in printer.output


def test_over_the_network_the_same_bytes_arrive(hall):
    expected = Dummy()
    write_slip(expected, TEXT)
    with paper() as machine:
        slip, _ticket = ask(hall, machine.port)
        flows.print_slip(slip_id=slip, at=NOON)
        assert machine.all_printed() == expected.output
    assert Slip.objects.get().state == "printed"
    assert ProcrastinateJob.objects.filter(task_name="halls.print_slip", args__slip=slip).count() == 1


def test_a_printer_that_does_not_tell_of_its_paper_prints_all_the_same(hall):
    with paper(answer=None) as machine:
        slip, _ticket = ask(hall, machine.port)
        flows.print_slip(slip_id=slip, at=NOON)
        assert b"D017" in machine.all_printed()


def test_no_paper_is_said_and_nothing_is_sent(hall):
    with paper(NONE_LEFT) as machine:
        slip, ticket = ask(hall, machine.port)
        flows.print_slip(slip_id=slip, at=NOON)
        assert machine.all_printed() == b""
    printer = queries.printer_of("hall-1")
    assert printer and (printer.fault, printer.failing_since) == ("no paper", NOON)
    assert queries.slip_state(ticket) == "queued"


def test_a_dead_printer_loses_no_number_and_is_given_up_in_time(hall):
    slip, ticket = ask(hall, closed_port())
    at = NOON
    while Slip.objects.get().state == "queued" and at < NOON + timedelta(hours=1):
        flows.print_slip(slip_id=slip, at=at)
        at += rules.PRINT_AGAIN_AFTER * 4
    assert queries.slip_state(ticket) == "failed"
    assert at <= NOON + rules.PRINT_WITHIN + timedelta(minutes=1)
    assert Ticket.objects.get(public_id=ticket).state == "waiting"
    assert booking.call_next(desk_id=hall.desks[0].pk, by=BY, at=at) == ticket
    assert Printer.objects.get().fault == "does not answer"


def test_when_it_prints_again_nobody_worries_any_more(hall):
    slip, _ticket = ask(hall, closed_port())
    flows.print_slip(slip_id=slip, at=NOON)
    with paper() as machine:
        Printer.objects.update(port=machine.port)
        flows.print_slip(slip_id=slip, at=NOON + timedelta(seconds=9))
        assert b"D017" in machine.all_printed()
    printer = queries.printer_of("hall-1")
    assert printer and (printer.failing_since, printer.fault) == (None, "")


def test_asking_twice_while_it_prints_gives_one_slip_and_later_another(hall):
    with paper() as machine:
        slip, ticket = ask(hall, machine.port)
        about = {"venue_code": "hall-1", "ticket_id": ticket, "text": TEXT, "at": NOON}
        assert services.ask_slip(**about)
        assert Slip.objects.count() == 1
        flows.print_slip(slip_id=slip, at=NOON)
        flows.print_slip(slip_id=slip, at=NOON)  # a job may run twice: the slip is settled
        assert machine.all_printed().count(b"D017") == 1
    services.ask_slip(**about)
    assert Slip.objects.count() == 2
    assert services.drop_old_slips(at=NOON + rules.SLIP_LIVES + timedelta(hours=1)) == 2


def test_without_a_printer_nothing_is_asked(hall):
    assert not services.ask_slip(venue_code="hall-1", ticket_id="0" * 16, text=TEXT, at=NOON)
    assert not Slip.objects.exists()


@pytest.mark.parametrize("host", ["8.8.8.8", "printer.example", "", "0.0.0.0", "::1", "224.0.0.1"])
def test_the_server_prints_inside_the_house_only(hall, host):
    with pytest.raises(PrinterInvalid):
        services.set_printer(venue_code="hall-1", host=host, port=9100, by=BY, at=NOON)


def test_a_printer_is_set_and_taken_away(hall):
    about = {"venue_code": "hall-1", "by": BY, "at": NOON}
    services.set_printer(host="192.168.1.50", port=9100, **about)
    with pytest.raises(PrinterInvalid):
        services.set_printer(host="192.168.1.50", port=0, **about)
    services.remove_printer(**about)
    assert queries.printer_of("hall-1") is None
