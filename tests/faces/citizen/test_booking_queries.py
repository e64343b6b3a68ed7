"""What a booking asks of the database: eight statements a step, the limit of issue 4. Transactions are not counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onetrip.core import clock
from onetrip.domain.booking.models import Appointment, Slot
from onetrip.domain.cases import services
from tests.faces.citizen.conftest import Person

MOST = 8
_BRACKETS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of the block that read or write."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as asked:
        yield found
    found += [entry["sql"] for entry in asked.captured_queries if not entry["sql"].startswith(_BRACKETS)]


def test_taking_a_place_and_confirming_it_ask_little(me: Person, case_id: str) -> None:
    slot = Slot.objects.earliest("starts_at")
    who = {"case_id": case_id, "citizen_id": me.user.pk, "by": me.actor, "at": clock.now()}
    with counted() as hold:
        services.hold_slot(slot_id=slot.public_id, **who)
    with counted() as confirm:
        services.confirm(**who)
    assert Appointment.objects.get().state == "booked"
    assert 0 < len(hold) <= MOST and 0 < len(confirm) <= MOST, "\n".join([*hold, "", *confirm])


def test_so_does_the_page_that_everybody_opens_at_eight(me: Person, case_id: str) -> None:
    slot = Slot.objects.earliest("starts_at")
    me.client.get(reverse("citizen:book", args=[case_id]))  # now and then a session is renewed, too
    with counted() as asked:
        me.client.post(reverse("citizen:book", args=[case_id]), {"slot": slot.public_id})
    assert Appointment.objects.get().state == "held"
    assert len(asked) <= MOST, "\n".join(asked)
