"""Use cases of papers: keeping a picture, having it looked at, marking it, letting it go."""

from onetrip.domain.papers.services.checking import ask_check, give_up, note_judgement
from onetrip.domain.papers.services.keeping import expire, keep, let_go, mark
from onetrip.domain.papers.services.uploads import (
    begin_upload,
    forget_upload,
    forget_uploads,
    take_part,
    whole_upload,
)

__all__ = [
    "ask_check",
    "begin_upload",
    "expire",
    "forget_upload",
    "forget_uploads",
    "give_up",
    "keep",
    "let_go",
    "mark",
    "note_judgement",
    "take_part",
    "whole_upload",
]
