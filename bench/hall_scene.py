"""The hall of a simulated day: one venue, windows in two groups, officers, citizens, machines, and its database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.people import Citizen, make_citizens

VENUE, BOOKED_ITEM = "day-hall", "i44-licence-details"
# Two thirds of the windows do licences and vehicles, the others identity cards and households.
GROUPS = (
    (("driving_licence", "vehicle"), BOOKED_ITEM),
    (("household", "id_card"), "i25-id-card-first"),
)
_TOKEN = "b" * 32


@dataclass(frozen=True)
class FastClock:
    """Simulated time: `speed` simulated seconds pass in one."""

    begin: datetime
    real: datetime
    speed: float

    def now(self) -> datetime:
        return self.begin + (datetime.now(UTC) - self.real) * self.speed

    @classmethod
    def started(cls, file: Path, *, begin: datetime, speed: float) -> "FastClock":
        """Let it run from now on, here and in the servers that were started with this file."""
        from onetrip.core import clock

        real = datetime.now(UTC) + timedelta(seconds=1)
        clock.set_fast(file, begin=begin, real=real, speed=speed)
        return cls(begin, real, speed)


@dataclass(frozen=True)
class Window:
    """One window with its officer's browser."""

    desk: int
    group: int
    cookie: str


@dataclass
class Scene:
    """What the day is played with. Cookies are whole `Cookie` headers."""

    day: date
    opens: datetime
    windows: list[Window]
    citizens: list[Citizen]
    phones: list[str]
    reception: str
    tablet: str
    screen: str
    slots: list[tuple[str, datetime]] = field(default_factory=list)


def build(*, day: date, opens: datetime, closes: datetime, windows: int, booked: int, first: int) -> Scene:
    """Write the hall into the database: open that whole day, every window staffed, places for booking."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.accounts import services as accounts
    from onetrip.domain.accounts.states import DEMO_PASSWORD, Role
    from onetrip.domain.booking import services as booking
    from onetrip.domain.booking.models import Slot
    from onetrip.domain.halls import services as halls
    from onetrip.domain.venues.models import Desk, OpeningSpan, RosterEntry, Subdistrict, Venue

    by, at = Actor.system("bench"), opens - timedelta(hours=1)
    place = Subdistrict.objects.first()
    venue = Venue.objects.create(
        code=VENUE, name="模拟大厅", name_en="Simulated hall", kind="traffic", subdistrict=place, latitude=34.7,
        longitude=113.6, address="模拟路1号", phone="000", synthetic=True, follows_workdays=False,
    )  # fmt: skip
    OpeningSpan.objects.create(venue=venue, weekday=day.weekday(), opens=0, closes=1440)
    seats = []
    for number in range(windows):
        group = 0 if number < windows * 2 / 3 else 1
        desk = Desk.objects.create(
            venue=venue, code=f"w{number}", label=f"{number + 1}号窗口", label_en=f"Window {number + 1}", kind="window",
            competences=list(GROUPS[group][0]),
        )  # fmt: skip
        officer = accounts.ensure_staff(
            username=f"day-{number}", name=f"民警{number + 1}", roles=[Role("officer", VENUE)], password=DEMO_PASSWORD,
            by=by, at=at,
        )  # fmt: skip
        starts, ends = (_minutes(moment) for moment in (opens, closes))
        RosterEntry.objects.create(desk=desk, staff=officer, day=day, starts=starts, ends=ends)
        seats.append(Window(desk.pk, group, _staff_cookie(officer)))
    booking.open_slots(from_day=day, days=1, venue_codes=[VENUE], by=by, at=at)
    Slot.objects.filter(schedule__venue=venue).update(opens_at=at)
    slots = Slot.objects.filter(schedule__venue=venue, schedule__competences__contains=["vehicle"])
    lead = accounts.ensure_staff(
        username="day-lead", name="主任", roles=[Role("lead", VENUE)], password=DEMO_PASSWORD, by=by, at=at
    )
    keys = {
        kind: halls.add_device(venue_code=VENUE, kind=kind, label=kind, by=by, at=clock.now())
        for kind in ("tablet", "screen")
    }
    citizens = make_citizens(count=booked, first=first, item=BOOKED_ITEM) if booked else []
    return Scene(
        day=day, opens=opens, windows=seats, citizens=citizens, phones=[f"1370{first + n:07d}" for n in range(booked)],
        reception=_staff_cookie(lead), tablet=f"onetrip_device={keys['tablet']}",
        screen=f"onetrip_device={keys['screen']}", slots=list(slots.values_list("public_id", "starts_at")),
    )  # fmt: skip


def _minutes(moment: datetime) -> int:
    from onetrip.core import clock

    local = clock.city_time(moment)
    return local.hour * 60 + local.minute


def _staff_cookie(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.middleware.csrf import CSRF_SESSION_KEY

    from onetrip.faces.frame.sessions import BACKEND, SECOND_FACTOR, STAFF, session_of

    session = session_of({}, STAFF)
    session.update({
        SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: user.get_session_auth_hash(),
        SECOND_FACTOR: True, CSRF_SESSION_KEY: _TOKEN, "seen": int(time.time()),
    })  # fmt: skip
    session.set_expiry(12 * 3600)
    session.save()
    return f"{STAFF.cookie}={session.session_key}"


@contextmanager
def database_outage(cluster_url: str, database: str) -> Iterator[int]:
    """Nobody gets into the database, and who is in is thrown out: what a server sees of a database that is away.

    Yields how many connections were cut.
    """
    import psycopg
    from psycopg import sql

    def allow(yes: bool) -> int:
        with psycopg.connect(cluster_url, autocommit=True) as connection:
            change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            connection.execute(change.format(sql.Identifier(database), sql.Literal(yes)))
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
            row = None if yes else connection.execute(cut, [database]).fetchone()
        return int(row[0]) if row else 0

    cut = allow(False)
    try:
        yield cut
    finally:
        allow(True)
