"""How long a test waits for what must come.

Others use the machine, too: what holds comes soon, and what never comes is told late, so patience costs a test that
passes nothing. It grows with what is waited for: processes that start, recover or end take several times what a page
or a message takes. How fast things are is measured in `bench/`, never here.
"""

import time
from collections.abc import Callable

PATIENCE_S = 30  # an answer, a message, a picture
PROCESSES_S = 90  # processes that start, are replaced, or end


def eventually(true: Callable[[], object], *, within_s: float = PATIENCE_S, what: str = "it") -> None:
    """Wait until `true()` holds; AssertionError when it does not in time."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen within {within_s} s"
        time.sleep(0.05)
