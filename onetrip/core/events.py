"""Facts that travel upward, in the past tense, within the same transaction.

A module publishes what happened; modules above it that care subscribe in their `reactions.py`. Use an event only
where the arrow of imports would point up; otherwise call the function.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

E = TypeVar("E")
_reactions: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register the decorated function to run whenever a fact of this kind is published."""

    def register(reaction: Callable[[E], None]) -> Callable[[E], None]:
        if reaction not in _reactions[kind]:
            _reactions[kind].append(reaction)
        return reaction

    return register


def publish(event: object) -> None:
    """Tell everyone who subscribed. Runs inside the caller's transaction: all of it happens, or none.

    Raises RuntimeError outside a transaction, where half of it could stay.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("events.publish() needs a transaction")
    for reaction in _reactions[type(event)]:
        reaction(event)
