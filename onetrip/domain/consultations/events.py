"""What consultations tell the modules above them."""

from dataclasses import dataclass
from datetime import datetime

from onetrip.core.audit import Actor


@dataclass(frozen=True)
class ConsultationConnected:
    """An officer and a citizen are in a call."""

    consultation_id: str
    officer_id: int
    at: datetime


@dataclass(frozen=True)
class ConsultationConcluded:
    """The officer gave the conclusion in writing; `kind` is a ConclusionKind."""

    consultation_id: str
    kind: str
    text: str
    at: datetime
    by: Actor


@dataclass(frozen=True)
class ConsultationEnded:
    """It ended without a conclusion: left, missed or interrupted."""

    consultation_id: str
    state: str
    at: datetime


@dataclass(frozen=True)
class CallParted:
    """The two no longer see each other, and it goes on: passed on, the officer lost, or by chat only."""

    consultation_id: str
    at: datetime


@dataclass(frozen=True)
class CompanyChanged:
    """Somebody else has come into the call, or has left it."""

    consultation_id: str
    at: datetime
