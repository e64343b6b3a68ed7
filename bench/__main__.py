"""`python -m bench [names…]`: measure, print a table, write `var/bench.json`.

All of them, or some with `--publish`, go into the documents as well, beside what was measured before.
"""

import argparse
import importlib
import sys
import time

from bench import figures as results
from bench.figures import Figure
from bench.stage import Stage, set_up

# Which module measures which figures; the browsers come last, when nothing else runs any more.
MODULES = {
    "bench.pages": ("slot_search", "booking"),
    "bench.contention": ("contention_p99_s",),
    "bench.rush": ("rush_p99_s", "rush_oversold", "rush_5xx"),
    "bench.hall": ("next_ticket_p99_ms",),
    "bench.hall_fair": ("hall_fair_walk_in", "hall_fair_booked", "hall_fair_priority"),
    "bench.hall_day": ("hall_day_faults", "hall_day_5xx"),
    "bench.boards": ("board_p99_ms",),
    "bench.payments": ("pay_callback", "reconcile_10k_s"),
    "bench.wechat": ("wechat_reply_p99_ms",),
    "bench.outbox": ("outbox_per_s", "outbox_unsettled"),
    "bench.waiting": ("waiting_kb", "live_per_s"),
    "bench.line": ("wait_error", "match_p99_ms", "line_push_p99_ms"),
    "bench.history": ("booking_at_1m",),
    "bench.papers": ("precheck_s", "precheck_class", "precheck_advice"),
    "bench.dashboard": ("insights_ms",),
    "bench.starts": ("cold_start_s", "warm_start_s"),
    "bench.relay": ("relay_calls",),
    "bench.rejoin": ("rejoin_s",),
    "bench.calls": ("call_setup", "call_setup_relay", "paper_height_px", "paper_seconds"),
}
NAMES = [name for names in MODULES.values() for name in names]


def main() -> int:
    """Measure what was asked for; exit code 1 when a target was missed or something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"figures to measure (all): {', '.join(NAMES)}"
    )
    parser.add_argument("--quick", action="store_true", help="tiny durations: tries the benchmarks out")
    parser.add_argument(
        "--publish", action="store_true", help="write docs/benchmarks.md, whatever was measured"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(NAMES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    begin = time.monotonic()

    def tell(text: str) -> None:
        print(f"[{time.monotonic() - begin:5.0f} s] {text}", file=sys.stderr, flush=True)

    with set_up(quick=arguments.quick, tell=tell) as stage:
        figures, failed = _measure(stage, set(arguments.names) or set(NAMES))
    print(results.table(figures))
    if not arguments.quick:
        results.keep(figures)
        if arguments.publish or not (arguments.names or failed):
            results.publish(figures)
    tell(f"written to {results.RESULTS}")
    return 1 if failed or any(figure.is_met is False for figure in figures) else 0


def _measure(stage: Stage, wanted: set[str]) -> tuple[list[Figure], bool]:
    """One benchmark that cannot run does not take the others with it."""
    figures: list[Figure] = []
    failed = False
    for module, names in MODULES.items():
        if not wanted & set(names):
            continue
        stage.tell(", ".join(sorted(wanted & set(names))))
        try:
            figures += importlib.import_module(module).measure(stage, wanted)
        except Exception as error:
            failed = True
            stage.tell(f"FAILED: {_in_words(error)}")
        for server in list(stage.servers):
            stage.stop(server)
    return figures, failed


def _in_words(error: BaseException) -> str:
    """Name what broke; of several that ran side by side, each."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_in_words(one) for one in error.exceptions)
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
