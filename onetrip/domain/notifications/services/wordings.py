"""What messages say: shipped in files, loaded once, changed by staff, version after version."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from onetrip.core.audit import Actor, record
from onetrip.core.errors import referee
from onetrip.core.locks import lock_name
from onetrip.core.unit import use_case
from onetrip.domain.notifications import rules
from onetrip.domain.notifications.errors import WordingChanged
from onetrip.domain.notifications.models import Wording
from onetrip.domain.notifications.queries import wordings_now

referee("notifications_wording_once", WordingChanged)


def declare_messages(*, file: Path) -> None:
    """Make the messages of a module known, at start-up: see `messages.yaml` of this one. Raises ValueError."""
    rules.declare(file)


@use_case
def load_wordings(*, by: Actor, at: datetime) -> int:
    """Write the shipped words down where they are new; return how many. Twice is as good as once.

    Words that staff have written stay: a shipped version that changed meanwhile waits for them in the file.
    """
    lock_name("notifications.wordings")
    now, added = wordings_now(), 0
    for kind in rules.all_declared():
        known = now.get(kind.key)
        if known is not None and (not known.shipped_digest or known.shipped_digest == kind.words.digest):
            continue
        _add(kind.key, kind.words, after=known, digest=kind.words.digest, by=by, at=at)
        added += 1
    return added


@use_case
def publish_wording(
    *,
    template: str,
    titles: Mapping[str, str],
    texts: Mapping[str, str],
    form: str,
    fields: Mapping[str, str],
    after: int,
    by: Actor,
    at: datetime,
) -> int:
    """Publish a new version and return its number; `after`: the one its writer had before them.

    Raises VariableMissing, VariableUnknown, WordingBroken, WordingChanged, TemplateUnknown.
    """
    kind = rules.find(template)
    words = rules.Words(titles=dict(titles), texts=dict(texts), form=form, fields=dict(fields))
    rules.check_wording(words, variables=kind.variables, required=kind.required)
    lock_name("notifications.wordings")
    known = wordings_now().get(template)
    if (known.number if known else 0) != after:
        raise WordingChanged()
    row = _add(template, words, after=known, digest="", by=by, at=at)
    detail = {"version": row.number}
    record(verb="message.wording", subject=f"template:{template}", by=by, at=at, detail=detail)
    return row.number


def _add(
    template: str, words: rules.Words, *, after: Wording | None, digest: str, by: Actor, at: datetime
) -> Wording:
    return Wording.objects.create(
        template=template,
        number=(after.number if after else 0) + 1,
        titles=dict(words.titles),
        texts=dict(words.texts),
        form=words.form,
        fields=dict(words.fields),
        shipped_digest=digest,
        made_by=f"{by.kind}:{by.id}"[:40],
        made_at=at,
    )
