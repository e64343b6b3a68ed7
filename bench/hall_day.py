"""`hall_day_*`: a day in the hall, played through the real HTTP interfaces at sixty times its speed.

300 visitors, 12 windows, breaks, people who never come or step out, and a database that is away for twenty minutes at
the busiest hour. At its end nobody is lost, nobody stood at two windows, and every count equals its rows.
"""

import asyncio
import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from bench import hall_picture
from bench.figures import AT_MOST, Figure
from bench.hall_actors import MINUTE, Day, Visitor, serve, visit
from bench.hall_scene import VENUE, FastClock, Scene, build, database_outage
from bench.stage import Stage

SEED, FIRST = 20261126, 4_000_000
# Walk-ins of each hour from half past eight on, relative to each other.
_SHAPE = (14, 18, 15, 9, 5, 10, 13, 10)


@dataclass(frozen=True)
class Plan:
    """What kind of day. Times are minutes after the hall opens at half past eight."""

    visitors: int = 300
    windows: int = 12
    minutes: int = 8 * 60
    speed: float = 60.0
    outage_at: int = 135
    outage_min: int = 20
    booked_share: float = 0.4
    priority_share: float = 0.1


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """Play the day, look at what is left of it, draw it."""
    plan = Plan(visitors=60, windows=4, minutes=120, speed=120, outage_at=40) if stage.quick else Plan()
    scene, file = set_scene(plan), stage.folder / "clock"
    server = stage.serve("onetrip", "serve", "web", "--workers", "2", environ={"ONETRIP_CLOCK": str(file)})
    clock = FastClock.started(file, begin=scene.opens - 30 * MINUTE, speed=plan.speed)
    day = asyncio.run(play(plan, scene, clock, base=server.url, database_url=stage.engines.database_url))
    found = faults(day)
    for name, number in found.items():
        stage.tell(f"{name}: {number}")
    waits = waits_by_class()
    stage.tell(f"answers: {dict(day.statuses)}")
    if not stage.quick:
        hall_picture.publish(day, waits, plan)
    about = f"{plan.visitors} visitors, {plan.windows} windows, {plan.outage_min} min without database"
    broken = sum(count for name, count in day.statuses.items() if name in ("500", "502", "504"))
    return [
        Figure("hall_day_faults", sum(found.values()), "faults", 1, about, (AT_MOST, 0.0)),
        Figure("hall_day_5xx", broken, "answers", 1, "but for 503, try again", (AT_MOST, 0.0)),
    ]


def set_scene(plan: Plan, *, first: int = FIRST) -> Scene:
    """Write the hall down, for a day that nothing else happens on."""
    from onetrip.core import clock

    day: date = clock.city_day(datetime.now(UTC)) + timedelta(days=3)
    opens = clock.city_moment(day, time(8, 30)).astimezone(UTC)
    closes = opens + (plan.minutes + 120) * MINUTE
    booked = round(plan.visitors * plan.booked_share)
    return build(day=day, opens=opens, closes=closes, windows=plan.windows, booked=booked, first=first)


def crowd(plan: Plan, scene: Scene, opens: datetime, dice: random.Random) -> list[Visitor]:
    """Who comes when. One booked visitor in twelve never does; one in twenty steps out while waiting."""
    last = opens + plan.minutes * MINUTE
    found = []
    for number in range(len(scene.citizens)):
        wanted = opens + dice.uniform(15, plan.minutes - 30) * MINUTE
        comes = None if number % 12 == 5 else wanted + dice.gauss(-8, 9) * MINUTE
        found.append(Visitor(number, "booked", 0, comes, wanted))
    for number in range(plan.visitors - len(scene.citizens)):
        share = plan.priority_share / (1 - plan.booked_share)
        kind = "priority" if dice.random() < share else "walk_in"
        (hour,) = dice.choices(range(len(_SHAPE)), weights=_SHAPE)
        part = (hour + dice.random()) / len(_SHAPE) * (plan.minutes - 20)
        group = 0 if dice.random() < 0.45 else 1
        found.append(Visitor(number, kind, group, min(opens + part * MINUTE, last)))
    for visitor in found:
        visitor.steps_out = dice.random() < 0.05
    return found


async def play(plan: Plan, scene: Scene, clock: FastClock, *, base: str, database_url: str) -> Day:
    """Let everybody act until all are served, at the latest two hours after the last came."""
    dice, opens = random.Random(SEED), scene.opens
    day = Day(scene, clock, dice, base, until=opens + (plan.minutes + 120) * MINUTE)
    people = crowd(plan, scene, opens, dice)
    limits = httpx.Limits(max_connections=40)
    worker = ThreadPoolExecutor(1)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client, asyncio.TaskGroup() as all_of:
        visits = [all_of.create_task(visit(day, one, client)) for one in people]
        others = [
            all_of.create_task(_sit(day, window, client, opens, number))
            for number, window in enumerate(scene.windows)
        ]
        others.append(all_of.create_task(_timers(day, worker)))
        others.append(all_of.create_task(_outage(plan, day, opens, database_url)))
        await asyncio.wait(visits)
        for task in others:
            task.cancel()
    await asyncio.get_running_loop().run_in_executor(worker, _end_of_day, day)
    worker.shutdown()
    return day


async def _sit(day: Day, window: Any, client: httpx.AsyncClient, opens: datetime, number: int) -> None:
    """From the opening on, with a short break in the morning and half an hour for lunch, not all at once."""
    await day.wait_until(opens)
    morning = opens + (60 + number * 11 % 75) * MINUTE
    lunch = opens + (195 + number * 17 % 90) * MINUTE
    await serve(day, window, client, [(morning, 10.0), (lunch, 30.0)])


async def _timers(day: Day, worker: ThreadPoolExecutor) -> None:
    """What the worker's timetable does, by the day's own clock; and how many are in line."""
    loop = asyncio.get_running_loop()
    while True:
        at = day.clock.now()
        day.in_line.append((at, await loop.run_in_executor(worker, _tick, at)))
        await day.sleep(60)


def _tick(at: datetime) -> int | None:
    from django.db import DatabaseError, connection

    from onetrip.domain.booking import services
    from onetrip.domain.booking.models import Ticket

    try:
        services.expire_holds(at=at)
        services.mark_no_shows(at=at)
        return Ticket.objects.filter(venue__code=VENUE, state="waiting").count()
    except DatabaseError:
        connection.close()
        return None


def _end_of_day(day: Day) -> None:
    from django.db import connection

    from onetrip.domain.booking import services

    services.mark_no_shows(at=day.until + timedelta(hours=3))
    connection.close()


async def _outage(plan: Plan, day: Day, opens: datetime, database_url: str) -> None:
    if not plan.outage_min:
        return
    parts = urlsplit(database_url)
    cluster = urlunsplit(parts._replace(path="/postgres"))
    await day.wait_until(opens + plan.outage_at * MINUTE)
    with database_outage(cluster, parts.path.removeprefix("/")) as day.cut:
        await day.sleep(plan.outage_min * 60)


def faults(day: Day) -> dict[str, int]:
    """Look for what must not be: each is a number of rows, and each has to be nought."""
    from django.db import connections
    from django.db.models import Count, F, Q

    from onetrip.core import audit
    from onetrip.domain.booking.models import Appointment, Slot, Ticket, TicketCounter
    from onetrip.domain.booking.states import TAKES_A_PLACE
    from onetrip.domain.cases.models import Visit

    connections.close_all()  # the outage threw this one out, too
    tickets = Ticket.objects.filter(venue__code=VENUE)
    states = dict(tickets.values_list("public_id", "state"))
    came = {ticket for ticket in day.visitors if day.visitors[ticket].done.is_set()}
    counted = sum(TicketCounter.objects.filter(venue__code=VENUE).values_list("last", flat=True))
    slots = Slot.objects.filter(schedule__venue__code=VENUE).annotate(
        rows=Count("appointments", filter=Q(appointments__state__in=TAKES_A_PLACE))
    )
    still_open = Appointment.objects.filter(
        slot__schedule__venue__code=VENUE, state__in=("held", "booked", "checked_in")
    )
    served = [ticket for ticket, state in states.items() if state == "served"]
    return {
        "visitors not served": len(set(day.visitors) - came),
        "numbers lost": sum(states.get(ticket) != "served" for ticket in day.visitors),
        "windows with two numbers at once": _overlaps(day),
        "numbers counted and not there": abs(counted - len(states)),
        "slots whose count is not their rows": slots.exclude(taken=F("rows")).count(),
        "slots overbooked": slots.filter(taken__gt=F("capacity")).count(),
        "appointments left open": still_open.count(),
        "served without a visit written down": len(served)
        - Visit.objects.filter(ticket__venue__code=VENUE).count(),
        "faults in the audit trail": len(audit.verify().broken),
    }


def _overlaps(day: Day) -> int:
    """How often a window had two numbers at once, or a number stood at two windows."""
    spans: dict[Any, list[tuple[datetime, datetime]]] = defaultdict(list)
    for desk, ticket, began, ended in day.at_windows:
        spans[desk].append((began, ended))
        spans[ticket].append((began, ended))
    found = 0
    for times in spans.values():
        times.sort()
        found += sum(later[0] < earlier[1] for earlier, later in pairwise(times))
    return found


def waits_by_class() -> dict[str, list[float]]:
    """Minutes from the number (booked: from the booked time, if that is later) to the first call, by class."""
    from onetrip.domain.booking.models import Ticket

    waits: dict[str, list[float]] = {"booked": [], "priority": [], "walk_in": []}
    for ticket in Ticket.objects.filter(venue__code=VENUE, state="served", calls=1).select_related(
        "appointment__slot"
    ):
        kind = "booked" if ticket.appointment else "priority" if ticket.priority else "walk_in"
        since = ticket.taken_at
        if ticket.appointment is not None:
            since = max(since, ticket.appointment.slot.starts_at)
        assert ticket.called_at is not None
        waits[kind].append(max(0.0, (ticket.called_at - since) / MINUTE))
    return waits
