"""`onetrip staff`: employ the first administrator, and help whoever lost password or phone."""

import argparse
import getpass
import sys

from onetrip.cli.environment import set_up_django
from onetrip.cli.refusals import CannotStart

_SHORTEST_PASSWORD = 12


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    staff = subparsers.add_parser("staff", help="who may sign in to the console").add_subparsers(
        metavar="ACTION", required=True
    )
    add = staff.add_parser("add", help="employ somebody, or bring name and roles in line")
    add.add_argument("username")
    add.add_argument("name")
    add.add_argument(
        "--role", action="append", required=True, metavar="ROLE[:VENUE[:COMPETENCE]]",
        help="officer, lead, supervisor, editor or admin, e.g. lead:hh-410105001; may be given more than once",
    )  # fmt: skip
    add.set_defaults(run=employ)
    for name, run, text in (
        ("password", set_password, "give a new password; open sessions end"),
        ("reset-second-factor", reset_second_factor, "let the next sign-in enrol a new phone"),
        ("close", close, "close the account; open sessions end"),
    ):
        action = staff.add_parser(name, help=text)
        action.add_argument("username")
        action.set_defaults(run=run)


def employ(arguments: argparse.Namespace) -> int:
    """Employ somebody; the password is asked for, or read from standard input where nobody sits."""
    set_up_django()
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.core.errors import Refusal
    from onetrip.domain.accounts import services
    from onetrip.domain.accounts.states import Role

    roles = []
    for text in arguments.role:
        role, venue, competence = ([*text.split(":"), "", ""])[:3]
        roles.append(Role(role, venue or None, competence or None))
    try:
        user = services.ensure_staff(
            username=arguments.username,
            name=arguments.name,
            roles=roles,
            password=_ask_password(),
            by=Actor.system("onetrip staff"),
            at=clock.now(),
        )
    except Refusal as refusal:
        raise CannotStart(refusal.text()) from None
    print(f"{user.username}: {user.name}, {', '.join(arguments.role)}")
    return 0


def set_password(arguments: argparse.Namespace) -> int:
    """Give somebody a new password."""
    return _change(arguments, "set_password", "has a new password", password=True)


def reset_second_factor(arguments: argparse.Namespace) -> int:
    """Forget somebody's authenticator app and recovery codes."""
    return _change(arguments, "reset_second_factor", "enrols a new phone at the next sign-in")


def close(arguments: argparse.Namespace) -> int:
    """Close somebody's account."""
    return _change(arguments, "close_account", "cannot sign in any more")


def _change(arguments: argparse.Namespace, service: str, outcome: str, *, password: bool = False) -> int:
    set_up_django()
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.core.errors import NotFound
    from onetrip.domain.accounts import queries, services

    try:
        user_id = queries.staff_id(arguments.username)
    except NotFound:
        raise CannotStart(f"there is no {arguments.username} among the staff") from None
    more = {"password": _ask_password()} if password else {}
    getattr(services, service)(user_id=user_id, by=Actor.system("onetrip staff"), at=clock.now(), **more)
    print(f"{arguments.username} {outcome}")
    return 0


def _ask_password() -> str:
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise CannotStart("the two passwords differ")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if len(password) < _SHORTEST_PASSWORD:
        raise CannotStart(f"a password needs at least {_SHORTEST_PASSWORD} characters")
    return password
