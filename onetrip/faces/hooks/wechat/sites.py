"""Addresses of our own pages as they stand in a message: WeChat talks to us under another name than people may."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from onetrip.domain.wechat import flows


@dataclass(frozen=True)
class Site:
    """Where people find us, for example https://city.example.org."""

    root: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Site":
        """Return the address that the account was told, else the one that was called."""
        return cls(flows.site_address() or f"{request.scheme}://{request.get_host()}")

    def page(self, name: str, *parts: str, **query: str) -> str:
        """Return the whole address of one of the citizens' pages."""
        path = reverse(f"citizen:{name}", args=parts)
        return f"{self.root}{path}?{urlencode(query)}" if query else self.root + path

    def link(self, text: str, name: str, *parts: str, **query: str) -> str:
        """Return a link as WeChat's texts may hold it. What people wrote must not end it early."""
        words = text.replace("<", "").replace(">", "")
        return f'<a href="{self.page(name, *parts, **query)}">{words}</a>'
