"""E-mail through the city's SMTP server (RFC 5321), by Django's own backend.

SMTP has no way to ask what became of a message. One whose answer was lost is sent again with the same Message-ID
(RFC 5322, 3.6.4), by which mail servers and programs know that it is the same message: of all channels this is the one
where a server that knows no better may show it twice.
"""

import smtplib
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from onetrip.domain.notifications.states import Cause
from onetrip.domain.notifications.views import Letter, Outcome

_TIMEOUT_S = 10


class Mail:
    """One connection to the SMTP server, opened with the first letter."""

    at_once = 1

    def __init__(self) -> None:
        self._link = get_connection(timeout=_TIMEOUT_S, fail_silently=False)

    def send(self, letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:
        return {letter.key: self._send(letter, at) for letter in letters}

    def _send(self, letter: Letter, at: datetime) -> Outcome:
        host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        words = f"{letter.text}\n\n{letter.link}\n" if letter.link else f"{letter.text}\n"
        mail = EmailMessage(
            subject=letter.title,
            body=words,
            to=[letter.address],
            connection=self._link,
            headers={
                "Date": format_datetime(at),
                "Message-ID": f"<{letter.key}@{host}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as no:
            code = max(code for code, _words in no.recipients.values())
            return self._no(code)
        except smtplib.SMTPResponseException as no:
            self.close()
            return self._no(no.smtp_code)
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            self.close()
            return Outcome("unsure", Cause.SILENT, type(fault).__name__)
        return Outcome("taken")

    @staticmethod
    def _no(code: int) -> Outcome:
        """4yz: not now; 550 to 553: no such box; any other 5yz: never (RFC 5321, 4.2)."""
        if code < 500:
            return Outcome("later", Cause.LIMIT, f"smtp {code}")
        return Outcome(
            "refused", Cause.NO_ADDRESS if code in (550, 551, 553) else Cause.REJECTED, f"smtp {code}"
        )

    def look_up(self, _letters: list[Letter], *, at: datetime) -> dict[str, Outcome]:  # noqa: ARG002
        """Nobody can be asked."""
        return {}

    def close(self) -> None:
        self._link.close()
