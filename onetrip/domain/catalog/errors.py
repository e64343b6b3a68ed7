"""Refusals of the catalogue, and an editor's mistake told with file, line and plain words."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotFound

Place = tuple[str | int, ...]  # the way to a value in a document, for example ("fees", 1, "fen")


@dataclass(frozen=True)
class Problem:
    """One mistake. `code` is stable; `message` is a lazy translation with named placeholders filled from `params`."""

    file: str
    line: int
    code: str
    message: Any
    params: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Return what is wrong, in the language that is active now."""
        return str(self.message) % self.params

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text()}"


class ItemNotFound(NotFound):
    """No such item, or it is no longer offered."""

    code = "item_not_found"
    message = _("We do not offer an errand of this name.")


class CategoryNotFound(NotFound):
    """No such category."""

    code = "category_not_found"
    message = _("There is no such group of errands.")


class VersionNotFound(NotFound):
    """No such version of a guide."""

    code = "guide_version_not_found"
    message = _("There is no such version of the guide.")


class AnswersIncomplete(Invalid):
    """A complete checklist was asked for, and `field` names the question that is still open."""

    code = "answers_incomplete"
    message = _("Please answer this question first: %(question)s")


class AnswerUnknown(Invalid):
    """The answer is not one of the choices of the question that `field` names."""

    code = "answer_unknown"
    message = _("Please choose one of the answers shown: %(question)s")


class AlreadyPublished(Conflict):
    """This version is the one that citizens see already."""

    code = "guide_already_published"
    message = _("This version of the guide is published already.")


class CatalogInvalid(Invalid):
    """The documents contain mistakes; nothing was imported. `problems` says which, with file and line."""

    code = "catalog_invalid"
    message = _("The catalogue has %(count)s mistakes. Nothing was imported.")

    def __init__(self, *, problems: tuple[Problem, ...], **params: Any) -> None:
        self.problems = problems
        super().__init__(count=len(problems), **params)
