"""A real SMTP server on loopback (RFC 5321, the few verbs that a submission needs), and what came into its boxes."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

_REFUSED = {"nobody@example.org": b"550 no such box", "full@example.org": b"452 box is full"}


@dataclass
class Mailbox:
    """What arrived; `mute` times it falls silent after it took a mail, as a server does that dies."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    mute: int = 0


@contextmanager
def a_mailbox() -> Iterator[Mailbox]:
    """Serve until the block ends. nobody@… has no box (550), full@… takes none now (452)."""
    box = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(b"220 box ESMTP")
            for line in iter(self.rfile.readline, b""):
                verb = line[:4].upper()
                if verb == b"DATA":
                    if not self.take():
                        return
                elif verb == b"QUIT":
                    self.say(b"221 bye")
                    return
                else:
                    self.say(self.answer(verb, line.decode()))

        def answer(self, verb: bytes, line: str) -> bytes:
            if verb == b"RCPT":
                return next((no for who, no in _REFUSED.items() if who in line), b"250 ok")
            return b"250 box" if verb in (b"EHLO", b"HELO", b"MAIL", b"RSET", b"NOOP") else b"502 what?"

        def take(self) -> bool:
            self.say(b"354 go on")
            lines = []
            for line in iter(self.rfile.readline, b".\r\n"):
                if not line:
                    return False
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            mail: Any = message_from_bytes(b"".join(lines), policy=policy.default)
            box.mails.append(mail)
            if box.mute:
                box.mute -= 1
                return False
            self.say(b"250 taken")
            return True

        def say(self, words: bytes) -> None:
            self.wfile.write(words + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()
