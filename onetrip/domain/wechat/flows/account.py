"""The configured account and its API."""

from functools import cache
from pathlib import Path

from django.conf import settings

from onetrip.domain.wechat import queries
from onetrip.domain.wechat.errors import WeChatOff
from onetrip.domain.wechat.gateways import Account, Api


@cache
def _connected(folder: str) -> tuple[Account, Api]:
    account = Account.of(Path(folder))
    return account, Api(account)


def account() -> Account:
    """Return who we are to WeChat. Raises WeChatOff without an account, ImproperlyConfigured for a broken one."""
    if not queries.is_on():
        raise WeChatOff()
    return _connected(str(settings.WECHAT_FOLDER))[0]


def api() -> Api:
    """Return the account's API. Raises as account."""
    if not queries.is_on():
        raise WeChatOff()
    return _connected(str(settings.WECHAT_FOLDER))[1]


def forget_account() -> None:
    """Read the folder again at the next question: for tests, and for a key that was changed."""
    _connected.cache_clear()
