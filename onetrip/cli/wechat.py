"""`onetrip wechat …`: what is set up at WeChat once: the account's menu, codes to scan for venues."""

import argparse
import os
import sys

from onetrip.cli.environment import set_up_django
from onetrip.cli.refusals import CannotStart


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("wechat", help="set up the official account")
    commands = parser.add_subparsers(metavar="WHAT", required=True)
    menu = commands.add_parser("menu", help="make the account's menu")
    menu.add_argument(
        "--site", default="", help="where people find the pages (default: the account's site_url)"
    )
    menu.set_defaults(run=run_menu)
    code = commands.add_parser("code", help="make a code to scan that leads to a venue's page")
    code.add_argument("venue", help="the venue's code")
    code.set_defaults(run=run_code)


def run_menu(arguments: argparse.Namespace) -> int:
    """Make the menu out of the citizens' pages."""
    set_up_django()
    from onetrip.core import clock
    from onetrip.core.errors import Refusal
    from onetrip.domain.wechat import flows
    from onetrip.faces.hooks.wechat.menus import menu_of
    from onetrip.faces.hooks.wechat.sites import Site

    try:
        root = (arguments.site or flows.site_address() or _first_origin()).rstrip("/")
        if not root:
            raise CannotStart("wechat menu: say where the pages are (--site https://…)")
        flows.call(path="/cgi-bin/menu/create", body=menu_of(Site(root)), at=clock.now())
    except Refusal as refusal:
        raise CannotStart(f"wechat menu: {refusal.text()}") from None
    print(f"The account's menu leads to {root}")
    return 0


def run_code(arguments: argparse.Namespace) -> int:
    """Ask WeChat for a lasting code and print where its picture is."""
    set_up_django()
    from onetrip.core import clock
    from onetrip.core.errors import Refusal
    from onetrip.domain.venues import queries as venues
    from onetrip.domain.wechat import flows
    from onetrip.faces.hooks.wechat.menus import SCENE_VENUE

    try:
        scene = f"{SCENE_VENUE}{venues.venue(arguments.venue).code}"
        print(flows.code_to_scan(scene=scene, at=clock.now()), file=sys.stdout)
    except Refusal as refusal:
        raise CannotStart(f"wechat code: {refusal.text()}") from None
    return 0


def _first_origin() -> str:
    return os.environ.get("ONETRIP_ORIGINS", "").partition(",")[0]
