"""Refusals of this module. None of them tells whether a phone number or a user name is known."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotAllowed, TooMany, referee


class PhoneInvalid(Invalid):
    """Not a mobile number of mainland China."""

    code = "phone_invalid"
    message = _("Please enter a mobile number of 11 digits, beginning with 1.")


class IdentityInvalid(Invalid):
    """Not the number of an identity card; its last digit checks the others."""

    code = "identity_invalid"
    message = _("Please enter the 18 digits of the identity card; one of these is not right.")


class OneWayToFind(Invalid):
    """A person is found by the phone or by the identity card, not by both and not by neither."""

    code = "one_way_to_find"
    message = _("Please enter either the mobile number or, for people without one, the identity card.")


class NameDiffers(Conflict):
    """Said to staff only, who have the person before them: the account under this number bears another name."""

    code = "name_differs"
    message = _("An account with this number has another name. Please compare name and number once more.")


class CardNotProved(Invalid):
    """Name, card and the code on the counter's paper are not one person's; which of them is wrong is not said."""

    code = "card_not_proved"
    message = _(
        "These three do not belong together. Please compare them with the identity card and with the paper from the "
        "counter, or take card and phone to a counter."
    )


class OtherPerson(Conflict):
    """Two identity cards are two people."""

    code = "other_person"
    message = _("These accounts are bound to two identity cards: they are two people’s and stay two.")


class CodeTooSoon(TooMany):
    """A code was sent to this phone less than a minute ago."""

    code = "code_too_soon"
    message = _("A code has just been sent. You can ask for another one in %(seconds)s seconds.")


class CodeWrong(Invalid):
    """The code does not fit, was used, has expired, or none was ever sent: the answer is the same."""

    code = "code_wrong"
    message = _("This code is not right or has expired. Please check it, or ask for a new one.")


class CodeDead(Invalid):
    """Too many wrong attempts: this code will not be accepted any more, even if it is right."""

    code = "code_dead"
    message = _("Too many wrong attempts. Please ask for a new code.")


class AccountClosed(NotAllowed):
    """The person proved who they are, but the account was closed."""

    code = "account_closed"
    message = _("This account has been closed. Please call the service hotline.")


class CredentialsWrong(Invalid):
    """User name or password is wrong; which of the two is not said."""

    code = "credentials_wrong"
    message = _("User name or password is not right.")


class LoginLocked(TooMany):
    """Too many attempts for this account or from this address."""

    code = "login_locked"
    message = _(
        "Too many attempts. To protect the account, signing in is locked for %(minutes)s minutes. "
        "Nothing else is needed: it opens again by itself."
    )


class SecondFactorWrong(Invalid):
    """The six digits do not fit, or were used already."""

    code = "second_factor_wrong"
    message = _(
        "This code is not right or was used already. Wait for the next code of your app and try again."
    )


class SecondFactorMissing(Conflict):
    """Nothing is enrolled yet (or, at enrolment, something already is)."""

    code = "second_factor_missing"
    message = _("The second factor is not set up for this step. Please sign in again.")


class NameInvalid(Invalid):
    """A name of 1 to 60 characters is needed."""

    code = "name_invalid"
    message = _("Please enter a name of 1 to 60 characters.")


class PreferenceInvalid(Invalid):
    """The page is not available in this language."""

    code = "preference_invalid"
    message = _("This choice is not available.")


class EmailInvalid(Invalid):
    """No e-mail address, or a link that is too old or another person's."""

    code = "email_invalid"
    message = _("This is not an e-mail address that can be used, or the link is too old.")


class RoleInvalid(Invalid):
    """No such role."""

    code = "role_invalid"
    message = _("There is no role “%(role)s”.")


class WeChatElsewhere(Conflict):
    """This WeChat signs in to another account."""

    code = "wechat_elsewhere"
    message = _("This WeChat is linked with another account.")


class WeChatLinked(Conflict):
    """The account has a WeChat already."""

    code = "wechat_linked"
    message = _("Another WeChat is linked with your account. Unlink it first.")


class WeChatMissing(Conflict):
    """What was asked for goes by the person's own WeChat, and none is linked."""

    code = "wechat_missing"
    message = _("No WeChat is linked with your account. Link it first, or choose another way.")


class NothingToMerge(Conflict):
    """The other account is this one, or there is none."""

    code = "nothing_to_merge"
    message = _("There is no other account to be merged with yours.")


class ConsentMissing(Invalid):
    """Two accounts become one only when the person says so."""

    code = "consent_missing"
    message = _("Please confirm that both accounts are yours and may become one.")


class BothUnderWay(Conflict):
    """Both accounts have under way what one person may have once."""

    code = "both_under_way"
    message = _(
        "Both accounts have the same thing under way: the same errand, the same appointment, or a place in line. "
        "Please finish or cancel one of them first."
    )


referee("accounts_wechat_once", WeChatElsewhere)
referee("accounts_wechat_union_once", WeChatElsewhere)
referee("accounts_wechatbinding_user_id_key", WeChatLinked)
