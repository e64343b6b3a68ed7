"""The invented staff: who sits where, and who leads. User names are easy to remember; the tour uses them."""

from dataclasses import dataclass

from onetrip.domain.accounts.states import Role

TRAFFIC_VENUE = "tr-410105"
HOUSEHOLD_VENUE = "hh-410105001"
EXIT_ENTRY_VENUE = "ee-410105"
APPROVAL_VENUE = "ap-410102"
FIRE_VENUE = "fi-410105"

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "晨静伟敏磊洋艳勇娟涛明霞杰丽鹏芳军燕平辉玲刚婷超颖斌雪宁帆琳"


@dataclass(frozen=True)
class StaffPlan:
    """A member of staff of the sample city."""

    username: str
    name: str
    roles: tuple[Role, ...]


# User name stem, how many, role, venue. The number of officers is that of the desks which carry their stem.
_POSTS: tuple[tuple[str, int, str, str | None], ...] = (
    ("officer", 5, "officer", TRAFFIC_VENUE),
    ("window", 8, "officer", TRAFFIC_VENUE),
    ("household", 4, "officer", HOUSEHOLD_VENUE),
    ("hall", 3, "officer", HOUSEHOLD_VENUE),
    ("exit", 2, "officer", EXIT_ENTRY_VENUE),
    ("passport", 8, "officer", EXIT_ENTRY_VENUE),
    ("approval", 1, "officer", APPROVAL_VENUE),
    ("fire", 1, "officer", FIRE_VENUE),
    ("supervisor", 1, "supervisor", None),
    ("editor", 1, "editor", None),
    ("admin", 1, "admin", None),
)
_LED = (TRAFFIC_VENUE, HOUSEHOLD_VENUE, EXIT_ENTRY_VENUE, APPROVAL_VENUE, FIRE_VENUE)


def plan_staff() -> tuple[StaffPlan, ...]:
    """Return the staff: officers for every video post and the windows of the tour, leads, and one of each other."""
    seats = [
        (f"{stem}{number}", role, venue)
        for stem, count, role, venue in _POSTS
        for number in range(1, count + 1)
    ]
    seats += [(f"lead{number}", "lead", venue) for number, venue in enumerate(_LED, start=1)]
    seats += [(f"operator{number}", "operator", None) for number in (1, 2)]
    return tuple(
        StaffPlan(username, _SURNAMES[n % 30] + _GIVEN[(n * 7 + n // 30) % 30], (Role(role, venue),))
        for n, (username, role, venue) in enumerate(seats)
    )
