"""`cold_start_s` and `warm_start_s`: from `onetrip demo` to the first page, without and with its data at hand."""

import os
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from bench.figures import AT_MOST, Figure
from bench.stage import Stage
from onetrip.cli import children
from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.ports import free_port

COLD_S, WARM_S = 120.0, 5.0
WARM_STARTS = 3
_OWN = ("DATABASE_URL", "VALKEY_URL", "ONETRIP_SECRET_KEY", "ONETRIP_MODE")


def measure(stage: Stage, wanted: set[str]) -> list[Figure]:
    """One cold start in an empty folder, then warm ones; the fastest of them is the command's own time."""
    home = stage.folder / "demo"
    home.mkdir(mode=0o755)
    cold = _start(stage, home)
    stage.tell(f"cold: {cold:.1f} s")
    warm = min(_start(stage, home) for _number in range(1 if stage.quick else WARM_STARTS))
    stage.tell(f"warm: {warm:.1f} s")
    figures = [
        Figure("cold_start_s", cold, "s", COLD_S, "packages at hand, empty folder", (AT_MOST, 1.0)),
        Figure("warm_start_s", warm, "s", WARM_S, "5 s", (AT_MOST, 1.0)),
    ]
    return [figure for figure in figures if figure.name in wanted]


def _start(stage: Stage, home: Path) -> float:
    """Seconds until the first page has come, whole."""
    port = free_port()
    environ = {name: value for name, value in stage.environ.items() if name not in _OWN}
    begin = time.monotonic()
    with (stage.folder / "demo.log").open("w", encoding="utf-8") as output:
        demo = children.spawn(
            [sys.executable, "-m", "onetrip", "demo", "--port", str(port)],
            environ={**environ, "ONETRIP_HOME": os.fspath(home)}, output=output, folder=CHECKOUT,
        )  # fmt: skip
    try:
        while not _has_page(port):
            if demo.poll() is not None or time.monotonic() - begin > 3 * COLD_S:
                raise RuntimeError((stage.folder / "demo.log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.02)
        return time.monotonic() - begin
    finally:
        children.stop(demo, within_s=40)


def _has_page(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            return answer.status == 200 and len(answer.read()) > 0
    except OSError:
        return False
