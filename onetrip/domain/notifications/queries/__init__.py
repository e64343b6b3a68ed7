"""Reads: what has reached a person, what reached nobody, how channels do, and what messages say."""

from onetrip.domain.notifications.queries.figures import dead_letters, due_count, figures_of
from onetrip.domain.notifications.queries.inbox import demo_texts, fate_of, inbox_of, unread_count
from onetrip.domain.notifications.queries.wordings import (
    preview,
    template_card,
    template_cards,
    versions_of,
    wordings_now,
    words_now,
)
from onetrip.domain.notifications.views import (
    DeadLetter,
    DemoTextLine,
    InboxLine,
    MessageFate,
    TemplateCard,
    Version,
)

__all__ = [
    "DeadLetter",
    "DemoTextLine",
    "InboxLine",
    "MessageFate",
    "TemplateCard",
    "Version",
    "dead_letters",
    "demo_texts",
    "due_count",
    "fate_of",
    "figures_of",
    "inbox_of",
    "preview",
    "template_card",
    "template_cards",
    "unread_count",
    "versions_of",
    "wordings_now",
    "words_now",
]
