"""The `demo` command: checks first, then the city, and whatever happens everything stopped at the end."""

import argparse
import importlib.util
import os
import shutil
import signal
from pathlib import Path
from types import FrameType

from onetrip.cli.engines.folders import choose_home, lock_home
from onetrip.cli.owner import choose_engine_user
from onetrip.cli.ports import require_free_port
from onetrip.cli.refusals import CannotStart

# What a reset removes; secret key, certificate and copied programs stay, and what others put there too.
RESET = ("postgres", "media", "static", "log", "wechat_pay", "running.json")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants us to end: Ctrl-C, SIGTERM, or the terminal was closed."""


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("demo", help="a whole sample city on this machine")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true", help="throw the demo's data away and start over")
    parser.add_argument("--lan", action="store_true", help="let phones in the same network in, by HTTPS")
    parser.add_argument("--crowd", type=int, metavar="N", default=0, help="add N simulated citizens")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the demo until it is told to stop; exit code 0 then."""
    from onetrip.cli.demo.city import DemoCity

    if arguments.crowd and importlib.util.find_spec("onetrip.cli.crowd") is None:
        raise CannotStart("--crowd is not in this version.")
    require_free_port(host="0.0.0.0" if arguments.lan else "127.0.0.1", port=arguments.port)
    user = choose_engine_user()
    home = choose_home(user=user, environ=os.environ)
    with lock_home(home):
        if arguments.reset:
            reset(home)
        city = DemoCity(home=home, user=user, port=arguments.port, lan=arguments.lan, crowd=arguments.crowd)
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
                signal.signal(number, _raise_stopped)
        try:
            city.run()
        except Stopped:
            pass
        finally:
            # A second Ctrl-C must not leave half of it running; each stop below has a time limit.
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            city.stop()
    return 0


def reset(home: Path) -> None:
    """Remove what the demo made in its home, by name: the folder may hold other things.

    Raises:
        CannotStart: something cannot be removed.
    """
    for name in RESET:
        path = home / name
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise CannotStart(f"Cannot remove {path}: {error.strerror}.") from None


def _raise_stopped(_number: int, _frame: FrameType | None) -> None:
    raise Stopped
