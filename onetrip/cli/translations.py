"""`onetrip translations`: compile the .po files with Babel, so that no gettext needs to be installed."""

import argparse
from pathlib import Path

from onetrip.cli.engines.folders import CHECKOUT
from onetrip.cli.refusals import CannotStart


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("translations", help="compile the translations that changed")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    count = compile_changed(root=CHECKOUT / "onetrip")
    print(f"translations: {count} compiled")
    return 0


def stale(*, root: Path) -> list[Path]:
    """The .po files below `root` whose .mo file is missing or older."""
    found = sorted(root.glob("**/locale/*/LC_MESSAGES/*.po"))
    return [po for po in found if not _is_current(po)]


def compile_changed(*, root: Path) -> int:
    """Compile what is stale and return how many files that were.

    Raises:
        CannotStart: naming the file and line of a text whose placeholders do not match its source.
    """
    changed = stale(root=root)
    if not changed:
        return 0
    from babel.messages import mofile, pofile

    for po in changed:
        with po.open("rb") as source:
            catalogue = pofile.read_po(source, locale=po.parent.parent.name)
        for message, errors in catalogue.check():
            raise CannotStart(f"{po}:{message.lineno}: {errors[0]}")
        building = po.with_suffix(".mo.building")
        with building.open("wb") as target:
            mofile.write_mo(target, catalogue)
        building.replace(po.with_suffix(".mo"))
    return len(changed)


def _is_current(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.is_file() and mo.stat().st_mtime >= po.stat().st_mtime
