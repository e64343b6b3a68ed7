"""Keeps the demo's processes running: starts them, restarts one that died, stops all in order."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onetrip.cli import children
from onetrip.cli.engines.embedded import Engines
from onetrip.cli.refusals import CannotStart

LOOK_EVERY_S = 0.2
GIVE_UP_AFTER = 5  # deaths of one part within ...
GIVE_UP_WITHIN_S = 60


@dataclass
class Part:
    """One process of ours: its name, its arguments after `python -m onetrip`, when it died."""

    name: str
    arguments: Sequence[str]
    child: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)


@dataclass(kw_only=True)
class Keeper:
    """Everything the demo runs. `logs`: the folder for the parts' output."""

    engines: Engines
    environ: Mapping[str, str]
    logs: Path
    parts: list[Part] = field(default_factory=list)

    def start(self, name: str, *arguments: str) -> Part:
        part = Part(name, arguments)
        self.parts.append(part)
        self._run(part)
        return part

    def watch(self) -> None:
        """Restart what dies, for ever (until a signal's exception ends it).

        Raises:
            CannotStart: a part died again and again.
        """
        while True:
            time.sleep(LOOK_EVERY_S)
            self._look_after_engines()
            for part in self.parts:
                if part.child is not None and part.child.poll() is not None:
                    self._restart(part)

    def stop(self) -> None:
        """Stop the parts, last started first, then the engines they use."""
        for part in reversed(self.parts):
            if part.child is not None:
                children.stop(part.child, within_s=10)
        self.engines.stop()

    def end_of_log(self, name: str) -> str:
        """The last line a part wrote."""
        try:
            lines = (self.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _run(self, part: Part) -> None:
        with (self.logs / f"{part.name}.log").open("a", encoding="utf-8") as log:
            part.child = children.spawn(
                [sys.executable, "-m", "onetrip", *part.arguments], environ=self.environ, output=log
            )

    def _restart(self, part: Part) -> None:
        assert part.child is not None
        code = children.stop(part.child)  # clears its process group
        if part.name == "crowd" and code == 0:
            part.child = None
            return
        self._note_death(part.deaths, part.name, _how(code))
        self._run(part)

    def _look_after_engines(self) -> None:
        for name, engine in (("PostgreSQL", self.engines.postgres), ("Valkey", self.engines.valkey)):
            if engine is not None and engine.child is not None and engine.child.poll() is not None:
                code = children.stop(engine.child)
                self._note_death(self._engine_deaths, name, _how(code))
                engine.start()

    def __post_init__(self) -> None:
        self._engine_deaths: list[float] = []

    def _note_death(self, deaths: list[float], name: str, how: str) -> None:
        now = time.monotonic()
        deaths[:] = [moment for moment in deaths if now - moment < GIVE_UP_WITHIN_S] + [now]
        if len(deaths) >= GIVE_UP_AFTER:
            raise CannotStart(
                f"{name} ended {len(deaths)} times within a minute: {self.end_of_log(name)} (see {self.logs})"
            )
        print(f"onetrip: {name} ended ({how}), started again", file=sys.stderr, flush=True)


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
