"""Why WeChat, or we in its name, say no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, TooMany


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
