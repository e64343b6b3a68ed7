"""Reads of consultations, named by the question they answer."""

from onetrip.domain.consultations.queries.agreed import agreed_time_of, free_times
from onetrip.domain.consultations.queries.answers import items_with_answers, ready_answers
from onetrip.domain.consultations.queries.company import (
    colleagues_to_invite,
    company,
    guests_of,
    in_call,
    is_guest,
    party_with_guest,
)
from onetrip.domain.consultations.queries.documents import (
    consultation_document,
    guest_document,
    line_document,
    post_document,
)
from onetrip.domain.consultations.queries.elsewhere import elsewhere, note_to_next
from onetrip.domain.consultations.queries.history import earlier_consultations
from onetrip.domain.consultations.queries.letters import letter_in_hand, letters_for
from onetrip.domain.consultations.queries.quality import call_quality
from onetrip.domain.consultations.queries.reads import (
    calls_by_post,
    consultation,
    consultation_key,
    consultation_stars,
    latest_of,
    line_for_post,
    live_consultation_of,
    party_of,
    photo,
    photo_for_guest,
    post_of,
    posts_watched_by,
    waits_in_line,
)
from onetrip.domain.consultations.queries.waits import expected_wait_s, line
from onetrip.domain.consultations.queries.wall import duty_of, staffing, wall
from onetrip.domain.consultations.views import (
    CallCount,
    ConsultationView,
    LineView,
    MessageView,
    PostView,
    QualitySum,
    WaitCount,
    WaitingView,
)

__all__ = [
    "CallCount",
    "ConsultationView",
    "LineView",
    "MessageView",
    "PostView",
    "QualitySum",
    "WaitCount",
    "WaitingView",
    "agreed_time_of",
    "call_quality",
    "calls_by_post",
    "colleagues_to_invite",
    "company",
    "consultation",
    "consultation_document",
    "consultation_key",
    "consultation_stars",
    "duty_of",
    "earlier_consultations",
    "elsewhere",
    "expected_wait_s",
    "free_times",
    "guest_document",
    "guests_of",
    "in_call",
    "is_guest",
    "items_with_answers",
    "latest_of",
    "letter_in_hand",
    "letters_for",
    "line",
    "line_document",
    "line_for_post",
    "live_consultation_of",
    "note_to_next",
    "party_of",
    "party_with_guest",
    "photo",
    "photo_for_guest",
    "post_document",
    "post_of",
    "posts_watched_by",
    "ready_answers",
    "staffing",
    "waits_in_line",
    "wall",
]
