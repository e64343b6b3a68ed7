"""The demo's steps: engines, tables and sample city, processes, first page, addresses."""

import importlib.util
import json
import os
import secrets
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from onetrip.cli import children
from onetrip.cli.demo.addresses import as_host, lan_addresses
from onetrip.cli.demo.keeper import Keeper
from onetrip.cli.engines.embedded import plan_engines
from onetrip.cli.engines.folders import CHECKOUT, make_folder, write_private
from onetrip.cli.environment import RUNNING_DEMO, publish_running_demo
from onetrip.cli.owner import EngineUser
from onetrip.cli.ports import free_port
from onetrip.cli.prepare import is_prepared
from onetrip.cli.refusals import CannotStart
from onetrip.cli.translations import compile_changed

FIRST_PAGE_WITHIN_S = 60
FRONT_END = CHECKOUT / "onetrip" / "faces" / "frame" / "static" / "dist"


class DemoCity:
    """One run of the demo in one home."""

    def __init__(self, *, home: Path, user: EngineUser, port: int, lan: bool, crowd: int) -> None:
        self.home, self.port, self.lan, self.crowd = home, port, lan, crowd
        self.screen = Console(highlight=False, soft_wrap=True)
        self.addresses = lan_addresses() if lan else []
        self.chat_url = ""
        if lan and not self.addresses:
            raise CannotStart("--lan: this machine has no network address that a phone could reach.")
        engines = plan_engines(home=home, user=user, environ=os.environ)
        self.environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")])),
            "ONETRIP_MODE": "demo",
            "ONETRIP_HOME": str(home),
            "ONETRIP_SECRET_KEY": os.environ.get("ONETRIP_SECRET_KEY") or _secret_key(home),
            "DATABASE_URL": engines.database_url,
            "VALKEY_URL": engines.valkey_url,
            "ONETRIP_WECHAT": str(home / "wechat" / "account"),
            "ONETRIP_WECHAT_PAY": str(home / "wechat_pay" / "merchant"),
        }
        self.environ.setdefault("ONETRIP_PUBLIC_URL", self.url)
        if lan:
            self._open_to_the_network()
        make_folder(home / "static")  # where collected files would be: looked into even when there are none
        self.keeper = Keeper(engines=engines, environ=self.environ, logs=make_folder(home / "log"))

    def run(self) -> None:
        """Everything, in order; returns only by an exception.

        Raises:
            CannotStart: a step failed, or a part died again and again.
        """
        started = time.monotonic()
        with _progress(self.screen) as step:
            step("Starting PostgreSQL and Valkey")
            compile_changed(root=CHECKOUT / "onetrip")
            # First what takes longest: the pages load while the engines start, and ask them nothing yet.
            self._start_pages()
            self._start_fakes()
            self.keeper.engines.start()
            if not self._is_prepared():
                self._prepare(step)
            step("Waiting for the first page")
            self._wait_for_first_page()
            self._start_the_rest()
            self._make_menu()
        publish_running_demo(self.home, self.environ)
        self._welcome(time.monotonic() - started)
        self.keeper.watch()

    def stop(self) -> None:
        (self.home / RUNNING_DEMO).unlink(missing_ok=True)
        self.keeper.stop()

    @property
    def url(self) -> str:
        """The address for a browser: on this machine, or with --lan in the network."""
        if self.lan:
            return f"https://{as_host(self.addresses[0])}:{self.port}/"
        return f"http://localhost:{self.port}/"

    def _open_to_the_network(self) -> None:
        hosts = ["localhost", "127.0.0.1", "[::1]", *map(as_host, self.addresses)]
        self.environ["ONETRIP_HOSTS"] = ",".join(hosts)
        self.environ["ONETRIP_ORIGINS"] = ",".join(f"https://{host}:{self.port}" for host in hosts)

    def _is_prepared(self) -> bool:
        try:
            return is_prepared(database_url=self.environ["DATABASE_URL"])
        except psycopg.OperationalError as error:
            raise CannotStart(f"Cannot reach PostgreSQL: {str(error).splitlines()[-1].strip()}") from None

    def _prepare(self, step: "Step") -> None:
        """Run `onetrip prepare` and show what it reports."""
        with (self.home / "log" / "prepare.log").open("w+", encoding="utf-8") as log:
            child = children.spawn(
                [sys.executable, "-m", "onetrip", "prepare", "--json"],
                environ=self.environ, output=subprocess.PIPE, errors=log,
            )  # fmt: skip
            assert child.stdout is not None
            try:
                for line in child.stdout:
                    try:
                        report = json.loads(line)
                        step(report["text"], report["done"], report["total"])
                    except (ValueError, KeyError, TypeError):
                        log.write(line.decode(errors="replace"))
                code = child.wait()
            finally:
                children.stop(child, within_s=5)
            if code != 0:
                log.seek(0)
                last = ([line.strip() for line in log if line.strip()] or ["it said nothing"])[-1]
                raise CannotStart(
                    f"Preparing the city failed: {last.removeprefix('onetrip: ')} (see {log.name})"
                )

    def _start_pages(self) -> None:
        listen = ["--host", "0.0.0.0" if self.lan else "127.0.0.1", "--port", str(self.port)]
        if self.lan:
            from onetrip.cli.demo.certificate import ensure_certificate

            certificate, key = ensure_certificate(
                folder=self.home / "certificate", addresses=self.addresses, at=datetime.now(UTC)
            )
            listen += ["--certificate", str(certificate), "--key", str(key)]
        self.keeper.start("pages", "serve", "all", *listen)

    def _start_fakes(self) -> None:
        """The sample city's payment provider and its WeChat; phones reach both where they reach the pages."""
        hooks = f"{'https' if self.lan else 'http'}://127.0.0.1:{self.port}/hooks"
        self._start_fake("wechat_pay", "cashier", "--notify-url", f"{hooks}/wechat-pay")
        chat = self._start_fake(
            "wechat", "pages", "--callback-url", f"{hooks}/wechat", "--site-url", self.url
        )
        self.chat_url = f"{chat}/chat"

    def _start_fake(self, name: str, door: str, *options: str) -> str:
        """Start one of them; return where people reach it. With --lan it has a second door, with HTTPS."""
        port = free_port()
        given = ["--folder", str(make_folder(self.home / name)), "--port", str(port), *options]
        url = f"http://localhost:{port}"
        if self.lan:
            outside, folder = free_port(), self.home / "certificate"
            url = f"https://{as_host(self.addresses[0])}:{outside}"
            given += [f"--{door}-port", str(outside), "--certificate", str(folder / "certificate.pem")]
            given += ["--key", str(folder / "key.pem")]
        given += [f"--{door}-url", url]
        self.keeper.start(name, f"fake-{name.replace('_', '-')}", *given)
        return url

    def _start_the_rest(self) -> None:
        self.keeper.start("jobs", "serve", "worker")
        if importlib.util.find_spec("rapidocr") is not None:  # the optional extra: make precheck
            self.keeper.start("precheck", "serve", "worker", "--precheck")
        if self.crowd:
            self.keeper.start("crowd", "crowd", str(self.crowd))

    def _make_menu(self) -> None:
        """The account's menu; a chat without one is still a chat, so nobody waits."""
        with (self.home / "log" / "menu.log").open("w", encoding="utf-8") as log:
            argv = [sys.executable, "-m", "onetrip", "wechat", "menu"]
            children.spawn(argv, environ=self.environ, output=log)

    def _wait_for_first_page(self) -> None:
        url = f"{'https' if self.lan else 'http'}://127.0.0.1:{self.port}/"
        # Our own certificate, on loopback: there is nobody to be protected from.
        context = ssl._create_unverified_context() if self.lan else None
        deadline = time.monotonic() + FIRST_PAGE_WITHIN_S
        pages = self.keeper.parts[0].child
        status: int | None = None
        while time.monotonic() < deadline and pages is not None and pages.poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=10, context=context):
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:  # it serves; what is wrong with that page is the page's matter
                    return
                status = error.code
                break
            except OSError:
                time.sleep(0.05)
        reason = f"status {status}" if status else self.keeper.end_of_log("pages") or "no answer"
        raise CannotStart(f"The first page does not come: {reason} (see {self.home / 'log' / 'pages.log'})")

    def _welcome(self, seconds: float) -> None:
        say = self.screen.print
        say(f"\n[bold green]onetrip runs[/] (ready in {seconds:.1f} s, data in {self.home})\n")
        say(f"  citizens   [bold]{self.url}[/]")
        say(f"  officers   [bold]{self.url}console/[/]")
        say(f"  WeChat     [bold]{self.chat_url}[/]  (the chat, without WeChat)")
        if not FRONT_END.is_dir():
            say("  [yellow]The front end is not built, pages come without their looks: make front-end[/]")
        if self.lan:
            _show_qr_code(self.url)
            say("  The certificate is this machine's own: the phone will ask once whether to trust it.")
        say("\n  Ctrl-C stops everything. The console's logins (again: python -m onetrip logins):\n")
        self.screen.file.flush()
        # Tied to us, and not waited for: the pages are there already.
        children.spawn([sys.executable, "-m", "onetrip", "logins"], environ=self.environ)


class Step:
    """Shows where the preparation is: a bar on a terminal, a line per step elsewhere."""

    def __init__(self, bar: Progress, task: TaskID, screen: Console) -> None:
        self._bar, self._task, self._screen, self._text = bar, task, screen, ""

    def __call__(self, text: str, done: float = 0, total: float | None = None) -> None:
        if not self._screen.is_terminal and text != self._text:
            self._screen.print(f"{text} …")
        self._text = text
        self._bar.update(self._task, description=text, completed=done, total=total)


@contextmanager
def _progress(screen: Console) -> Iterator[Step]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        yield Step(bar, bar.add_task("", total=None), screen)


def _secret_key(home: Path) -> str:
    """The demo's own secret key: made once, readable by us only."""
    path = home / "secret_key"
    if not path.is_file():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _show_qr_code(url: str) -> None:
    import segno

    print()
    segno.make(url, error="m").terminal(compact=True)
    print()
