"""`onetrip catalog`: the guides as files, to be checked, compared, brought in and written out."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from onetrip.cli.environment import set_up_django
from onetrip.cli.refusals import CannotStart
from onetrip.cli.upkeep import require_database

if TYPE_CHECKING:
    from onetrip.domain.catalog.queries import Difference

SHIPPED = Path(__file__).resolve().parents[2] / "catalog"


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    actions = subparsers.add_parser("catalog", help="the guides as YAML files").add_subparsers(
        metavar="ACTION", required=True
    )
    bring = actions.add_parser("import", help="bring the database to what a folder says, all or nothing")
    _add_folder(bring)
    bring.add_argument("--draft", action="store_true", help="write new versions without publishing them")
    bring.set_defaults(run=import_folder)
    export = actions.add_parser("export", help="write the catalogue in force into a folder")
    export.add_argument("folder", type=Path)
    export.set_defaults(run=export_folder)
    check = actions.add_parser("check", help="find every mistake, with file and line; changes nothing")
    _add_folder(check)
    check.set_defaults(run=check_folder)
    diff = actions.add_parser("diff", help="folder against database, or two versions of one item")
    diff.add_argument("--folder", type=Path, default=SHIPPED, help="default: the shipped catalogue")
    diff.add_argument("item", nargs="?", help="an item's code")
    diff.add_argument("old", nargs="?", type=int, help="a version number")
    diff.add_argument("new", nargs="?", type=int, help="a version number")
    diff.set_defaults(run=show_differences)
    for one in (bring, check):
        one.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans", help="of the messages")


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", type=Path, default=SHIPPED, help="default: the shipped catalogue"
    )


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise CannotStart(f"There is no folder {folder}.")
    return folder


def import_folder(arguments: argparse.Namespace) -> int:
    """Import a folder and say what changed; on any mistake list all of them and change nothing."""
    set_up_django()
    require_database()
    from django.utils.translation import override

    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.catalog import errors, services

    by = Actor.system("catalog-import")
    with override(arguments.language):
        try:
            outcome = services.import_catalog(
                folder=_existing(arguments.folder), by=by, at=clock.now(), publish=not arguments.draft
            )
        except errors.CatalogInvalid as refusal:
            for problem in refusal.problems:
                print(problem, file=sys.stderr)
            raise CannotStart(refusal.text()) from None
    for sign, codes in (("+", outcome.created), ("~", outcome.changed), ("-", outcome.withdrawn)):
        for code in codes:
            print(f"{sign} {code}")
    print(
        f"{len(outcome.created)} created, {len(outcome.changed)} changed, "
        f"{len(outcome.withdrawn)} withdrawn, {len(outcome.unchanged)} unchanged"
    )
    return 0


def export_folder(arguments: argparse.Namespace) -> int:
    """Write the catalogue in force as YAML; importing it again changes nothing."""
    set_up_django()
    require_database()
    from onetrip.domain.catalog import queries

    files = queries.catalogue_files()
    try:
        for name, text in files.items():
            path = arguments.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise CannotStart(f"Cannot write {fault.filename}: {fault.strerror}.") from None
    print(f"{len(files)} files written to {arguments.folder}")
    return 0


def check_folder(arguments: argparse.Namespace) -> int:
    """List every mistake in a folder. Needs no database."""
    set_up_django()
    from django.utils.translation import override

    from onetrip.domain.catalog import queries

    with override(arguments.language):
        problems = queries.mistakes_in(folder=_existing(arguments.folder))
        for problem in problems:
            print(problem)
    print(f"{len(problems)} mistakes", file=sys.stderr)
    return 1 if problems else 0


def show_differences(arguments: argparse.Namespace) -> int:
    """Print what changed; exit code 0 when nothing did, 1 when something did, as diff(1) has it."""
    set_up_django()
    require_database()
    from onetrip.core.errors import NotFound
    from onetrip.domain.catalog import queries

    if arguments.item and (arguments.old is None or arguments.new is None):
        raise CannotStart(
            "Say which two versions to compare, for example: catalog diff i25-id-card-first 1 2"
        )
    try:
        if arguments.item:
            changes = queries.compare_versions(item_code=arguments.item, old=arguments.old, new=arguments.new)
            found = {arguments.item: changes} if changes else {}
        else:
            found = queries.compare_with_folder(folder=_existing(arguments.folder))
    except NotFound as refusal:
        raise CannotStart(refusal.text()) from None
    for name, differences in found.items():
        _print_differences(name, differences)
    return 1 if found else 0


def _print_differences(name: str, differences: "list[Difference]") -> None:
    print(name)
    for one in differences:
        if one.before is None:
            print(f"  + {one.where}: {one.after}")
        elif one.after is None:
            print(f"  - {one.where}: {one.before}")
        else:
            print(f"  ~ {one.where}: {one.before} → {one.after}")
