"""Commands for whoever looks after a city: migrate, static, audit, recordings, logins, doctor."""

import argparse
import os
import sys

import psycopg

from onetrip.cli.environment import REQUIRED, set_up_django
from onetrip.cli.refusals import CannotStart


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    migrate_parser = subparsers.add_parser("migrate", help="bring the database's tables up to date")
    migrate_parser.set_defaults(run=migrate)
    static = subparsers.add_parser("static", help="collect style sheets, scripts and pictures for nginx")
    static.set_defaults(run=collect_static)
    audit = subparsers.add_parser("audit", help="the audit trail").add_subparsers(
        metavar="ACTION", required=True
    )
    verify = audit.add_parser("verify", help="prove that no entry was changed or removed")
    verify.set_defaults(run=verify_audit)
    recordings = subparsers.add_parser("recordings", help="recordings of calls").add_subparsers(
        metavar="ACTION", required=True
    )
    prove = recordings.add_parser(
        "verify", help="prove that no piece of any recording was changed or removed"
    )
    prove.set_defaults(run=verify_recordings)
    logins = subparsers.add_parser("logins", help="the demo's logins with the codes that work now")
    logins.set_defaults(run=show_logins)
    doctor_parser = subparsers.add_parser("doctor", help="check what onetrip needs, one line each")
    doctor_parser.set_defaults(run=doctor)


def migrate(_arguments: argparse.Namespace) -> int:
    """Apply the migrations that are missing; two at once wait for each other."""
    set_up_django()
    from django.core.management import call_command
    from django.db import OperationalError, connection

    require_database()
    try:
        # Several machines of a roll-out may call this at the same moment.
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0; SET idle_session_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(hashtext('onetrip migrate'))")
        call_command("migrate", interactive=False, verbosity=1 if sys.stdout.isatty() else 0)
        load_reference()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('onetrip migrate'))")
    except OperationalError as error:
        raise CannotStart(f"PostgreSQL refused: {str(error).splitlines()[0]}") from None
    finally:
        connection.close()
    return 0


def load_reference() -> None:
    """Write down what is shipped in files and belongs into tables: what messages say. Twice is as good as once."""
    from onetrip.core import clock
    from onetrip.core.audit import Actor
    from onetrip.domain.notifications import services

    services.load_wordings(by=Actor.system("shipped"), at=clock.now())


def require_database() -> None:
    """Raise CannotStart, with PostgreSQL's own reason, when nobody answers (a pool would try for long)."""
    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
    except psycopg.Error as error:
        raise CannotStart(f"Cannot reach PostgreSQL: {str(error).splitlines()[-1].strip()}") from None


def collect_static(_arguments: argparse.Namespace) -> int:
    """Copy every static file below ONETRIP_HOME/static, where nginx serves them from."""
    set_up_django()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=1)
    return 0


def verify_audit(_arguments: argparse.Namespace) -> int:
    """Recompute the chain; exit code 1 when a link is broken."""
    set_up_django()
    from onetrip.core.audit import verify

    report = verify()
    print(f"{report.entries} entries in {report.lanes} lanes, anchor {report.anchor}")
    for place in report.broken:
        print(f"BROKEN {place}")
    print("intact" if report.intact else f"{len(report.broken)} broken")
    return 0 if report.intact else 1


def verify_recordings(_arguments: argparse.Namespace) -> int:
    """Compare every piece with its list, and every list with the audit trail; exit code 1 when something is wrong."""
    set_up_django()
    from onetrip.domain.recordings import queries

    wrong = chunks = read = 0
    ids = queries.recordings_to_prove()
    for recording_id in ids:
        proof = queries.proof(recording_id)
        chunks, read, wrong = chunks + proof.chunks, read + proof.read, wrong + (not proof.complete)
        for flaw in proof.flaws:
            print(f"BROKEN {recording_id}: piece {flaw.place} {flaw.what}")
    print(f"{len(ids)} recordings, {chunks} pieces in their lists, {read} read")
    print("complete" if not wrong else f"{wrong} broken")
    return 1 if wrong else 0


def show_logins(_arguments: argparse.Namespace) -> int:
    """Print who may sign in to the demo's console; in production there is nobody to print."""
    set_up_django()
    from rich.console import Console
    from rich.table import Table

    from onetrip.core import clock
    from onetrip.domain.accounts.queries import demo_logins

    table = Table("role", "user name", "password", "code now", "name", box=None, padding=(0, 2))
    for login in demo_logins(at=clock.now()):
        table.add_row(login.role_name, login.username, login.password, login.code or "wait 30 s", login.name)
    if table.row_count:
        Console().print(table)
    return 0


def doctor(_arguments: argparse.Namespace) -> int:
    """Look at everything, report everything; exit code 1 when something is wrong."""
    from onetrip.cli.checkup import look_at_everything

    wrong = 0
    for finding in look_at_everything(given={name: os.environ.get(name, "") for name in REQUIRED}):
        wrong += not finding.good
        print(f"{'ok   ' if finding.good else 'WRONG'} {finding.subject}: {finding.text}")
    return 1 if wrong else 0
