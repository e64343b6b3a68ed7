"""Figures beside their limits: on the screen, in `var/bench.json`, as a picture and in the documents."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

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


Row = tuple[str, ...]
_HEAD = ("figure", "value", "unit", "limit", "the limit is", "ratio", "wanted", "met", "day")


def _row(figure: Figure) -> Row:
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


def keep(figures: list[Figure]) -> None:
    """Write the results down; figures not measured now stay as they were."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
    found = {entry["name"]: entry for entry in before if "day" in entry}
    found.update({figure.name: {**asdict(figure), "ratio": figure.ratio} for figure in figures})
    RESULTS.write_text(json.dumps(list(found.values()), indent=1) + "\n", encoding="utf-8")


def publish(figures: list[Figure], *, document: Path = DOCUMENT, picture: Path = PICTURE) -> None:
    """Put figures into the documents, as a table and as a picture; rows of others stay on the page as they are."""
    before, _begin, rest = document.read_text(encoding="utf-8").partition(_BEGIN)
    page, _end, after = rest.partition(_END)
    rows = {**_rows_on(page), **{figure.name: _row(figure) for figure in figures}}
    document.write_text(f"{before}{_BEGIN}\n{_markdown(rows.values())}\n{_END}{after}", encoding="utf-8")
    _draw(rows.values(), picture)


def _rows_on(page: str) -> dict[str, Row]:
    """The table's rows by the name of their figure."""
    lines = [line for line in page.splitlines() if line.startswith("|")][2:]
    rows = (tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
    return {row[0]: row for row in rows}


def _markdown(rows: Iterable[Row]) -> str:
    lines = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    machine = f"{platform.machine()}, {_processors()} cores, Python {platform.python_version()}"
    return "\n".join([f"Measured on {machine}.", "", *lines])


def _processors() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _draw(rows: Iterable[Row], picture: Path) -> None:
    """Bars from zero to the ratio, a stroke where the target is: what is on which side of it is seen at once."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    picture.parent.mkdir(parents=True, exist_ok=True)
    shown = [dict(zip(_HEAD, row, strict=True)) for row in rows]
    shown = [row for row in reversed(shown) if row["ratio"] != "inf"]
    drawing, axes = pyplot.subplots(figsize=(9, 0.5 * len(shown) + 1.2), layout="constrained")
    for place, row in enumerate(shown):
        ratio, colour = float(row["ratio"]), {"": "#8a94a6", "yes": "#1f8a5b", "NO": "#c23b32"}[row["met"]]
        axes.barh(place, ratio, color=colour, height=0.6)
        label = f" {row['ratio']}  ({row['value']} {row['unit']} : {row['limit']})"
        axes.text(ratio, place, label, va="center", fontsize=8)
        if row["wanted"]:
            wanted = float(row["wanted"][1:])
            axes.plot([wanted] * 2, [place - 0.4, place + 0.4], color="#20242c", linewidth=2)
    axes.set_yticks(range(len(shown)), [f"{row['figure']} {row['wanted']}" for row in shown], fontsize=9)
    axes.set_xlabel("value : limit, measured in the same run (stroke: what must be reached)")
    axes.margins(x=0.35)
    axes.spines[["top", "right"]].set_visible(False)
    drawing.savefig(picture, dpi=110)
    pyplot.close(drawing)
