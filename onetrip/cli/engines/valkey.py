"""One embedded Valkey server on a private socket. It keeps nothing: what it carries is live news only."""

import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from onetrip.cli import children
from onetrip.cli.engines.folders import LONGEST_RUN_FOLDER, make_folder
from onetrip.cli.owner import EngineUser
from onetrip.cli.refusals import CannotStart

DATABASES = 64
START_WITHIN_S = 10


@dataclass(kw_only=True)
class Valkey:
    """A server with its socket `valkey.sock` in `run`, run by `user`."""

    program: Path
    run: Path
    log: Path
    user: EngineUser
    child: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.run / "valkey.sock"

    def url(self, database: int = 0) -> str:
        """The connection URL of one numbered database."""
        return f"unix://{self.socket}?db={database}"

    def start(self) -> None:
        """Start it and return when it answers.

        Raises:
            CannotStart: one line with the reason.
        """
        assert len(os.fsencode(self.run)) <= LONGEST_RUN_FOLDER
        make_folder(self.log.parent)
        self.socket.unlink(missing_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            self.child = children.spawn(
                [self.program, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                 "--save", "", "--appendonly", "no", "--databases", str(DATABASES), "--dir", self.run,
                 "--daemonize", "no"],
                environ={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                output=log, user=self.user, folder=Path("/"),
            )  # fmt: skip
        deadline = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
                raise CannotStart(
                    f"Valkey did not start: {(lines or ['it said nothing'])[-1]} (see {self.log})"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        if self.child is not None:
            children.stop(self.child, within_s=5)
            self.child = None

    def _answers(self) -> bool:
        # By hand: the client library takes longer to import than the server takes to start.
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(os.fspath(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False
