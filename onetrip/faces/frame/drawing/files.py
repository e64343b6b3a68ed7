"""Where style sheets and scripts are served from."""

from functools import cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class KnownFiles(StaticFilesStorage):
    """Works each address out once: it is the same as long as the process lives, and every page names seven."""

    @cache  # noqa: B019 - there is one storage, and it lives as long as the process
    def url(self, name: str | None) -> str:
        return super().url(name)
