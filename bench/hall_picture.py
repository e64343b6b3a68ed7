"""The simulated day as a picture and a few rows of the documents."""

import textwrap
from datetime import UTC, datetime
from typing import Any

from bench.figures import DOCUMENT, PICTURE

_PICTURE = PICTURE.with_name("hall-day.png")
_BEGIN = "<!-- hall day: written by `python -m bench hall_day_faults` -->"
_END = "<!-- end of hall day -->"
_ABOUT = """
## A day in the hall
300 visitors at 12 windows in two groups, from half past eight on, through the real pages at sixty times their speed:
120 book in the morning, one in twelve of them never comes, one visitor in twenty steps out while waiting, one in
twenty-five belongs to the other group of windows, officers have a break and half an hour for lunch, and nobody
reaches the database for twenty minutes at the busiest hour (`bench/hall_day.py`). At its end no number is lost, no
window had two at once, nobody stood at two windows, counts equal rows, and the audit trail is whole.
"""
_LINK = "![People in line over the day, and how long each class waited](pictures/hall-day.png)"
WORDS = {"booked": "booked", "priority": "priority", "walk_in": "walk-in"}


def publish(day: Any, waits: dict[str, list[float]], plan: Any) -> None:
    """Draw the day and write its part of the documents, between its marks: at the end if it is not there yet."""
    _draw(day, waits, plan)
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    part = f"{_BEGIN}{_ABOUT}\n{_rows(day, waits)}\n\n{_LINK}\n{_END}"
    DOCUMENT.write_text(f"{before.rstrip()}\n\n{part}\n{after.lstrip()}", encoding="utf-8")


def _rows(day: Any, waits: dict[str, list[float]]) -> str:
    tries = day.statuses["503"] + day.statuses["no answer"] + day.statuses["500"]
    answers = sum(day.statuses.values())
    served = sum(visitor.done.is_set() for visitor in day.visitors.values())
    day_words = (
        f"{datetime.now(UTC):%Y-%m-%d}: {len(day.visitors)} came, {served} were served; {answers:,} requests, "
        f"{tries} of them while the database was away, tried again by who wanted them."
    )
    head = "| class | served at the first call | median wait | nine in ten waited at most | longest |"
    lines = [textwrap.fill(day_words, 118), "", head, "|---|---|---|---|---|"]
    for kind, minutes in waits.items():
        ordered = sorted(minutes)
        cells = (ordered[int(len(ordered) * part)] for part in (0.5, 0.9)) if ordered else (0.0, 0.0)
        middle, most = cells
        longest = max(ordered, default=0.0)
        lines.append(
            f"| {WORDS[kind]} | {len(ordered)} | {middle:.0f} min | {most:.0f} min | {longest:.0f} min |"
        )
    return "\n".join(lines)


def _draw(day: Any, waits: dict[str, list[float]], plan: Any) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    opens = day.clock.begin.timestamp() + 1800
    hours = [(moment.timestamp() - opens) / 3600 + 8.5 for moment, _count in day.in_line]
    counts = [float("nan") if count is None else count for _moment, count in day.in_line]
    drawing, (line, spread) = pyplot.subplots(2, 1, figsize=(9, 7), layout="constrained")
    line.plot(hours, counts, color="#0b5bb5", linewidth=1.6)
    begin = 8.5 + plan.outage_at / 60
    line.axvspan(begin, begin + plan.outage_min / 60, color="#c23b32", alpha=0.2, label="database away")
    line.set(xlabel="hour of the day", ylabel="people in line", ylim=(0, None))
    line.legend(frameon=False)
    for (kind, minutes), colour in zip(waits.items(), ("#1f8a5b", "#8a4b00", "#0b5bb5"), strict=True):
        ordered = sorted(minutes)
        parts = [(place + 1) / len(ordered) for place in range(len(ordered))]
        spread.step(ordered, parts, where="post", color=colour, label=WORDS[kind])
    spread.set(
        xlabel="minutes waited (booked: from the booked time on)", ylabel="share of the class", ylim=(0, 1)
    )
    spread.legend(frameon=False)
    for axes in (line, spread):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
    drawing.savefig(_PICTURE, dpi=110)
    pyplot.close(drawing)
