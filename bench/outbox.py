"""`outbox_per_s`: messages a worker delivers; `outbox_unsettled`: what is neither delivered once nor dead in its time.

Both against the fake SMS platform, a process of its own that takes signed calls of up to 100 messages. For the second
one it turns 20 % of the messages away and breaks down in every fifth call, half of the time after it took them, and of
two workers one is killed with -9 every second or two.
"""

import itertools
import json
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.figures import AT_LEAST, AT_MOST, Figure
from bench.stage import Server, Stage, stage_database, wait_for
from onetrip.cli import children
from onetrip.cli.engines.folders import CHECKOUT

MESSAGES = 10_000
LIMIT_PER_S = 500
SECRET = "bench-sms-secret"
_LIVE_S = 240
_numbers = itertools.count()


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """The messages are written as services write them; workers and platform are processes of their own."""
    found = []
    if "outbox_per_s" in wanted:
        found.append(_rate(stage))
    if "outbox_unsettled" in wanted:
        found.append(_under_kills(stage))
    return found


def _platform(stage: Stage) -> tuple[Server, dict[str, str]]:
    folder = stage.folder / f"sms-{next(_numbers)}"
    folder.mkdir()
    platform = stage.serve(
        "onetrip", "fake-sms", "--folder", str(folder), "--secret", SECRET, path="/control/totals"
    )
    return platform, {"ONETRIP_SMS_URL": f"{platform.url}/messages", "ONETRIP_SMS_SECRET": SECRET}


def _control(platform: Server, what: str, **wish: Any) -> dict[str, Any]:
    from urllib.request import Request, urlopen

    request = Request(f"{platform.url}/control/{what}", data=json.dumps(wish).encode(), method="POST")
    with urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _worker(stage: Stage, environ: dict[str, str]) -> Server:
    log = stage.folder / f"worker-{next(_numbers)}.log"
    with log.open("w", encoding="utf-8") as output:
        child = children.spawn(
            [sys.executable, "-m", "onetrip", "serve", "worker"],
            environ={**stage.environ, **environ},
            output=output,
            folder=CHECKOUT,
        )
    server = Server(0, child, log)
    stage.servers.append(server)
    return server


def _write(count: int, *, live: timedelta) -> None:
    """Put messages into the outbox, each with two values and a short link, a hundred in a transaction."""
    from onetrip.core.unit import unit_of_work
    from onetrip.domain.notifications import services
    from onetrip.domain.notifications.models import Message
    from onetrip.domain.notifications.views import Route

    Message.objects.all().delete()
    at = datetime.now(UTC)
    for begin in range(0, count, 100):
        with unit_of_work():
            for number in range(begin, min(begin + 100, count)):
                services.send(
                    template="booking.moved_by_venue",
                    params={"item": "补领", "venue": "郑州示范户政大厅", "when": "2026-07-02 09:30"},
                    language="zh-hans",
                    routes=[
                        Route("sms", f"138{number:08d}"),
                        Route("inbox", f"BENCH{number:011d}"),
                    ],
                    target=f"case:BENCH{number:011d}",
                    expires_at=at + live,
                    at=at,
                )


def _counted(link: Any) -> dict[str, int]:
    rows = link.execute("SELECT state, count(*) FROM notifications_message GROUP BY state").fetchall()
    return dict(rows)


def _rate(stage: Stage) -> Figure:
    """From a tenth of the messages to nine tenths: neither the worker's start nor its last, small lot counts."""
    count = stage.count(MESSAGES)
    platform, environ = _platform(stage)
    _write(count, live=timedelta(hours=1))
    moments: dict[int, float] = {}
    worker = _worker(stage, environ)
    with stage_database(stage) as link:

        def enough() -> bool:
            sent, now = _counted(link).get("sent", 0), time.monotonic()
            for tenth in (1, 9):
                if sent >= count * tenth // 10:
                    moments.setdefault(tenth, now)
                    moments.setdefault(tenth * 100, sent)
            return sent == count

        wait_for(enough, within_s=120, server=worker)
    took = moments[9] - moments[1]
    rate = (moments[900] - moments[100]) / took if took else float("inf")
    brought = _control(platform, "totals")
    if brought != {"brought": count, "again": 0}:
        raise RuntimeError(f"the platform has {brought}, {count} were sent")
    for server in (worker, platform):
        stage.stop(server)
    stage.tell(f"{rate:.0f} messages a second, one worker")
    return Figure("outbox_per_s", rate, "1/s", LIMIT_PER_S, "messages, one worker", (AT_LEAST, 1.0))


def _under_kills(stage: Stage) -> Figure:
    count, chance = stage.count(MESSAGES), random.Random(5)
    platform, environ = _platform(stage)
    _control(platform, "behaviour", busy=0.2, broken=0.1, mute=0.1)
    live = timedelta(seconds=_LIVE_S)
    _write(count, live=live)
    workers = [_worker(stage, environ) for _number in range(2)]
    killed, deadline = 0, time.monotonic() + _LIVE_S + 60
    with stage_database(stage) as link:
        while not _is_settled(link) and time.monotonic() < deadline:
            time.sleep(chance.uniform(3, 6))
            victim = workers.pop(chance.randrange(2))
            victim.child.send_signal(signal.SIGKILL)
            stage.stop(victim)
            workers.append(_worker(stage, environ))
            killed += 1
        wrong = _wrong(link, platform, count)
        stage.tell(f"{count} messages, {killed} workers killed: {_counted(link)}, {wrong} wrong")
    for server in (*workers, platform):
        stage.stop(server)
    return Figure(
        "outbox_unsettled", wrong, "messages", 1, f"{count:,} messages, {killed} kills", (AT_MOST, 0.0)
    )


def _is_settled(link: Any) -> bool:
    waiting = link.execute("SELECT count(*) FROM notifications_message WHERE state IN ('queued', 'sending')")
    return waiting.fetchone()[0] == 0


def _wrong(link: Any, platform: Server, count: int) -> int:
    """Count what was brought and is not called so, what is called so and was not brought, and what came too late."""
    brought = {one["id"] for one in _control(platform, "newest", count=count)["messages"]}
    rows = link.execute(
        "SELECT public_id, state, settled_at > expires_at + interval '15 seconds' FROM notifications_message"
    ).fetchall()
    out = {"sent", "arrived"}
    unlike = sum(1 for key, state, late in rows if (state in out) != (key in brought) or late is not False)
    return unlike + abs(count - len(rows))
