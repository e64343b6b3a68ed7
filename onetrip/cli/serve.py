"""`onetrip serve`: one part of the service in the foreground, for systemd, a container or the demo."""

import argparse
import asyncio
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from onetrip.cli import children
from onetrip.cli.environment import require_environment, set_up_django
from onetrip.cli.ports import require_free_port
from onetrip.cli.refusals import CannotStart

# What speaks for each part, and its default port. `all` is for one machine: pages and sockets on one port.
WEB, LIVE, ALL = "web", "live", "all"
TARGETS = {
    WEB: ("wsgi", "onetrip.project.wsgi:application", 8000),
    LIVE: ("asgi", "onetrip.project.asgi:live_application", 8100),
    ALL: ("asgi", "onetrip.project.asgi:application", 8000),
}
# Each thread may hold a database connection; the settings' pool (ONETRIP_DB_POOL, 10) has room for all.
# Python runs one of them at a time, and each more makes the others wait: `python -m bench slot_search` found a tenth to
# a fifth more searches with four than with eight, on a noisy machine. Where pages wait long for somebody else, as for a
# provider of payments that is slow, more of them are right: --threads.
WEB_THREADS = 4
YOUNG_OBJECTS = 20_000
STOP_WITHIN_S = 8
LARGEST_MESSAGE_BYTES = 128 * 1024  # the live face itself refuses what is half as big, and says why
_LIVE_SERVER = "ONETRIP_LIVE_SERVER"
PRECHECK = "precheck"  # the queue that has a process of its own


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("serve", help="run one part of the service in the foreground")
    parts = parser.add_subparsers(metavar="PART", required=True)
    helps = {
        WEB: "the pages (WSGI)",
        LIVE: "the live sockets (ASGI)",
        ALL: "pages and live sockets on one port (ASGI), for one machine",
    }
    for part, (_interface, _target, port) in TARGETS.items():
        one = parts.add_parser(part, help=helps[part])
        one.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback only)")
        one.add_argument("--port", type=int, default=port)
        one.add_argument("--workers", type=int, default=1, help="server processes (default: 1)")
        if part == WEB:
            one.add_argument("--threads", type=int, default=WEB_THREADS, help="requests at once per process")
        one.add_argument("--certificate", type=Path, help="serve HTTPS with this PEM file")
        one.add_argument("--key", type=Path, help="the certificate's private key (PKCS #8)")
        one.set_defaults(run=serve_http, part=part)
    worker = parts.add_parser("worker", help="the jobs that the pages leave for later")
    worker.add_argument("--concurrency", type=int, default=4, help="jobs at once (default: 4)")
    worker.add_argument(
        "--precheck",
        action="store_true",
        help="look at photographed papers, one by one; without it: all other jobs",
    )
    worker.set_defaults(run=serve_jobs)


def serve_http(arguments: argparse.Namespace) -> int:
    """Serve pages, sockets or both until told to stop."""
    require_environment()
    if bool(arguments.certificate) != bool(arguments.key):
        raise CannotStart("HTTPS needs both --certificate and --key.")
    require_free_port(host=arguments.host, port=arguments.port)
    if arguments.part == LIVE:
        return serve_sockets(arguments)
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels

    interface, target, _port = TARGETS[arguments.part]
    os.environ.setdefault("ONETRIP_PROCESS", f"onetrip-{arguments.part}")
    server = Granian(
        target,
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces(interface),
        workers=arguments.workers,
        blocking_threads=arguments.threads if arguments.part == WEB else None,
        websockets=arguments.part != WEB,
        log_level=LogLevels.error,  # its warnings are advice on threads and cores
        ssl_cert=arguments.certificate,
        ssl_key=arguments.key,
        ssl_protocol_min=SSLProtocols.tls12,  # older phones' web views
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
    )
    server.serve(target_loader=partial(load_tied_to_server, os.getpid()))
    return 0


def serve_sockets(arguments: argparse.Namespace) -> int:
    """Serve the live sockets alone. Not with granian: it keeps 150 kB for every waiting citizen (decision 4)."""
    import uvicorn

    os.environ.setdefault("ONETRIP_PROCESS", "onetrip-live")
    os.environ[_LIVE_SERVER] = str(os.getpid())
    uvicorn.run(
        f"{__name__}:live_application",
        factory=True,
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # a compressor for each socket costs more memory than all the rest
        ws_ping_interval=None,  # the pages ping, and the face looks after silence
        ws_max_size=LARGEST_MESSAGE_BYTES,
        loop="uvloop",
        http="httptools",
        log_level="error",
        access_log=False,
        server_header=False,
        backlog=4096,  # everybody comes back at once after a restart
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ssl_certfile=arguments.certificate,
        ssl_keyfile=arguments.key,
    )
    return 0


def live_application() -> Callable[..., Any]:
    """Load the live face in the process that serves it; a worker process ends when its server is killed."""
    server = int(os.environ[_LIVE_SERVER])
    if os.getpid() != server and not children.tie_to_parent(server, signal.SIGTERM):
        sys.exit(1)
    module, _colon, name = TARGETS[LIVE][1].partition(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application


def load_tied_to_server(server: int, target: str) -> Callable[..., Any]:
    """Load the application in a server's worker process, which then ends when the server is killed."""
    # The fork inherited the server's handlers, which mean nothing here: a stop while loading would be lost.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if not children.tie_to_parent(server, signal.SIGTERM):
        sys.exit(1)
    module, _colon, name = target.partition(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    # What is loaded now stays: going through all of it again and again would stop requests for a tenth of a second.
    gc.collect()
    gc.freeze()
    # Nor is what a request makes worth a look after every 700 objects: nearly all of it goes by itself.
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    return application


def serve_jobs(arguments: argparse.Namespace) -> int:
    """Work off the job queue until told to stop; a job under way is given time to finish."""
    require_environment()
    os.environ.setdefault("ONETRIP_PROCESS", "onetrip-precheck" if arguments.precheck else "onetrip-worker")
    if arguments.precheck:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # a reader uses one core, whatever the machine has
    set_up_django()
    from onetrip.core import jobs

    queues = [PRECHECK] if arguments.precheck else jobs.queues_apart_from(PRECHECK)
    concurrency = 1 if arguments.precheck else arguments.concurrency
    asyncio.run(jobs.work(concurrency=concurrency, stop_within_s=STOP_WITHIN_S, queues=queues))
    return 0
