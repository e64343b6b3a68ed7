"""Asking for an officer twice at the same moment: one place in one line, and both taps lead to it."""

from pathlib import Path

import pytest

from onetrip.core.audit import Actor
from onetrip.domain.cases import services
from onetrip.domain.catalog import services as catalog
from onetrip.domain.consultations.models import Consultation
from tests.domain.booking.conftest import BY, NOON
from tests.people import a_citizen
from tests.races.test_booking_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_tap_leads_to_one_place_in_line():
    catalog.import_catalog(folder=Path("catalog"), by=BY, at=NOON)
    citizen = a_citizen()
    by = Actor("citizen", citizen.public_id)
    case_id = services.open_case(
        citizen_id=citizen.pk, item_code="i40-licence-expiry", answers={"who": "self"}, by=by, at=NOON
    )

    def tap() -> str:
        return services.ask_officer(case_id=case_id, citizen_id=citizen.pk, by=by, at=NOON)

    results, refused = at_once([tap] * 6)
    assert refused == []
    assert len(set(results)) == 1 and len(results) == 6
    assert Consultation.objects.count() == 1
