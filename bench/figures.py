"""Figures beside their limits: on the screen, in `var/bench.json`, as a picture and in the documents."""

import json
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from onetrip.cli.engines.folders import CHECKOUT

RESULTS = CHECKOUT / "var" / "bench.json"
PICTURE = CHECKOUT / "docs" / "pictures" / "bench.png"
DOCUMENT = CHECKOUT / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"

AT_LEAST, AT_MOST = "at least", "at most"


@dataclass(frozen=True)
class Figure:
    """One measured value. `ratio` is value / limit; `target` says which ratio is wanted, and in which direction."""

    name: str
    value: float
    unit: str
    limit: float
    limit_is: str
    target: tuple[str, float] | None = None
    day: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d}")

    @property
    def ratio(self) -> float:
        return self.value / self.limit if self.limit else float("inf")

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        direction, wanted = self.target
        return self.ratio >= wanted if direction == AT_LEAST else self.ratio <= wanted

    @property
    def wanted(self) -> str:
        return (
            "" if self.target is None else f"{'≥' if self.target[0] == AT_LEAST else '≤'} {self.target[1]:g}"
        )

    @property
    def mark(self) -> str:
        return {None: "", True: "yes", False: "NO"}[self.is_met]


_HEAD = ("figure", "value", "unit", "limit", "the limit is", "ratio", "wanted", "met", "day")


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name, _number(figure.value), figure.unit, _number(figure.limit), figure.limit_is,
        f"{figure.ratio:.2f}", figure.wanted, figure.mark, figure.day,
    )  # fmt: skip


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(figures: list[Figure]) -> str:
    """Lay the figures out for a terminal."""
    rows = [_HEAD, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def keep(figures: list[Figure]) -> list[Figure]:
    """Write the results down and return all that are known; figures not measured now stay as they were."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    found = {entry["name"]: entry for entry in before if "day" in entry}
    found.update({figure.name: {**asdict(figure), "ratio": figure.ratio} for figure in figures})
    RESULTS.write_text(json.dumps(list(found.values()), indent=1) + "\n", encoding="utf-8")
    return [_figure(entry) for entry in found.values()]


def _figure(entry: dict[str, Any]) -> Figure:
    known = {name: value for name, value in entry.items() if name != "ratio"}
    return Figure(**{**known, "target": entry["target"] and tuple(entry["target"])})


def publish(figures: list[Figure]) -> None:
    """Put figures into the documents, as a table and as a picture."""
    _draw(figures)
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _begin, rest = text.partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    DOCUMENT.write_text(f"{before}{_BEGIN}\n{_markdown(figures)}\n{_END}{after}", encoding="utf-8")


def _markdown(figures: list[Figure]) -> str:
    lines = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD)]
    lines += ["| " + " | ".join(_row(figure)) + " |" for figure in figures]
    machine = f"{platform.machine()}, {_processors()} cores, Python {platform.python_version()}"
    return "\n".join([f"Measured on {machine}.", "", *lines])


def _processors() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _draw(figures: list[Figure]) -> None:
    """Bars from zero to the ratio, a stroke where the target is: what is on which side of it is seen at once."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    shown = [figure for figure in reversed(figures) if figure.ratio != float("inf")]
    drawing, axes = pyplot.subplots(figsize=(9, 0.5 * len(shown) + 1.2), layout="constrained")
    for place, figure in enumerate(shown):
        colour = {None: "#8a94a6", True: "#1f8a5b", False: "#c23b32"}[figure.is_met]
        axes.barh(place, figure.ratio, color=colour, height=0.6)
        label = f" {figure.ratio:.2f}  ({_number(figure.value)} {figure.unit} : {_number(figure.limit)})"
        axes.text(figure.ratio, place, label, va="center", fontsize=8)
        if figure.target is not None:
            axes.plot([figure.target[1]] * 2, [place - 0.4, place + 0.4], color="#20242c", linewidth=2)
    axes.set_yticks(range(len(shown)), [f"{figure.name} {figure.wanted}" for figure in shown], fontsize=9)
    axes.set_xlabel("value : limit, measured in the same run (stroke: what must be reached)")
    axes.margins(x=0.35)
    axes.spines[["top", "right"]].set_visible(False)
    drawing.savefig(PICTURE, dpi=110)
    pyplot.close(drawing)
