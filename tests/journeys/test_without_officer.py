"""Nobody is on duty: when the next officer comes is said, and the visit can be booked all the same."""

from collections.abc import Iterator

import pytest

from onetrip.core import clock
from onetrip.domain.booking.models import Appointment
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues import services as venue_services
from tests.calls import BY
from tests.journeys.conftest import People
from tests.journeys.errands import in_line
from tests.servers import LiveServers

pytestmark = pytest.mark.timeout(180)

POSTS = "ee-410105"  # the one hall with video posts for travel documents
ITEM = "i81-passport-lost"


@pytest.fixture
def closed_today(city: LiveServers) -> Iterator[None]:
    """The hall with the posts is closed today, so that the next officer comes on another day, whatever the hour."""
    at = clock.now()
    today = clock.city_day(at)
    venue_services.close_on(venue_code=POSTS, day=today, reason="停电检修", by=BY, at=at)
    yield
    venue_services.withdraw_exception(venue_code=POSTS, day=today, by=BY, at=clock.now())


def test_the_next_opening_is_told_and_booking_is_open(people: People, closed_today: None) -> None:
    user, citizen = people.known_citizen()
    citizen.go(f"/calls/{in_line(user, item=ITEM)}/")
    told = citizen.see(".line-card").inner_text()
    opening = venues.next_video_opening(competence="exit_entry", at=clock.now())
    assert opening is not None and f"{clock.city_time(opening):%H:%M}" in told
    citizen.tap(".line-card a[href$='/book']")
    citizen.tap(".offer .weui-btn_primary")
    citizen.choose_first_time()
    citizen.confirm()
    assert Appointment.objects.get(citizen=user).state == "booked"
