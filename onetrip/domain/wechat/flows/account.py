"""The configured account and its API."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from onetrip.domain.wechat import queries
from onetrip.domain.wechat.errors import WeChatOff
from onetrip.domain.wechat.gateways import Account, Api


@lru_cache(maxsize=2)
def _read(folder: Path, _changed_ns: int) -> tuple[Account, Api]:
    account = Account.of(folder)
    return account, Api(account)


def _connected() -> tuple[Account, Api]:
    """Read the folder, again when its file was changed: a new secret needs no restart."""
    if not queries.is_on():
        raise WeChatOff()
    folder = Path(settings.WECHAT_FOLDER)
    try:
        changed_ns = (folder / "account.json").stat().st_mtime_ns
    except OSError as error:
        raise ImproperlyConfigured(f"ONETRIP_WECHAT: {error}") from error
    return _read(folder, changed_ns)


def account() -> Account:
    """Return who we are to WeChat. Raises WeChatOff without an account, ImproperlyConfigured for a broken one."""
    return _connected()[0]


def api() -> Api:
    """Return the account's API. Raises as account."""
    return _connected()[1]


def site_address() -> str:
    """Return where people find our pages, as the folder says it, or nothing. Raises as account."""
    return account().site_url.rstrip("/")


def chat_address() -> str:
    """Return the sample city's window that looks like the chat; empty where there is none."""
    try:
        return account().chat_url
    except (WeChatOff, ImproperlyConfigured):
        return ""
