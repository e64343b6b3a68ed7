"""What the account says: to words, to a place, to a button, to a scanned code. Reads only."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from onetrip.core.errors import NotFound
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.venues import queries as venues
from onetrip.domain.wechat import queries as wechat
from onetrip.domain.wechat.views import Card, Incoming, Reply
from onetrip.faces.hooks.wechat import halls
from onetrip.faces.hooks.wechat.languages import CHINESE, spoken_by
from onetrip.faces.hooks.wechat.menus import NEARBY_KEY, SCENE_ITEM, SCENE_VENUE
from onetrip.faces.hooks.wechat.sites import Site

NEARBY = frozenset({"附近", "附近大厅", "最近", "最近的大厅", "大厅", "nearby", "near me"})
HELP = frozenset({"帮助", "你好", "您好", "在吗", "help", "hello", "hi", "?", "？"})
LONGEST_WORDS = 60
_ITEMS = 6


def answer_to(message: Incoming, *, site: Site, at: datetime) -> Reply | None:
    """Say something to a message or an event; None where WeChat lets nothing be said."""
    spoken = spoken_by(message)
    with translation.override(spoken.code):
        if message.kind == "event":
            return _to_event(message, site=site, at=at)
        reply = _to_message(message, site=site, at=at)
    if spoken.is_guess and reply.text:
        with translation.override(CHINESE):
            return Reply(f"{reply.text}\n\n{_('Write in Chinese and we answer in Chinese.')}")
    return reply


def _to_message(message: Incoming, *, site: Site, at: datetime) -> Reply:
    if message.kind == "location":
        return _near(message, site=site, at=at)
    words = " ".join(message.text.replace("<", " ").replace(">", " ").split())[:LONGEST_WORDS]
    if not words or words.lower() in HELP:
        return _welcome(site)
    if words.lower() in NEARBY:
        return _near(message, site=site, at=at)
    return _to_words(words, message=message, site=site, at=at)


def scene_reply(scene: str, *, site: Site, at: datetime) -> Reply:
    """Say what a scanned code stands for: a venue or an item, else the welcome."""
    try:
        if scene.startswith(SCENE_VENUE):
            return _venue(scene.removeprefix(SCENE_VENUE), site=site, at=at)
        if scene.startswith(SCENE_ITEM):
            guide = catalog.guide_of(scene.removeprefix(SCENE_ITEM))
            return Reply(card=Card(guide.name, guide.summary, site.page("item", guide.item_code)))
    except NotFound:
        pass  # a code printed long ago: the venue or the item has gone
    return _welcome(site)


def _to_event(message: Incoming, *, site: Site, at: datetime) -> Reply | None:
    if message.event == "scan":
        return scene_reply(message.event_key, site=site, at=at)
    if message.event == "subscribe":
        return scene_reply(message.event_key.removeprefix("qrscene_"), site=site, at=at)
    if message.event == "click":
        return _near(message, site=site, at=at) if message.event_key == NEARBY_KEY else _welcome(site)
    return None


def _to_words(words: str, *, message: Incoming, site: Site, at: datetime) -> Reply:
    found = catalog.search(words, limit=_ITEMS)
    if not found:
        lines = [_("We found nothing for “%(words)s”. Try another word.") % {"words": words}, _ways_in(site)]
        return Reply("\n\n".join(lines))
    position = wechat.whereabouts_of(message.openid, at=at)
    # WeChat lets a message be answered with one card: it is for who has named the errand.
    named = [item for item in found if item.name == words]
    best, is_meant = (named or found)[0], len(found) == 1 or bool(named)
    hall = halls.nearest_for(best.code, position=position, site=site, at=at, as_link=not is_meant)
    if is_meant:
        return Reply(card=Card(best.name, f"{best.summary}\n{hall}", site.page("item", best.code)))
    lines = [_("“%(words)s”:") % {"words": words}]
    lines += [f"· {site.link(item.name, 'item', item.code)}" for item in found]
    lines += [f"· {site.link(_('all results'), 'search', q=words)}", "", hall]
    return Reply("\n".join(lines))


def _near(message: Incoming, *, site: Site, at: datetime) -> Reply:
    position = message.position or wechat.whereabouts_of(message.openid, at=at)
    if position is None:
        return Reply(_("Tap “+”, then “Location”, and send where you are: we name the nearest halls."))
    lines = [_("Nearest to you:")]
    for choice in venues.nearest(latitude=position[0], longitude=position[1], at=at):
        lines.append(f"· {halls.line(choice, site=site)}")
    return Reply("\n".join(lines))


def _venue(code: str, *, site: Site, at: datetime) -> Reply:
    card = venues.venue(code)
    hours = venues.hours(venue_code=code, at=at)
    summary = f"{card.address}\n{halls.hours_words(is_open=hours.is_open, today=hours.hours_today)}"
    return Reply(card=Card(card.name, summary, site.page("venue", code)))


def _welcome(site: Site) -> Reply:
    welcome = _("One errand, one trip. Write what you want settled, for example “lost ID card” or “jsz”.")
    return Reply(f"{welcome}\n\n{_ways_in(site)}")


def _ways_in(site: Site) -> str:
    return "\n".join(
        f"· {line}"
        for line in (
            site.link(_("all errands"), "home"),
            site.link(_("my errands"), "cases"),
            _("“nearby” names the halls around you"),
        )
    )
