"""What is said to somebody on the next page they see, and once."""

from typing import Any

from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.utils.functional import cached_property


class NoticeStorage(FallbackStorage):
    """Django's: in a cookie, and in the session what is too long for it. Put together only if there is something."""

    def __init__(self, request: Any) -> None:
        BaseStorage.__init__(self, request)
        self._used_storages: set[Any] = set()

    @cached_property
    def storages(self) -> list[Any]:  # Django's makes them for every request
        return [kind(self.request) for kind in self.storage_classes]

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        # The session holds only what a cookie had no room for.
        if CookieStorage.cookie_name not in self.request.COOKIES:
            return [], False
        found: tuple[list[Any], bool] = super()._get(*args, **kwargs)  # type: ignore[misc]  # not in the stubs
        return found
