"""Why WeChat, or we in its name, say no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotAllowed, TooMany


class WeChatOff(Conflict):
    """No official account is configured."""

    code = "wechat_off"
    message = _("WeChat is not connected here. Everything can be done without it.")


class WeChatSilent(Conflict):
    """WeChat could not be reached, or was too busy; trying again later makes sense."""

    code = "wechat_silent"
    message = _("WeChat does not answer at the moment. Please try again.")


class WeChatDeclined(Conflict):
    """WeChat said no; `errcode` is its global return code (全局返回码)."""

    code = "wechat_declined"
    message = _("WeChat declined this (code %(errcode)s).")

    @property
    def errcode(self) -> int:
        return int(self.params["errcode"])


class WeChatRationed(TooMany):
    """WeChat takes no more of these calls before `retry_after_s` have passed (45009, 45011)."""

    code = "wechat_rationed"
    message = _("WeChat takes no more of this at the moment. Please try again later.")


class MessageForged(NotAllowed):
    """What claims to be WeChat's is not; `what` says which proof fails."""

    code = "wechat_forged"
    message = _("This did not come from WeChat.")


class MessageOld(NotAllowed):
    """Signed too long ago, or in the future."""

    code = "wechat_old"
    message = _("This message is too old.")


class MessageUnreadable(Invalid):
    """Not a message of WeChat's form."""

    code = "wechat_unreadable"
    message = _("This message cannot be read.")


class LoginExpired(Conflict):
    """The way back from WeChat was not begun in this browser, was used already, or took too long."""

    code = "wechat_login_expired"
    message = _("Signing in with WeChat took too long or was begun elsewhere. Please try again.")
