"""The account's menu, and the names of scenes that its codes carry."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from onetrip.faces.hooks.wechat.sites import Site

NEARBY_KEY = "nearby"
SCENE_VENUE, SCENE_ITEM = "venue-", "item-"


def menu_of(site: Site) -> dict[str, Any]:
    """Return the menu as `/cgi-bin/menu/create` takes it: three buttons, all but one lead to pages."""
    with translation.override("zh-hans"):
        return {
            "button": [
                _page(_("Do an errand"), site.page("home")),
                {"type": "click", "name": _("Nearby"), "key": NEARBY_KEY},
                _page(_("Mine"), site.page("cases")),
            ]
        }


def _page(name: str, url: str) -> dict[str, str]:
    return {"type": "view", "name": name, "url": url}
