"""`onetrip fake-sms`: an SMS platform in the foreground."""

import argparse
from pathlib import Path

from onetrip.cli.ports import require_free_port


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("fake-sms", help="an SMS platform of our own, for tests and measurements")
    parser.add_argument("--folder", type=Path, required=True, help="where its books are")
    parser.add_argument(
        "--port", type=int, required=True, help="on loopback: the customer's calls, the control"
    )
    parser.add_argument("--secret", required=True, help="what both sides sign with (ONETRIP_SMS_SECRET)")
    parser.add_argument("--receipts-url", default="", help="where receipts go (default: nowhere)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from onetrip.cli.fakes.desk import serve_until_stopped
    from onetrip.cli.fakes.sms.books import Books
    from onetrip.cli.fakes.sms.platform import Platform
    from onetrip.cli.fakes.sms.server import Server

    require_free_port(host="127.0.0.1", port=arguments.port)
    platform = Platform(
        secret=arguments.secret,
        books=Books(arguments.folder / "sms.sqlite3"),
        receipts_url=arguments.receipts_url,
    )
    return serve_until_stopped([Server(("127.0.0.1", arguments.port), platform=platform)])
