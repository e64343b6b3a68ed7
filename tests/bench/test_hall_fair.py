"""No class starves: three simulated days by the hall's rule, beside the same people first come, first served."""

import pytest

from bench import hall_fair


class Quiet:
    def tell(self, _text: str) -> None: ...


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_class_waits_longer_than_a_plain_line_and_the_head_start(monkeypatch, seed):
    monkeypatch.setattr(hall_fair, "DAYS", 3)
    monkeypatch.setattr(hall_fair, "SEED", seed)
    figures = {figure.name: figure for figure in hall_fair.measure(Quiet(), set())}
    assert set(figures) == set(hall_fair.NAMES.values())
    assert all(figure.is_met for figure in figures.values()), figures
    # Who should not stand long stands less long than who walks in.
    assert figures["hall_fair_priority"].value < figures["hall_fair_walk_in"].value


def test_a_head_start_without_a_cap_would_be_seen(monkeypatch):
    """The comparison bites: were everybody with an appointment always first, walk-ins would wait too long."""
    monkeypatch.setattr(hall_fair, "DAYS", 3)
    monkeypatch.setattr(
        hall_fair, "by_the_rule", lambda one: one.came - (0 if one.kind == "walk_in" else 10_000)
    )
    figures = {figure.name: figure for figure in hall_fair.measure(Quiet(), set())}
    assert figures["hall_fair_walk_in"].value > figures["hall_fair_priority"].value * 2
