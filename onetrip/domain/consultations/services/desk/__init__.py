"""At the officer's desk: answers that lie ready, calls that are passed on, questions answered in writing."""

from onetrip.domain.consultations.services.desk.answers import remove_answer, send_answer, write_answer
from onetrip.domain.consultations.services.desk.transfer import transfer

__all__ = ["remove_answer", "send_answer", "transfer", "write_answer"]
