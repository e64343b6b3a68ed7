"""How many posts keep waits short: Erlang's delay formula.

A. K. Erlang, 1917; Gross and Harris, Fundamentals of Queueing Theory, § 2.4: for callers who come by chance and turns
whose length is by chance too. Turns are more even than that, so that the real wait is rather shorter; posts that pause
for a part of their duty count for the rest of it.
"""

import math


def share_that_waits(*, load: float, posts: int) -> float:
    """Return the probability that a caller has to wait, with a load of so many posts' work (Erlang C)."""
    if posts <= load:
        return 1.0
    blocked = 1.0
    for number in range(1, posts + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / posts * (1 - blocked))


def mean_wait_s(*, calls_per_hour: float, turn_s: float, posts: int) -> float:
    """Return the mean wait in seconds of all callers, infinite where the posts cannot keep up."""
    load = calls_per_hour * turn_s / 3600
    if posts <= load:
        return math.inf
    return share_that_waits(load=load, posts=posts) * turn_s / (posts - load)


def posts_needed(*, calls_per_hour: float, turn_s: float, most_wait_s: float, present: float) -> int:
    """Return the fewest posts on duty with which the mean wait is at most so long; none where nobody calls."""
    if calls_per_hour <= 0:
        return 0
    posts = math.floor(calls_per_hour * turn_s / 3600) + 1
    while mean_wait_s(calls_per_hour=calls_per_hour, turn_s=turn_s, posts=posts) > most_wait_s:
        posts += 1
    return math.ceil(posts / present)
