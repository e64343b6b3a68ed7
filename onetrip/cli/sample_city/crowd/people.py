"""The simulated people: citizens with their own accounts, officers and windows from the rosters."""

from dataclasses import dataclass

from onetrip.cli.sample_city.people import EXIT_ENTRY_VENUE, HOUSEHOLD_VENUE, TRAFFIC_VENUE, plan_staff
from onetrip.core import clock
from onetrip.core.audit import Actor
from onetrip.domain.accounts import services as account_services
from onetrip.domain.accounts.states import DEMO_PASSWORD
from onetrip.domain.venues import queries as venues

# The halls whose windows are played. The first window and video post of each stay free for people.
HALLS = (TRAFFIC_VENUE, HOUSEHOLD_VENUE, EXIT_ENTRY_VENUE)
LEFT_TO_PEOPLE = frozenset({"officer1", "household1", "window1", "hall1", "passport1"})


@dataclass
class Citizen:
    """A simulated citizen. The account is made, by phone code, when it is needed first."""

    number: int
    user_id: int = 0
    public_id: str = ""

    @property
    def by(self) -> Actor:
        return Actor("citizen", self.public_id)

    def sign_in(self) -> None:
        """Sign in as a person does. Raises CodeTooSoon when the crowd was here a minute ago."""
        if self.user_id:
            return
        # 1990000 is a range of nobody's in the sample city; the last four digits count the crowd.
        phone, address = f"1990000{self.number:04d}", f"crowd {self.number}"
        sent = account_services.send_phone_code(phone=phone, ip=address, at=clock.now())
        user = account_services.sign_in_with_code(
            phone=phone, code=sent.demo_code or "", ip=address, at=clock.now()
        )
        name = f"模拟市民{self.number:03d}"
        if user.name != name:
            account_services.set_name(
                user_id=user.pk, name=name, by=Actor("citizen", user.public_id), at=clock.now()
            )
        self.user_id, self.public_id = user.pk, user.public_id


@dataclass(frozen=True)
class Officer:
    """A simulated officer at a desk of the roster."""

    user_id: int
    public_id: str
    desk: venues.DeskCard

    @property
    def by(self) -> Actor:
        return Actor("staff", self.public_id)


def officers() -> list[Officer]:
    """Return the simulated officers at their desks, windows and video posts, in the order of the plan."""
    found = []
    for plan in plan_staff():
        if plan.username in LEFT_TO_PEOPLE or plan.roles[0].role != "officer":
            continue
        user = account_services.ensure_staff(
            username=plan.username,
            name=plan.name,
            roles=plan.roles,
            password=DEMO_PASSWORD,
            by=Actor.system("crowd"),
            at=clock.now(),
        )
        found += [Officer(user.pk, user.public_id, desk) for desk in venues.desks_for_staff(user.pk)]
    return found
