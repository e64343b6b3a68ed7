"""`waiting_kb` and `live_per_s`: what a page that waits costs the live process, and how much news it passes on."""

import time
from typing import Any

from bench.figures import AT_MOST, Figure
from bench.people import Citizen, make_citizens
from bench.sockets import Listeners, listening
from bench.stage import Server, Stage, stage_database

WAITING, LIMIT_KB = 2000, 40.0
FOLLOWERS, TOPICS, COMMITS = 100, 10, 20  # 200 messages a page and round: a page may have 300 outstanding
ROUNDS = 5


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """Both on one live process."""
    server = stage.serve("onetrip", "serve", "live")
    figures = []
    if "live_per_s" in wanted:
        figures.append(_news(stage, server))
    if "waiting_kb" in wanted:
        figures.append(_memory(stage, server))
    return figures


def _memory(stage: Stage, server: Server) -> Figure:
    """Resident memory for each citizen who waits: own consultation, its line and the case."""
    count = stage.count(WAITING)
    stage.tell(f"{count} citizens in line")
    citizens = make_citizens(count=count, first=600_000)
    topics = stand_in_line(citizens)
    cookies = [citizen.cookie for citizen in citizens]
    with listening(
        Listeners(topics[:20], step=1 << 40, port=server.port, cookies=cookies[:20]), folder=stage.folder
    ):
        time.sleep(2)  # what a process loads for its first visitors
    time.sleep(2)
    before = _resident_kb(server)
    with listening(Listeners(topics, step=1 << 40, port=server.port, cookies=cookies), folder=stage.folder):
        after = min(_resident_kb(server) for _second in _seconds(12))
    stage.tell(f"{before / 1024:.0f} MB before, {after / 1024:.0f} MB with {count} waiting")
    return Figure("waiting_kb", (after - before) / count, "kB", LIMIT_KB, f"{count} waiting", (AT_MOST, 1.0))


def _seconds(count: int) -> Any:
    for second in range(count):
        time.sleep(1)
        yield second


def _resident_kb(server: Server) -> float:
    """Of the process that serves: the server itself, or its one worker."""
    import psutil

    process = psutil.Process(server.child.pid)
    return max(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1024


def stand_in_line(citizens: list[Citizen]) -> list[list[str]]:
    """Everybody asks for an officer; the first by the service, the others row for row like the first.

    Return what the page of each follows: the consultation, its line, the case.
    """
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.core.ids import new_public_id
    from onetrip.domain.cases.models import Case
    from onetrip.domain.cases.services import ask_officer
    from onetrip.domain.consultations.models import Consultation

    one = citizens[0]
    first_id = ask_officer(
        case_id=one.case_id, citizen_id=one.user_pk, by=Actor.system("bench"), at=clock.now()
    )
    first = Consultation.objects.get(public_id=first_id)
    plain = {field.attname: getattr(first, field.attname) for field in Consultation._meta.concrete_fields}
    del plain["id"]
    rows = [
        Consultation(
            **{
                **plain,
                "public_id": new_public_id(),
                "citizen_id": citizen.user_pk,
                "rank": first.rank + place,
            }
        )
        for place, citizen in enumerate(citizens[1:], start=1)
    ]
    Consultation.objects.bulk_create(rows)
    for citizen, row in zip(citizens[1:], rows, strict=True):
        Case.objects.filter(pk=citizen.case_pk).update(consultation=row)
    ids = [first_id, *(row.public_id for row in rows)]
    line = f"line:{first.competence}"
    return [
        [f"consultation:{id_}", line, f"case:{citizen.case_id}"]
        for id_, citizen in zip(ids, citizens, strict=True)
    ]


def _news(stage: Stage, server: Server) -> Figure:
    """Messages per second from the commit to all pages, against bare PUBLISH to as many subscribers."""
    with stage_database(stage) as connection:
        rows = connection.execute("SELECT code FROM venues_venue ORDER BY code LIMIT %s", [TOPICS]).fetchall()
    topics = [[f"hall:{code}" for (code,) in rows]] * FOLLOWERS
    step = FOLLOWERS * TOPICS * COMMITS
    rounds = 2 if stage.quick else ROUNDS
    pages = Listeners(topics, step=step, port=server.port, cookies=[""] * FOLLOWERS)
    assert stage.engines.valkey is not None
    bare = Listeners(topics, step=step, valkey=str(stage.engines.valkey.socket))
    rates = []
    for name, plan, send in (("live", pages, _commit), ("Valkey", bare, _publish)):
        with listening(plan, folder=stage.folder) as crowd:
            begin = time.monotonic()
            for number in range(rounds):
                send(topics[0], number)
                crowd.wait_for("step")
            rates.append(rounds * step / (time.monotonic() - begin))
        stage.tell(f"{name}: {rates[-1]:.0f} messages/s to {FOLLOWERS} pages")
    return Figure("live_per_s", rates[0], "messages/s", rates[1], "bare Valkey PUBLISH, as many listeners")


def _commit(topics: list[str], number: int) -> None:
    from onetrip.core import live
    from onetrip.core.unit import unit_of_work

    for commit in range(COMMITS):
        with unit_of_work():
            for topic in topics:
                live.change(
                    topic=topic, patch={"called": {"H001": {"desk": "3", "at": f"{number}-{commit}"}}}
                )


def _publish(topics: list[str], number: int) -> None:
    import json

    import redis
    from django.conf import settings

    with redis.Redis.from_url(settings.VALKEY_URL) as valkey:
        for commit in range(COMMITS):
            with valkey.pipeline(transaction=False) as pipeline:
                for topic in topics:
                    patch = {"called": {"H001": {"desk": "3", "at": f"{number}-{commit}"}}}
                    pipeline.publish(topic, json.dumps({"topic": topic, "seq": commit, "patch": patch}))
                pipeline.execute()
