"""Why a case says no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Busy, Conflict, Invalid, referee


class AlreadyOpen(Conflict):
    """One open case for a citizen and an item; a second tap finds the first."""

    code = "case_already_open"
    message = _("You have already begun this errand. You find it under “My errands”.")


class CaseClosed(Conflict):
    """Nothing more can be done with a case that is done or given up."""

    code = "case_closed"
    message = _("This errand is finished.")


class UnknownMaterial(Invalid):
    """The material is not on this case's checklist."""

    code = "unknown_material"
    message = _("This is not on the checklist.")


class UnknownVerdict(Invalid):
    """Not one of the four verdicts."""

    code = "unknown_verdict"
    message = _("Please choose one of the verdicts.")


class ReasonMissing(Invalid):
    """Whoever has to bring something again must be told why."""

    code = "reason_missing"
    message = _("Please say why, so that the citizen can put it right.")


class NothingBooked(Conflict):
    """There is no appointment to confirm, move or cancel."""

    code = "nothing_booked"
    message = _("You have no appointment for this.")


class FeeDue(Conflict):
    """This place is confirmed by paying its fee."""

    code = "fee_due"
    message = _("The fee is paid before the visit. Please pay, then the place is yours.")


class FeeLater(Conflict):
    """The fee comes after the visit."""

    code = "fee_later"
    message = _("The fee is paid after the visit. We tell you when.")


class NothingToPay(Conflict):
    """The item is free, or its fee is not a fixed one."""

    code = "nothing_to_pay"
    message = _("There is nothing to pay for this here.")


class TooManyPapers(Conflict):
    """Twelve pictures of one material are enough for anybody."""

    code = "too_many_papers"
    message = _("You have sent many pictures of this. Please take back those you do not need.")


class NotInCall(Conflict):
    """A photograph is asked for by the officer who is in a call about the case."""

    code = "not_in_call"
    message = _("You are not in a call about this errand.")


class StillOver(Conflict):
    """The officer no longer asks for this photograph, or has asked for another one."""

    code = "still_over"
    message = _("The officer no longer needs this picture.")


class NotOver(Conflict):
    """A visit is rated when it is over."""

    code = "visit_not_over"
    message = _("You can rate the visit when it is over.")


class RatingMissing(Invalid):
    """A rating is one to five stars."""

    code = "rating_missing"
    message = _("Please choose one to five stars.")


class ClosesInThePast(Invalid):
    """A hall closes from now on, not in the past."""

    code = "closes_in_the_past"
    message = _("Please choose a time that is still to come today.")


referee("one_open_case_per_item", AlreadyOpen)
referee("one_still_asked_per_case", Busy)
