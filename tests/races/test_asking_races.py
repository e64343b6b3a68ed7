"""Asking for an officer twice, and giving up, at the same moment: one place in one line, and none about nothing."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from onetrip.core.audit import Actor
from onetrip.core.unit import unit_of_work
from onetrip.domain.booking.models import Appointment
from onetrip.domain.cases import services
from onetrip.domain.cases.models import Case
from onetrip.domain.catalog import services as catalog
from onetrip.domain.consultations.models import Consultation
from tests.domain.booking.conftest import BY, NOON, build_hall
from tests.patience import eventually
from tests.people import a_citizen
from tests.races.test_booking_races import at_once, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def an_errand() -> dict[str, Any]:
    """Open one, and return what every act of its citizen is given."""
    catalog.import_catalog(folder=Path("catalog"), by=BY, at=NOON)
    citizen = a_citizen()
    who: dict[str, Any] = {
        "citizen_id": citizen.pk, "by": Actor("citizen", citizen.public_id), "at": NOON,
    }  # fmt: skip
    case_id = services.open_case(item_code="i40-licence-expiry", answers={"who": "self"}, **who)
    return {"case_id": case_id, **who}


def test_a_double_tap_leads_to_one_place_in_line():
    results, refused = at_once([partial(services.ask_officer, **an_errand())] * 6)
    assert refused == []
    assert len(set(results)) == 1 and len(results) == 6
    assert Consultation.objects.count() == 1


def test_who_gives_up_while_asking_waits_in_no_line():
    errand = an_errand()
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            services.ask_officer(**errand)
            given_up = pool.submit(at_once, [partial(services.withdraw_case, **errand)])
            eventually(somebody_waits, what="the wait for the first")
        assert given_up.result() == ([None], [])
    assert (Case.objects.get().state, Consultation.objects.get().state) == ("withdrawn", "left")


def test_who_gives_up_while_taking_a_place_is_told_to_try_again():
    errand, slot = an_errand(), build_hall().slot()
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            services.hold_slot(slot_id=slot.public_id, **errand)
            given_up = pool.submit(at_once, [partial(services.withdraw_case, **errand)])
            eventually(somebody_waits, what="the wait for the first")
        assert given_up.result() == ([], ["busy"])
    services.withdraw_case(**errand)
    assert (Case.objects.get().state, Appointment.objects.get().state) == ("withdrawn", "cancelled")


def test_who_takes_a_place_for_what_is_given_up_in_that_moment_has_none():
    errand, slot = an_errand(), build_hall().slot()
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            services.withdraw_case(**errand)
            taken = pool.submit(at_once, [partial(services.hold_slot, slot_id=slot.public_id, **errand)])
            eventually(somebody_waits, what="the wait for the first")
        assert taken.result() == ([], ["case_closed"])
    slot.refresh_from_db()
    assert (Appointment.objects.count(), slot.taken) == (0, 0)
