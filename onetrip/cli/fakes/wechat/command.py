"""`onetrip fake-wechat`: the sample city's WeChat in the foreground."""

import argparse
from pathlib import Path

from onetrip.cli.ports import require_free_port


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("fake-wechat", help="a WeChat of our own, for the demo and for tests")
    parser.add_argument(
        "--folder", type=Path, required=True, help="where its books are, and the account's folder"
    )
    parser.add_argument("--port", type=int, required=True, help="on loopback: calls, pages and the control")
    parser.add_argument("--callback-url", required=True, help="where messages and events go")
    parser.add_argument("--site-url", required=True, help="the account's own pages")
    parser.add_argument(
        "--pages-url", default="", help="where people reach the chat (default: the same port)"
    )
    parser.add_argument("--pages-port", type=int, default=0, help="a port for phones in the network")
    parser.add_argument("--certificate", type=Path, help="serve that port by HTTPS with this PEM file")
    parser.add_argument("--key", type=Path, help="the certificate's private key")
    parser.add_argument("--plain", action="store_true", help="send messages unencrypted")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from onetrip.cli.fakes.desk import serve_until_stopped
    from onetrip.cli.fakes.wechat.account import OURS, make_account
    from onetrip.cli.fakes.wechat.books import Books
    from onetrip.cli.fakes.wechat.calls import Platform
    from onetrip.cli.fakes.wechat.courier import Courier
    from onetrip.cli.fakes.wechat.passes import Passes
    from onetrip.cli.fakes.wechat.sealing import Sealing
    from onetrip.cli.fakes.wechat.server import PagesDesk, Server

    require_free_port(host="127.0.0.1", port=arguments.port)
    url = f"http://127.0.0.1:{arguments.port}"
    pages_url = (arguments.pages_url or url).rstrip("/")
    known = make_account(
        folder=arguments.folder,
        url=url,
        pages_url=pages_url,
        site_url=arguments.site_url.rstrip("/"),
        plain=arguments.plain,
    )
    platform = Platform(
        books=Books(arguments.folder / OURS / "books.sqlite3"),
        passes=Passes(appid=known["appid"], secret=known["secret"]),
        courier=Courier(
            callback_url=arguments.callback_url,
            sealing=Sealing(token=known["token"], aes_key=known["aes_key"], appid=known["appid"]),
        ),
        own_url=pages_url,
    )
    servers = [Server(("127.0.0.1", arguments.port), platform=platform, site_url=arguments.site_url)]
    if arguments.pages_port:
        door = ("0.0.0.0", arguments.pages_port)
        locks = {"certificate": arguments.certificate, "key": arguments.key}
        servers.append(Server(door, platform=platform, site_url=arguments.site_url, desk=PagesDesk, **locks))
    return serve_until_stopped(servers)
