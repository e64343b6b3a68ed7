"""The `onetrip` command: one parser, one place where a refusal becomes a line and an exit code."""

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

from onetrip.cli.refusals import CannotStart

# Each module offers add_commands(subparsers) and imports Django only when its command runs.
COMMAND_MODULES = (
    "onetrip.cli.demo.command",
    "onetrip.cli.serve",
    "onetrip.cli.prepare",
    "onetrip.cli.upkeep",
    "onetrip.cli.staff",
    "onetrip.cli.translations",
    "onetrip.cli.catalog",
    "onetrip.cli.crowd",
    "onetrip.cli.wechat",
    "onetrip.cli.fakes.wechat_pay.command",
    "onetrip.cli.fakes.wechat.command",
    "onetrip.cli.fakes.sms.command",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 could not, 2 wrongly called."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except CannotStart as refusal:
        print(f"onetrip: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (`| head`) has gone; Python would complain once more while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onetrip", description="One errand, one trip.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMAND_MODULES:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name).add_commands(commands)
    return parser
