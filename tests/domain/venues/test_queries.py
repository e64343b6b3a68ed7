"""Which venue, how far, when: on the real database, with a fixed number of queries."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from onetrip.domain.venues import queries, services
from onetrip.domain.venues.errors import (
    CompetenceUnknown,
    DeskUnknown,
    PointInvalid,
    SubdistrictUnknown,
    VenueUnknown,
)
from tests.domain.venues.conftest import SYSTEM, city, desk, desk_id, venue

pytestmark = pytest.mark.usefixtures("small_city")
MONDAY = city("2026-03-02 10:00")


def codes(**wanted: object) -> list[str]:
    arguments = {"territory": "anywhere", "at": MONDAY} | wanted
    return [choice.venue.code for choice in queries.choices_for(**arguments)]  # type: ignore[arg-type]


def test_only_competent_venues_are_offered() -> None:
    assert codes(competence="vehicle") == ["cars"]
    assert codes(competence="exit_entry") == ["passports"]
    assert codes(competence="fire") == []


def test_a_video_post_alone_makes_no_window() -> None:
    services.ensure_venues(venues=[venue("studio", desks=(desk("v1", "video", ("fire",)),))], staff={})
    assert codes(competence="fire") == []


def test_nearest_first_from_the_point() -> None:
    assert codes(competence="household", latitude=34.75, longitude=113.69) == ["room-2b", "room-2", "room-1"]
    near = queries.choices_for(
        competence="household", territory="anywhere", latitude=34.75, longitude=113.63, at=MONDAY
    )
    assert [choice.distance_m for choice in near] == [0, 3655, 4568]


@pytest.mark.parametrize("territory", ["registration", "residence"])
def test_a_territory_leaves_the_rooms_that_serve_the_subdistrict(territory: str) -> None:
    chosen = {"competence": "id_card", "territory": territory}
    assert codes(**chosen, subdistrict_code="410101001") == ["room-1"]
    assert codes(**chosen, subdistrict_code="410101002") == ["room-2", "room-2b"]
    assert codes(**chosen, subdistrict_code="410102001") == []
    # Standing next to another room does not make it competent.
    assert codes(**chosen, subdistrict_code="410101001", latitude=34.75, longitude=113.67) == ["room-1"]


def test_a_venue_for_the_whole_city_serves_every_subdistrict() -> None:
    assert codes(competence="vehicle", territory="residence", subdistrict_code="410101001") == ["cars"]


def test_anywhere_with_a_subdistrict_sorts_from_its_centre() -> None:
    choices = queries.choices_for(
        competence="household", territory="anywhere", subdistrict_code="410101002", at=MONDAY
    )
    assert [choice.venue.code for choice in choices] == ["room-2", "room-2b", "room-1"]
    assert choices[0].distance_m == 0


def test_without_any_place_the_list_starts_in_the_middle_and_tells_no_distance() -> None:
    choices = queries.choices_for(competence="household", territory="registration", at=MONDAY)
    assert [choice.venue.code for choice in choices] == ["room-2", "room-2b", "room-1"]
    assert {choice.distance_m for choice in choices} == {None}


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({"competence": "magic"}, CompetenceUnknown),
        ({"competence": "vehicle", "subdistrict_code": "999999999"}, SubdistrictUnknown),
        ({"competence": "vehicle", "latitude": float("nan"), "longitude": 113.0}, PointInvalid),
        ({"competence": "vehicle", "latitude": 91.0, "longitude": 113.0}, PointInvalid),
    ],
)
def test_bad_input_is_refused_by_name(wanted: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        codes(**wanted)


def test_a_choice_tells_todays_hours_and_the_next_opening() -> None:
    def cars(at: str) -> queries.VenueChoice:
        (choice,) = queries.choices_for(competence="vehicle", territory="anywhere", at=city(at))
        return choice

    open_now = cars("2026-02-13 10:00")
    assert (open_now.is_open, open_now.next_opening) == (True, None)
    assert open_now.hours_today == [("09:00", "12:00"), ("13:00", "17:00")]
    holiday = cars("2026-02-16 10:00")
    assert (holiday.is_open, holiday.hours_today) == (False, [])
    assert holiday.next_opening == city("2026-02-24 09:00")
    assert cars("2026-03-07 10:00").hours_today == [("09:00", "12:00")]
    assert cars("2026-02-14 10:00").hours_today == [("09:00", "12:00"), ("13:00", "17:00")]


@pytest.mark.parametrize("extra", [1, 30])
def test_choices_cost_four_queries_however_many_venues(extra: int) -> None:
    services.ensure_venues(
        venues=[venue(f"more-{n}", "410101002", jurisdiction=("410101002",)) for n in range(extra)], staff={}
    )
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = codes(
            competence="household",
            territory="residence",
            subdistrict_code="410101002",
            limit=50,
            latitude=34.7,
            longitude=113.6,
        )
    assert len(found) == extra + 2
    assert len(seen) == 4


@pytest.mark.parametrize("extra", [1, 30])
def test_two_weeks_of_the_whole_city_cost_four_queries(extra: int) -> None:
    services.ensure_venues(venues=[venue(f"more-{n}") for n in range(extra)], staff={})
    with CaptureQueriesContext(connection) as seen:
        pools = queries.pool_hours_between(first_day=date(2026, 3, 2), last_day=date(2026, 3, 15))
    assert len(seen) == 4
    assert len({pool.venue_code for pool in pools}) == extra + 5


def test_window_capacity_is_roster_within_opening_hours() -> None:
    def stretches(day: date, competence: str = "vehicle") -> list[tuple[str, str, int]]:
        found = queries.window_capacity(venue_code="cars", competence=competence, day=day)
        return [(f"{span.starts:%H:%M}", f"{span.ends:%H:%M}", span.desks) for span in found]

    assert stretches(date(2026, 3, 2)) == [
        ("09:00", "10:00", 1),
        ("10:00", "12:00", 2),
        ("13:00", "17:00", 2),
    ]
    assert stretches(date(2026, 3, 2), "driving_licence") == [("09:00", "12:00", 1), ("13:00", "17:00", 1)]
    assert stretches(date(2026, 3, 7)) == [("09:00", "12:00", 1)]
    assert stretches(date(2026, 2, 17)) == []
    assert stretches(date(2026, 2, 14)) == stretches(date(2026, 2, 13))  # a make-up day has Friday's roster


def test_pools_hold_the_windows_with_the_same_competences() -> None:
    pools = queries.pool_hours_between(
        first_day=date(2026, 3, 7), last_day=date(2026, 3, 9), venue_codes=["cars"]
    )
    assert [(pool.day.day, pool.competences) for pool in pools] == [
        (7, ("driving_licence", "vehicle")),
        (9, ("driving_licence", "vehicle")),
        (9, ("vehicle",)),
    ]


def test_video_posts_follow_roster_and_doors() -> None:
    assert [post.code for post in queries.posts_for("vehicle")] == ["v1"]
    # Saturday: the doors are open, the post is not staffed.
    assert queries.next_video_opening(competence="vehicle", at=city("2026-03-07 10:00")) == city(
        "2026-03-09 09:00"
    )
    assert queries.next_video_opening(competence="vehicle", at=MONDAY) == MONDAY
    assert queries.next_video_opening(competence="fire", at=MONDAY) is None


def test_opening_spans_and_next_opening_of_one_venue() -> None:
    assert queries.opening_spans(venue_code="room-1", day=date(2026, 3, 2)) == [
        (time(9), time(12)),
        (time(13), time(17)),
    ]
    assert queries.next_opening(venue_code="room-1", at=city("2026-03-06 17:00")) == city("2026-03-09 09:00")


def test_a_demonstration_is_open_and_staffed_round_the_clock() -> None:
    services.set_demonstration(venue_code="cars", on=True, by=SYSTEM, at=MONDAY)
    night = city("2026-02-17 03:00")
    (choice,) = queries.choices_for(competence="vehicle", territory="anywhere", at=night)
    assert (choice.is_open, choice.hours_today, choice.venue.demonstration) == (
        True,
        [("00:00", "24:00")],
        True,
    )
    assert queries.opening_spans(venue_code="cars", day=night.date()) == [(time(0), time(0))]
    assert queries.next_video_opening(competence="vehicle", at=night) == night
    services.set_demonstration(venue_code="cars", on=False, by=SYSTEM, at=MONDAY)
    assert not queries.hours(venue_code="cars", at=night).is_open


def test_the_subdistrict_of_a_point() -> None:
    def name_at(latitude: float, longitude: float) -> str | None:
        found = queries.subdistrict_at(latitude, longitude)
        return found and found.code

    assert name_at(34.75, 113.64) == "410101001"
    assert name_at(34.75, 113.69) == "410101002"
    assert name_at(34.75, 113.76) == "410171001"  # in the zone, which lies in the eastern district
    assert name_at(39.9, 116.4) is None
    with pytest.raises(PointInvalid):
        queries.subdistrict_at(34.75, 181.0)


def test_places_and_desks_are_listed() -> None:
    assert [card.code for card in queries.districts()] == ["410101", "410102", "410171"]
    assert [card.code for card in queries.subdistricts(district_code="410101")] == ["410101001", "410101002"]
    assert len(queries.subdistricts()) == 4
    assert [card.code for card in queries.desks_of("cars")] == ["w1", "w2", "v1"]
    assert [card.code for card in queries.desks_of("cars", kind="video")] == ["v1"]
    assert queries.competences_of("cars") == ["driving_licence", "vehicle"]
    assert queries.desk(desk_id("cars", "w2")).competences == ("vehicle",)
    assert [card.code for card in queries.venues(kind="household")] == ["room-1", "room-2", "room-2b"]
    outline = queries.city_outline()
    assert [feature["properties"]["code"] for feature in outline["features"]] == ["410101", "410102"]


def test_names_come_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert queries.venue("cars").name == "cars室"
    with translation.override("en"):
        card = queries.venue("cars")
    assert (card.name, card.subdistrict_name, card.district_name) == (
        "Room cars",
        "Third Subdistrict",
        "East District",
    )


def test_what_does_not_exist_is_said_so() -> None:
    with pytest.raises(VenueUnknown):
        queries.venue("nowhere")
    with pytest.raises(DeskUnknown):
        queries.desk(0)
    with pytest.raises(SubdistrictUnknown):
        queries.subdistrict("0")
