"""`onetrip crowd`: simulated citizens and officers for a running sample city (what `demo --crowd` starts)."""

import argparse
import os

from onetrip.cli.environment import set_up_django
from onetrip.cli.refusals import CannotStart


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("crowd", help="fill the sample city with simulated citizens and officers")
    parser.add_argument("size", type=int, metavar="N", help="how many citizens (1 to 500)")
    parser.add_argument("--speed", type=float, default=4.0, help="how much faster than people (default 4)")
    parser.add_argument("--no-history", action="store_true", help="leave out the ten past days")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Seed the past once, then play until stopped."""
    set_up_django()
    if os.environ.get("ONETRIP_MODE") != "demo":
        raise CannotStart("A crowd is for the sample city only: real lines belong to real people.")
    from onetrip.cli.sample_city.crowd import MAX_CROWD, run_crowd, seed_history

    if not 1 <= arguments.size <= MAX_CROWD:
        raise CannotStart(f"--crowd: between 1 and {MAX_CROWD} citizens, not {arguments.size}.")
    if not 0.1 <= arguments.speed <= 100:
        raise CannotStart(f"--speed: between 0.1 and 100, not {arguments.speed:g}.")
    if not arguments.no_history:
        print(f"{seed_history()} errands of past days", flush=True)
    run_crowd(size=arguments.size, speed=arguments.speed, say=lambda text: print(text, flush=True))
    return 0
