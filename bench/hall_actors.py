"""Who acts on a simulated day: visitors with their phones and hands, officers at their windows. All by HTTP."""

import asyncio
import math
import random
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from bench.hall_scene import BOOKED_ITEM, GROUPS, VENUE, FastClock, Scene, Window

_TOKEN = "b" * 32
_AGAIN_S = 40.0  # so long people wait before they try again what the service could not do
_SERVICE_MIN, _SPREAD = 11.0, 0.5
_TICKET = re.compile(r'name="ticket"\s+value="([0-9A-Z]{16})"')
_STATE = re.compile(r'class="window-number"\s+data-state="(\w+)"')
MINUTE = timedelta(minutes=1)


@dataclass
class Visitor:
    """Somebody on this day. `kind`: booked, walk_in or priority; `comes`: None for who booked and never came."""

    number: int
    kind: str
    group: int
    comes: datetime | None
    slot_at: datetime | None = None
    steps_out: bool = False
    ticket: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)
    away_until: datetime | None = None


@dataclass
class Day:
    """What is known while it is played, and afterwards."""

    scene: Scene
    clock: FastClock
    dice: random.Random
    base: str
    until: datetime
    visitors: dict[str, Visitor] = field(default_factory=dict)
    returning: deque[tuple[int, str]] = field(default_factory=deque)
    statuses: Counter[str] = field(default_factory=Counter)
    at_windows: list[tuple[int, str, datetime, datetime]] = field(default_factory=list)
    in_line: list[tuple[datetime, int | None]] = field(default_factory=list)
    cut: int = 0

    @property
    def over(self) -> bool:
        return self.clock.now() >= self.until

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.clock.speed)

    async def wait_until(self, moment: datetime) -> None:
        await self.sleep((moment - self.clock.now()).total_seconds())


class Browser:
    """One person's browser, or one machine: a cookie, and patience with a service that is away."""

    def __init__(self, day: Day, client: httpx.AsyncClient, cookie: str = "") -> None:
        self.day, self.client, self.cookie = day, client, cookie

    async def ask(self, method: str, path: str, *, json: bool = False, **form: str) -> httpx.Response:
        """Return an answer that is none of "try again later"; those are counted and tried again."""
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        if json:
            headers |= {"Accept": "application/json"}
        while True:
            try:
                answer = await self.client.request(
                    method, self.day.base + path, headers=headers,
                    data={"csrfmiddlewaretoken": _TOKEN, **form} if method == "POST" else None,
                )  # fmt: skip
            except httpx.TransportError:
                self.day.statuses["no answer"] += 1
            else:
                self.day.statuses[str(answer.status_code)] += 1
                if answer.status_code not in (429, 500, 502, 503, 504):
                    return answer
            if self.day.over:
                raise asyncio.CancelledError
            await self.day.sleep(_AGAIN_S * self.day.dice.uniform(0.7, 1.3))


def _ticket_in(answer: httpx.Response) -> str:
    found = re.search(r"/(?:tickets|numbers)/([0-9A-Z]{16})/", answer.headers.get("location", ""))
    if found is None:
        raise RuntimeError(
            f"no number: {answer.status_code} {answer.headers.get('location')} {answer.text[:300]}"
        )
    return found.group(1)


async def visit(day: Day, visitor: Visitor, client: httpx.AsyncClient) -> None:
    """Book (some), come, get a number, wait, be served."""
    if visitor.kind == "booked":
        await _book(day, visitor, client)
    if visitor.comes is None:
        visitor.done.set()
        return
    await day.wait_until(visitor.comes)
    if visitor.kind == "booked":
        visitor.ticket = await _check_in(day, visitor, client)
    elif visitor.kind == "priority":
        desk = Browser(day, client, day.scene.reception)
        visitor.ticket = _ticket_in(
            await desk.ask("POST", f"/console/hall/{VENUE}/walk-in/", item=GROUPS[visitor.group][1])
        )
        await desk.ask("POST", f"/console/hall/{VENUE}/tickets/{visitor.ticket}/priority/")
    else:
        tablet = Browser(day, client, day.scene.tablet)
        visitor.ticket = _ticket_in(
            await tablet.ask("POST", "/kiosk/hall/number/", item=GROUPS[visitor.group][1])
        )
    day.visitors[visitor.ticket] = visitor
    if visitor.steps_out:
        visitor.away_until = day.clock.now() + 35 * MINUTE
    phone = Browser(day, client)
    while not visitor.done.is_set() and not day.over:
        await phone.ask("GET", f"/tickets/{visitor.ticket}/")
        await day.sleep(day.dice.uniform(240, 420))


async def _book(day: Day, visitor: Visitor, client: httpx.AsyncClient) -> None:
    """Take the place that is nearest to the wanted time and still free, and confirm it."""
    citizen = day.scene.citizens[visitor.number]
    phone = Browser(day, client, f"onetrip_citizen={citizen.cookie}")
    await day.sleep(day.dice.uniform(0, 900))
    wanted = visitor.slot_at
    assert wanted is not None
    answer = await phone.ask("GET", f"/cases/{citizen.case_id}/book")
    for slot, starts_at in sorted(day.scene.slots, key=lambda one: abs(one[1] - wanted)):
        form = {"slot": slot, "venue": VENUE, "day": day.scene.day.isoformat()}
        answer = await phone.ask("POST", f"/cases/{citizen.case_id}/book", **form)
        if answer.headers.get("location", "").endswith("/appointment/"):
            done = await phone.ask("POST", f"/cases/{citizen.case_id}/appointment/confirm")
            if "/appointment" not in done.headers.get("location", ""):
                continue  # too slow: the place was held for five minutes of the day, so the next one is taken
            shift = starts_at - wanted
            visitor.comes = visitor.comes and visitor.comes + shift
            visitor.slot_at = starts_at
            return
    raise RuntimeError(
        f"no place is left in the whole day: {answer.status_code} {answer.headers.get('location')}"
    )


async def _check_in(day: Day, visitor: Visitor, client: httpx.AsyncClient) -> str:
    """By the code on the hall's screen on one's own phone, or at the tablet by phone number."""
    citizen = day.scene.citizens[visitor.number]
    if visitor.number % 3 == 0:
        tablet = Browser(day, client, day.scene.tablet)
        form = {"by": "phone", "phone": day.scene.phones[visitor.number]}
        return _ticket_in(await tablet.ask("POST", "/kiosk/hall/check-in/", **form))
    screen = Browser(day, client, day.scene.screen)
    phone = Browser(day, client, f"onetrip_citizen={citizen.cookie}")
    while True:
        shown = (await screen.ask("GET", f"/kiosk/code/{VENUE}/", json=True)).json()
        await phone.ask("GET", f"/arrive/{VENUE}/?{urlencode({'h': shown['code']})}")
        answer = await phone.ask("POST", f"/cases/{citizen.case_id}/check-in")
        if "/tickets/" in answer.headers.get("location", ""):
            return _ticket_in(answer)
        await day.sleep(_AGAIN_S)  # the code was another minute's by then


async def serve(
    day: Day, window: Window, client: httpx.AsyncClient, pauses: list[tuple[datetime, float]]
) -> None:
    """Sit at a window until the day is over: pause when it is time, call, serve, write down how it ended."""
    desk = f"/console/window/{window.desk}"
    browser = Browser(day, client, window.cookie)
    while not day.over:
        if pauses and pauses[0][0] <= day.clock.now():
            _moment, minutes = pauses.pop(0)
            await browser.ask("POST", f"{desk}/say/", json=True, say="pause")
            await day.sleep(minutes * 60)
            await browser.ask("POST", f"{desk}/say/", json=True, say="resume")
        await _take_back(day, window, browser, desk)
        ticket, state = _at_window((await browser.ask("GET", f"{desk}/now/")).text)
        if not ticket:
            answer = await browser.ask("POST", f"{desk}/call-next/", json=True)
            if answer.status_code == 409:
                await day.sleep(day.dice.uniform(30, 60))
            continue
        if state == "called" and not await _comes(day, browser, desk, ticket):
            continue
        await _work(day, window, browser, desk, ticket, state)


def _at_window(page: str) -> tuple[str, str]:
    state = _STATE.search(page)
    ticket = _TICKET.search(page)
    return (ticket.group(1), state.group(1)) if state and ticket else ("", "")


async def _take_back(day: Day, window: Window, browser: Browser, desk: str) -> None:
    """Put back into the line whoever was passed over and is here again."""
    for group, ticket in list(day.returning):
        if group == window.group:
            day.returning.remove((group, ticket))
            await browser.ask("POST", f"{desk}/return/", json=True, ticket=ticket)


async def _comes(day: Day, browser: Browser, desk: str, ticket: str) -> bool:
    """Call, call again, pass over; return whether the visitor came."""
    for attempt in range(3):
        visitor = day.visitors.get(ticket)
        if visitor is not None and (visitor.away_until is None or visitor.away_until <= day.clock.now()):
            await day.sleep(day.dice.uniform(15, 40))
            return True
        if attempt < 2:
            await day.sleep(45)
            await browser.ask("POST", f"{desk}/recall/", json=True, ticket=ticket)
    await browser.ask("POST", f"{desk}/skip/", json=True, ticket=ticket)
    visitor = day.visitors.get(ticket)
    if visitor is not None:
        asyncio.get_running_loop().create_task(_come_back(day, visitor))
    return False


async def _come_back(day: Day, visitor: Visitor) -> None:
    await day.wait_until(visitor.away_until or day.clock.now())
    day.returning.append((visitor.group, visitor.ticket))


async def _work(day: Day, window: Window, browser: Browser, desk: str, ticket: str, state: str) -> None:
    began, visitor = day.clock.now(), day.visitors[ticket]
    if state == "called":
        await browser.ask("POST", f"{desk}/serve/", json=True, ticket=ticket)
    minutes = _log_normal(day.dice)
    if day.dice.random() < 0.04:  # belongs to the other group of windows
        await day.sleep(60)
        other = 1 - window.group
        visitor.group = other
        await browser.ask(
            "POST", f"{desk}/transfer/", json=True, ticket=ticket, competence=GROUPS[other][0][0]
        )
        day.at_windows.append((window.desk, ticket, began, day.clock.now()))
        return
    await day.sleep(minutes * 60)
    outcome: dict[str, Any] = {"outcome": "done"}
    if day.dice.random() < 0.12:
        outcome = {"outcome": "returned", "because": "other:", "note": "材料不齐"}
    await browser.ask("POST", f"{desk}/outcome/", json=True, ticket=ticket, **outcome)
    day.at_windows.append((window.desk, ticket, began, day.clock.now()))
    visitor.done.set()


def _log_normal(dice: random.Random) -> float:
    variance = math.log(1 + _SPREAD**2)
    return dice.lognormvariate(math.log(_SERVICE_MIN) - variance / 2, math.sqrt(variance))


__all__ = ["BOOKED_ITEM", "Day", "Visitor", "serve", "visit"]
