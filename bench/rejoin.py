"""`rejoin_s`: a call through the whole site, struck by each fault; how long until both see each other again.

Processes killed, engines and relay restarted, pages reloaded, windows crashed: the same site and the same faults as in
`tests/faults/test_rejoin.py`. What counts is the slower of the two sides, in the fault from which it took longest: from
the fault where another process of the kind still stands, from its return where it was the only one.
"""

from contextlib import ExitStack
from statistics import median

from bench.figures import AT_MOST, Figure
from bench.people import make_citizens
from bench.stage import Stage

ROUNDS = 3
BACK_S = 3.0
ITEM, OFFICER = "i40-licence-expiry", "officer1"


def measure(stage: Stage, _wanted: set[str]) -> list[Figure]:
    """One call, every fault some times; the median of each fault, and of these the longest."""
    from playwright.sync_api import sync_playwright

    from tests.rejoin import FAULTS, a_house, together_after

    postgres, valkey = stage.engines.postgres, stage.engines.valkey
    if postgres is None or valkey is None:
        raise RuntimeError("the engines are not ours to restart")
    took: dict[str, list[float]] = {name: [] for name in FAULTS}
    with ExitStack() as stack:
        driver = stack.enter_context(sync_playwright())
        house = stack.enter_context(
            a_house(
                driver, folder=stage.folder / "rejoin", database_url=stage.engines.database_url,
                postgres=postgres, valkey=valkey,
            )
        )  # fmt: skip
        sides = _in_a_call(house, stack)
        together_after(sides, 0.0, within_s=10**9)
        for _round in range(1 if stage.quick else ROUNDS):
            for name, strike in FAULTS.items():
                since = strike(house, *sides)
                took[name].append(together_after(sides, since, within_s=60))
                house.refill_live()
    _hang_up()
    for name, seconds in took.items():
        stage.tell(f"{name}: {median(seconds):.2f} s ({', '.join(f'{each:.2f}' for each in seconds)})")
    worst = max(median(seconds) for seconds in took.values())
    return [Figure("rejoin_s", worst, "s", BACK_S, "3 s, of nine faults that of the longest", (AT_MOST, 1.0))]


def _hang_up() -> None:
    """End the call and the officer's duty: what is measured next finds nobody at the posts."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.consultations import services
    from onetrip.domain.consultations.models import Consultation

    by = Actor.system("bench")
    for call in Consultation.objects.filter(state="connected", officer__username=OFFICER):
        who = {"officer_id": call.officer_id, "by": by}
        services.conclude(consultation_id=call.public_id, kind="ready", text="", at=clock.now(), **who)
        services.finish_wrap_up(at=clock.now(), **who)
        services.go_off_duty(at=clock.now(), **who)


def _in_a_call(house, stack):  # type: ignore[no-untyped-def]
    """Return citizen and officer, who see one another."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.accounts.models import User
    from onetrip.domain.cases.services import ask_officer
    from tests.browser import CITIZENS_PAPER
    from tests.journeys.conftest import People

    people = People(city=house, citizens=house.citizens, officers=house.officers, stack=stack)
    (known,) = make_citizens(count=1, first=810_000, item=ITEM)
    consultation = ask_officer(
        case_id=known.case_id, citizen_id=known.user_pk, by=Actor.system("bench"), at=clock.now()
    )
    citizen = people.citizen(User.objects.get(pk=known.user_pk))
    officer = people.officer(OFFICER)
    citizen.go(f"/calls/{consultation}/")
    citizen.turn_on_camera()
    officer.go_on_duty()
    officer.accept()
    officer.sees_paper(CITIZENS_PAPER)
    return citizen, officer
