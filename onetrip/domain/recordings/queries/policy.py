"""What the guide of an item says about recordings, and what people are told by it."""

from onetrip.core.errors import NotFound
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.views import Terms


def guide_to_record(item_code: str) -> catalog.Guide | None:
    """Return the guide in force if it allows recordings."""
    try:
        guide = catalog.guide_of(item_code)
    except NotFound:
        return None
    return guide if guide.recording is not None else None


def terms_for(item_code: str) -> Terms | None:
    """Return what people would be told before a recording about this item, None where none may be made."""
    guide = guide_to_record(item_code)
    return None if guide is None else terms_of(guide.version_id, rules.kept_days())


def terms_of(guide_version: str, days: int) -> Terms:
    """Return what people were told, in the language of who asks now."""
    rule = catalog.guide_version(guide_version).recording
    return Terms(why=rule.why if rule else "", days=days, minutes=int(rules.longest().total_seconds() // 60))
