"""Venues in a line of text: how far, open or not."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.queries import VenueChoice
from onetrip.domain.venues.states import Territory
from onetrip.faces.frame.templatetags.frame import distance
from onetrip.faces.hooks.wechat.sites import Site


def nearest_for(
    item_code: str, *, position: tuple[float, float] | None, site: Site, at: datetime, as_link: bool
) -> str:
    """Name the nearest venue that may do an item, or say what is needed to name it."""
    if position is None:
        return _("Send your location (“+”, “Location”) and we name the nearest hall.")
    mine = catalog.personal_checklist(catalog.guide_of(item_code), {})
    home = None
    if mine.territory != Territory.ANYWHERE:
        # Where somebody lives or is registered decides; where the phone is now is only a guess at that.
        home = venues.subdistrict_at(*position)
        if home is None:
            return _("Which hall is competent depends on where you live: choose it on the page.")
    choices = venues.choices_for(
        competence=mine.competence,
        territory=mine.territory,
        subdistrict_code=home.code if home else None,
        latitude=position[0],
        longitude=position[1],
        at=at,
        limit=1,
    )
    if not choices:
        return _("Which hall is competent depends on where you live: choose it on the page.")
    told = line(choices[0], site=site if as_link else None)
    if home is not None:
        return _("If you live in %(area)s: %(hall)s") % {"area": home.name, "hall": told}
    return _("Nearest: %(hall)s") % {"hall": told}


def line(choice: VenueChoice, *, site: Site | None) -> str:
    """Write a venue in one line; `site`: as a link."""
    name = site.link(choice.venue.name, "venue", choice.venue.code) if site else choice.venue.name
    far = f" {distance(choice.distance_m)}" if choice.distance_m is not None else ""
    return f"{name}{far} · {hours_words(is_open=choice.is_open, today=choice.hours_today)}"


def hours_words(*, is_open: bool, today: Sequence[tuple[str, str]]) -> str:
    """Say whether a venue is open, and its hours today."""
    state = _("open now") if is_open else _("closed now")
    spans = " ".join(f"{opens}–{closes}" for opens, closes in today)
    return f"{state} {spans}".strip()
