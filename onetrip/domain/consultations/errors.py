"""Why a consultation says no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, referee


class CallGone(Conflict):
    """The call rings elsewhere by now, or the citizen left."""

    code = "call_gone"
    message = _("This call has gone on to somebody else.")


class AlreadyInLine(Conflict):
    """One live consultation for a citizen."""

    code = "already_in_line"
    message = _("You are already in line.")


class PostTaken(Conflict):
    """A colleague is on duty at this post."""

    code = "post_taken"
    message = _("A colleague is on duty at this post.")


class AlreadyOnDuty(Conflict):
    """An officer sits at one post at a time."""

    code = "already_on_duty"
    message = _("You are already on duty at another post.")


class NotOnDuty(Conflict):
    """Only an officer on duty takes calls."""

    code = "not_on_duty"
    message = _("You are not on duty.")


class NotCompetent(Invalid):
    """The post may not decide this kind of matter."""

    code = "not_competent"
    message = _("This post may not handle this matter.")


class NobodyThere(Conflict):
    """Who is passed on has to be received: no post that could take the call is on duty."""

    code = "nobody_there"
    message = _("No post on duty there can take this call.")


class TimeTaken(Conflict):
    """Somebody was faster, or no post is on the roster then."""

    code = "time_taken"
    message = _("This time is not free any more. Please choose another.")


class AlreadyAgreed(Conflict):
    """One agreed time for a citizen."""

    code = "already_agreed"
    message = _("You have agreed on a time already.")


class TimesMissed(Conflict):
    """Who lets two agreed times pass waits like everybody else for a month."""

    code = "times_missed"
    message = _(
        "You did not come twice within a month. Please join the line instead; times can be agreed on again later."
    )


class InvitationGone(Conflict):
    """Taken back, used by somebody else, too old, or the call is over."""

    code = "invitation_gone"
    message = _("This invitation is no longer valid.")


class CallFull(Conflict):
    """Four people in one call: each sends to every other."""

    code = "call_full"
    message = _("Four people can be in a call at most.")


class ColleagueBusy(Conflict):
    """Off duty, or in a call of their own."""

    code = "colleague_busy"
    message = _("This colleague cannot come now.")


class HelpsElsewhere(Conflict):
    """Who helps in a colleague's call is not rung meanwhile."""

    code = "helps_elsewhere"
    message = _("You are in a colleague's call. Leave it first.")


class TooManyAnswers(Invalid):
    """There is a key for nine answers each."""

    code = "too_many_answers"
    message = _("There are nine answers here already. Take one away first.")


class LetterInHand(Conflict):
    """An officer answers one question after the other."""

    code = "letter_in_hand"
    message = _("Finish the question you have in hand first, or put it back.")


class BadFigures(Invalid):
    """A report of a call's quality that no page of ours would send, or that comes too late."""

    code = "bad_figures"
    message = _("These figures cannot be used.")


class NoRoomInFront(Conflict):
    """Already one in three of this line stands further in front."""

    code = "no_room_in_front"
    message = _(
        "Several people who need it stand in front already. You keep your place; it will not be long."
    )


class Empty(Invalid):
    """A message needs words, a conclusion that is not “ready” needs a reason."""

    code = "text_missing"
    message = _("Please write a few words.")


class StarsMissing(Invalid):
    """A rating is one to five stars."""

    code = "stars_missing"
    message = _("Please choose one to five stars.")


referee("one_live_consultation_per_citizen", AlreadyInLine)
referee("one_call_at_a_post", CallGone)
referee("one_guest_a_seat", CallFull)
referee("one_agreed_time_per_citizen", AlreadyAgreed)
referee("one_citizen_a_place", TimeTaken)
referee("one_company_at_a_time", HelpsElsewhere)
referee("one_letter_in_hand", LetterInHand)
referee("one_post_per_officer", AlreadyOnDuty)
