"""Why a complaint says no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotAllowed, referee


class WordsMissing(Invalid):
    """A complaint, an answer, an objection: each needs words."""

    code = "complaint_words_missing"
    message = _("Please write what you want to say.")


class AlreadyComplained(Conflict):
    """One complaint about one visit or consultation; what came of it can be objected to."""

    code = "already_complained"
    message = _("You have complained about this already. You find it under your errand.")


class OwnMatter(NotAllowed):
    """Nobody answers a complaint about themselves."""

    code = "own_matter"
    message = _("This complaint is about you: a colleague has to answer it.")


class OnlySupervisors(NotAllowed):
    """Who objected to an answer of the venue is answered by somebody else."""

    code = "only_supervisors"
    message = _("The citizen has objected to the answer: a supervisor has to answer now.")


referee("one_complaint_about_a_thing", AlreadyComplained)
