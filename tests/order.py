"""Which tests run beside which, and which first: two processes share two cores, and no long file may come last."""

import pytest
from xdist.scheduler import LoadFileScheduling

# Two browsers with a camera each take more than a core: these files follow one another in one process, while the others
# work off what needs no pictures.
FILMED = (
    "tests/journeys/", "tests/faults/test_killed_in_mid_journey.py", "tests/faults/test_rejoin.py",
    "tests/network/test_weather.py",
)  # fmt: skip
# What takes longest, longest first. Everything else follows as it was collected.
FIRST = (
    *FILMED, "tests/faces/test_accessibility.py", "tests/faults/", "tests/bench/test_hall_day.py",
    "tests/domain/papers/test_drawn_set.py", "tests/cli/", "tests/faces/live/", "tests/faces/test_strangers.py",
    "tests/domain/payments/test_any_interleaving.py", "tests/domain/booking/test_any_order",
    "tests/domain/consultations/test_live_documents.py", "tests/network/", "tests/races/",
)  # fmt: skip


class Files(LoadFileScheduling):
    """pytest-xdist's distribution by files, in which what is filmed counts as one file."""

    def _split_scope(self, nodeid: str) -> str:
        return FILMED[0] if nodeid.startswith(FILMED) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Files | None:
    return Files(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((number for number, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))

    items.sort(key=place)
