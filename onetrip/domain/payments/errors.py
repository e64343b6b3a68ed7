"""Why payments say no: to citizens, to staff, and to those who pretend to be the provider."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotAllowed, referee


class PaymentOff(Conflict):
    """No payment provider is configured."""

    code = "payment_off"
    message = _("Paying online is not possible here. Please pay at the window.")


class ProviderSilent(Conflict):
    """The provider could not be reached or did not answer."""

    code = "provider_silent"
    message = _("WeChat Pay does not answer at the moment. Nothing was charged; please try again.")


class OrderNotDue(Conflict):
    """Nothing is to be paid on this order any more."""

    code = "order_not_due"
    message = _("Nothing is to be paid here any more.")


class WayUnknown(Invalid):
    """Not one of the ways to pay, or not one for here."""

    code = "way_unknown"
    message = _("Please choose one of the ways to pay.")


class FeeWrong(Invalid):
    """The amount cannot be a fee here."""

    code = "fee_wrong"
    message = _("Please check the amount.")


class GroundMissing(Invalid):
    """Less than the full fee needs its ground."""

    code = "ground_missing"
    message = _("Please say on what ground less is to be paid.")


class RefundTooMuch(Conflict):
    """More than is left of what was paid."""

    code = "refund_too_much"
    message = _("Only %(left)s are left of what was paid.")


class RefundOwn(NotAllowed):
    """Who asked for a refund may not approve it."""

    code = "refund_own"
    message = _("A refund is approved by a second person, not by the one who asked for it.")


class RefundOfSomethingElse(Invalid):
    """There is no payment to give back."""

    code = "nothing_paid"
    message = _("Nothing has been paid that could be given back.")


class ShiftNeeded(Conflict):
    """Money is taken within a shift only."""

    code = "shift_needed"
    message = _("Open your shift first: money is counted by shifts.")


class ShiftOpen(Conflict):
    """One open shift for a person."""

    code = "shift_open"
    message = _("Your shift is open already.")


class NoteMissing(Invalid):
    """A difference, or a decision about one, needs a word why."""

    code = "note_missing"
    message = _("Please write a word why.")


class NoticeIncomplete(Invalid):
    """A header of the signature is missing, or it cannot be read."""

    code = "notice_incomplete"
    message = _("The notice is incomplete: %(what)s.")


class NoticeForged(NotAllowed):
    """Not signed by the provider, or not meant for us."""

    code = "notice_forged"
    message = _("The notice is not believed: %(what)s.")


class NoticeOld(NotAllowed):
    """Signed too long ago, or in the future."""

    code = "notice_old"
    message = _("The notice was not signed just now.")


class NoticeReplayed(Conflict):
    """This very notice was here before, with the same nonce."""

    code = "notice_replayed"
    message = _("This notice was delivered before.")


class InvoiceFieldMissing(Invalid):
    """An electronic invoice needs a title."""

    code = "invoice_title_missing"
    message = _("Please enter the name that the invoice is for.")


referee("one_payment_for_an_order", OrderNotDue)
referee("one_open_shift_for_a_person", ShiftOpen)
referee("never_more_back_than_paid", RefundTooMuch)
