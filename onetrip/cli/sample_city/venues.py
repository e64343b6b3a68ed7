"""245 invented service windows: 215 household rooms, 15 traffic, 11 exit-entry, 1 approval, 3 fire."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onetrip.cli.sample_city.chance import Dice
from onetrip.cli.sample_city.people import (
    APPROVAL_VENUE,
    EXIT_ENTRY_VENUE,
    FIRE_VENUE,
    HOUSEHOLD_VENUE,
    TRAFFIC_VENUE,
)
from onetrip.cli.sample_city.places import Ground, position_near
from onetrip.domain.venues.services import DeskPlan, RosterPlan, SubdistrictPlan, VenuePlan

Span = tuple[int, int]
Week = tuple[tuple[int, Span], ...]

WEEKDAYS = range(5)
SATURDAY = 5
HOUSEHOLD = ("household", "id_card", "residence")
TRAFFIC = ("driving_licence", "vehicle")

# Seven sub-districts with many inhabitants have two rooms: 208 + 7 = 215.
SECOND_ROOMS = ("410102012", "410103013", "410104010", "410105014", "410108005", "410122105", "410184109")
_WITHOUT_EXIT_ENTRY = frozenset({"410106", "410108", "410171", "410172"})
_FIRE_DISTRICTS = ("410102", "410105", "410181")
_APPROVAL_SUBDISTRICT = "410102010"
# The first sub-district of a district hosts its halls, but for the two that the tour of the sample city leads to.
_HALL_SUBDISTRICT = {"410105": "410105012"}


def _hours(*texts: str) -> tuple[Span, ...]:
    """Return spans from texts such as 09:00-12:00."""
    ends = [[int(part[:2]) * 60 + int(part[3:]) for part in text.split("-")] for text in texts]
    return tuple((start, end) for start, end in ends)


_OFFICE_DAYS = (
    _hours("09:00-12:00", "13:00-17:00"),
    _hours("09:00-12:00", "13:00-17:00"),
    _hours("08:30-12:00", "13:30-17:30"),
    _hours("09:00-12:00", "14:00-17:30"),
)
_ALL_DAY = _hours("09:00-17:00")
_MORNING = _hours("09:00-12:00")
_SATURDAY_TRAFFIC = _hours("09:00-12:00", "13:00-16:00")
# Doors stay open over lunch and the officers take turns: half of them eat early, half late.
_EARLY_LUNCH = _hours("09:00-11:30", "12:30-17:00")
_LATE_LUNCH = _hours("09:00-12:30", "13:30-17:00")


@dataclass(frozen=True)
class _Seats:
    """How many desks of a sort a venue has, and who sits there: user names from the front, then nobody fixed."""

    windows: int
    posts: int = 0
    window_staff: str = ""
    post_staff: str = ""
    competences: tuple[str, ...] = ()
    first_window: int = 1


def plan_venues(ground: Ground, *, demonstration: bool) -> tuple[VenuePlan, ...]:
    """Return the plan of all venues; `demonstration` keeps the two of the guided tour open round the clock."""
    places = {plan.code: plan for plan in ground.subdistricts}
    halls = {plan.code: _hall_place(plan.code, ground.subdistricts) for plan in ground.districts}
    venues = [
        *_household_rooms(ground, demonstration=demonstration),
        *_traffic_offices(ground, halls, demonstration=demonstration),
        *_exit_entry_halls(ground, halls),
        _approval_hall(ground, places[_APPROVAL_SUBDISTRICT]),
        *_fire_desks(ground, halls),
    ]
    return tuple(venues)


def _hall_place(district_code: str, subdistricts: Sequence[SubdistrictPlan]) -> SubdistrictPlan:
    wanted = _HALL_SUBDISTRICT.get(district_code)
    return next(
        plan for plan in subdistricts if plan.district_code == district_code and wanted in (None, plan.code)
    )


def _household_rooms(ground: Ground, *, demonstration: bool) -> Iterator[VenuePlan]:
    for place in ground.subdistricts:
        for number in (1, 2) if place.code in SECOND_ROOMS else (1,):
            code = f"hh-{place.code}" + ("" if number == 1 else "-2")
            shown = code == HOUSEHOLD_VENUE
            dice = Dice(code)
            week = _office_week(dice, saturday=_MORNING if dice.whole(1, 10) == 1 else ())
            title, title_en = (
                ("示范", "model ") if shown else ("", "") if number == 1 else ("第二", "second ")
            )
            seats = _Seats(
                windows=3 if shown else dice.pick((1, 1, 2, 2, 2, 3)),
                posts=4 if shown else 0,
                window_staff="hall" if shown else "",
                post_staff="household" if shown else "",
                competences=HOUSEHOLD,
            )
            yield _venue(
                ground,
                place,
                dice,
                code=code,
                name=f"{_short(place)}{title}户政服务室",
                name_en=f"{place.name_en}: {title_en}household registration room",
                kind="household",
                jurisdiction=(place.code,),
                week=week,
                desks=_desks(seats, week),
                demonstration=demonstration and shown,
            )


def _traffic_offices(
    ground: Ground, halls: dict[str, SubdistrictPlan], *, demonstration: bool
) -> Iterator[VenuePlan]:
    for number, district in enumerate(ground.districts, start=1):
        code = f"tr-{district.code}"
        shown = code == TRAFFIC_VENUE
        dice = Dice(code)
        week = _office_week(dice, saturday=_SATURDAY_TRAFFIC)
        windows = 8 if shown else dice.whole(6, 12)
        seats = (
            [_Seats(windows, 5, "window", "officer", TRAFFIC)]
            if shown
            else list(_split_windows(windows, number))
        )
        yield _venue(
            ground,
            halls[district.code],
            dice,
            code=code,
            name="郑州示范车管所" if shown else f"{district.name}车驾管服务大厅",
            name_en="Model vehicle and driver office"
            if shown
            else f"{district.name_en}: vehicle and driver services hall",
            kind="traffic",
            week=week,
            desks=tuple(desk for part in seats for desk in _desks(part, week)),
            demonstration=demonstration and shown,
        )


def _split_windows(windows: int, number: int) -> Iterator[_Seats]:
    """Every third office keeps windows for licences and for vehicles apart; the others do both at each."""
    if number % 3:
        yield _Seats(windows, competences=TRAFFIC)
    else:
        half = windows // 2
        yield _Seats(half, competences=TRAFFIC[:1])
        yield _Seats(windows - half, competences=TRAFFIC[1:], first_window=half + 1)


def _exit_entry_halls(ground: Ground, halls: dict[str, SubdistrictPlan]) -> Iterator[VenuePlan]:
    week = _week(_ALL_DAY)
    for district in ground.districts:
        if district.code in _WITHOUT_EXIT_ENTRY:
            continue
        code = f"ee-{district.code}"
        city = code == EXIT_ENTRY_VENUE
        dice = Dice(code)
        windows = 8 if city else dice.whole(4, 7)
        seats = _Seats(
            windows,
            2 if city else 0,
            "passport" if city else "",
            "exit" if city else "",
            ("exit_entry",),
        )
        yield _venue(
            ground,
            halls[district.code],
            dice,
            code=code,
            name="郑州市出入境接待大厅" if city else f"{district.name}出入境接待大厅",
            name_en="City exit and entry hall" if city else f"{district.name_en}: exit and entry hall",
            kind="exit_entry",
            week=week,
            desks=_desks(seats, week, shifts=(_EARLY_LUNCH, _LATE_LUNCH)),
        )


def _approval_hall(ground: Ground, place: SubdistrictPlan) -> VenuePlan:
    dice = Dice(APPROVAL_VENUE)
    week = _week(_OFFICE_DAYS[0])
    return _venue(
        ground,
        place,
        dice,
        code=APPROVAL_VENUE,
        name="郑州市公安行政审批服务大厅",
        name_en="City hall for administrative approvals",
        kind="approval",
        week=week,
        desks=_desks(_Seats(6, 1, "", "approval", ("approval",)), week),
    )


def _fire_desks(ground: Ground, halls: dict[str, SubdistrictPlan]) -> Iterator[VenuePlan]:
    names = {plan.code: plan for plan in ground.districts}
    for district_code in _FIRE_DISTRICTS:
        code = f"fi-{district_code}"
        dice = Dice(code)
        week = _week(_OFFICE_DAYS[0])
        seats = _Seats(2, 1 if code == FIRE_VENUE else 0, "", "fire", ("fire",))
        yield _venue(
            ground,
            halls[district_code],
            dice,
            code=code,
            name=f"{names[district_code].name}消防业务受理点",
            name_en=f"{names[district_code].name_en}: fire safety desk",
            kind="fire",
            week=week,
            desks=_desks(seats, week),
        )


def _venue(
    ground: Ground,
    place: SubdistrictPlan,
    dice: Dice,
    *,
    code: str,
    name: str,
    name_en: str,
    kind: str,
    week: Week,
    desks: tuple[DeskPlan, ...],
    jurisdiction: tuple[str, ...] = (),
    demonstration: bool = False,
) -> VenuePlan:
    latitude, longitude = position_near(place, ground, dice)
    district = next(plan for plan in ground.districts if plan.code == place.district_code)
    return VenuePlan(
        code=code,
        name=name,
        name_en=name_en,
        kind=kind,
        subdistrict_code=place.code,
        latitude=latitude,
        longitude=longitude,
        address=f"{district.name}{_short(place)}示例路{dice.whole(1, 199)}号(虚构地址)",
        # No subscriber number in China begins with 0: nobody is ever rung by a sample.
        phone=f"0371-0000-{dice.whole(0, 9999):04d}",
        jurisdiction=jurisdiction,
        synthetic=True,
        demonstration=demonstration,
        weekly=week,
        desks=desks,
    )


def _short(place: SubdistrictPlan) -> str:
    """Return the sub-district's name without that of its zone, which the address names already."""
    return place.name.removeprefix("郑州经济技术开发区")


def _week(spans: tuple[Span, ...], saturday: tuple[Span, ...] = ()) -> Week:
    usual = [(weekday, span) for weekday in WEEKDAYS for span in spans]
    return tuple(usual + [(SATURDAY, span) for span in saturday])


def _office_week(dice: Dice, *, saturday: tuple[Span, ...]) -> Week:
    return _week(dice.pick(_OFFICE_DAYS), saturday)


def _desks(seats: _Seats, week: Week, shifts: Sequence[tuple[Span, ...]] = ()) -> tuple[DeskPlan, ...]:
    numbers = range(seats.first_window, seats.first_window + seats.windows)
    windows = [
        _desk(f"w{n}", "window", n, seats.competences, seats.window_staff, _shift(week, shifts, n))
        for n in numbers
    ]
    posts = [
        _desk(f"v{n}", "video", n, seats.competences, seats.post_staff, _shift(week, shifts, n))
        for n in range(1, seats.posts + 1)
    ]
    return (*windows, *posts)


def _shift(week: Week, shifts: Sequence[tuple[Span, ...]], number: int) -> Week:
    """Return when desk `number` is staffed: with the doors, in turns, or (every fourth) mornings only."""
    if shifts:
        return _week(shifts[number % len(shifts)])
    return tuple((weekday, span) for weekday, span in week if number % 4 or span[0] < 12 * 60)


def _desk(
    code: str, kind: str, number: int, competences: tuple[str, ...], staff: str, week: Week
) -> DeskPlan:
    video = kind == "video"
    return DeskPlan(
        code=code,
        label=f"视频{number}号岗" if video else f"{number}号窗口",
        label_en=f"Video post {number}" if video else f"Window {number}",
        kind=kind,
        competences=competences,
        roster=tuple(
            RosterPlan(weekday, span, f"{staff}{number}" if staff else None) for weekday, span in week
        ),
    )
