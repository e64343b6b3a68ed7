"""`onetrip fake-wechat-pay`: the sample city's WeChat Pay in the foreground."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from onetrip.cli.ports import require_free_port


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "fake-wechat-pay", help="a WeChat Pay of our own, for the demo and for tests"
    )
    parser.add_argument(
        "--folder", type=Path, required=True, help="where its keys and books are, and the merchant's"
    )
    parser.add_argument(
        "--port", type=int, required=True, help="on loopback: the merchant's requests and the control"
    )
    parser.add_argument("--notify-url", required=True, help="where notices go")
    parser.add_argument(
        "--cashier-url", default="", help="where citizens reach the cashier (default: the same port)"
    )
    parser.add_argument("--cashier-port", type=int, default=0, help="a port for phones in the network")
    parser.add_argument("--certificate", type=Path, help="serve that port by HTTPS with this PEM file")
    parser.add_argument("--key", type=Path, help="the certificate's private key")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from onetrip.cli.fakes.desk import serve_until_stopped
    from onetrip.cli.fakes.wechat_pay.books import Books
    from onetrip.cli.fakes.wechat_pay.keys import MERCHANT, OURS, SAMPLE_CASHIER, make_keys
    from onetrip.cli.fakes.wechat_pay.provider import Provider
    from onetrip.cli.fakes.wechat_pay.server import CashierDesk, Server
    from onetrip.cli.fakes.wechat_pay.signing import Seal

    require_free_port(host="127.0.0.1", port=arguments.port)
    url = f"http://127.0.0.1:{arguments.port}"
    make_keys(folder=arguments.folder, url=url, notify_url=arguments.notify_url, at=datetime.now(UTC))
    provider = Provider(
        seal=Seal(folder=arguments.folder),
        books=Books(arguments.folder / OURS / "books.sqlite3"),
        cashier_url=(arguments.cashier_url or url).rstrip("/"),
    )
    (arguments.folder / MERCHANT / SAMPLE_CASHIER).write_text(provider.cashier_url, encoding="utf-8")
    servers = [Server(("127.0.0.1", arguments.port), provider=provider)]
    if arguments.cashier_port:
        door = ("0.0.0.0", arguments.cashier_port)
        servers.append(
            Server(
                door,
                provider=provider,
                desk=CashierDesk,
                certificate=arguments.certificate,
                key=arguments.key,
            )
        )
    return serve_until_stopped(servers)
