"""The live document `recording:<consultation>`: followed by everybody who is in the call."""

from typing import Any

from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations.views import InCall
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.models import Recording
from onetrip.domain.recordings.states import OPEN, RecordingState

Document = dict[str, Any]
_OPEN = "open"


def recording_document(consultation_id: str) -> Document:
    """Build the document afresh; raises NotFound where there is no such consultation."""
    call = consultations.in_call(consultation_id=consultation_id)
    row = Recording.objects.filter(consultation_id=call.key).order_by("-pk").first()
    if row is None:
        return {"state": "none"}
    return _without_nulls(recording_entry(row, call))


def recording_entry(row: Recording, call: InCall) -> Document:
    """Return the document's fields; null marks one that is absent now.

    `answers` says of everybody who is there, by party, yes, no or open; nobody is asked any more once it is over.
    `declined` stands there while somebody who has said no holds it up.
    """
    answers = _answers(row, call) if row.state in OPEN else None
    asked = row.state == RecordingState.ASKED
    return {
        "state": str(row.state),
        "id": row.public_id,
        "since": row.changed_at.isoformat(),
        "until": (row.changed_at + rules.ANSWER_WITHIN).isoformat() if asked else None,
        "answers": answers,
        "declined": True if "no" in (answers or {}).values() else None,
    }


def _answers(row: Recording, call: InCall) -> Document:
    said = {party: "yes" if agreed else "no" for party, agreed in row.consents.values_list("party", "agreed")}
    here = {one.party: said.get(one.party, _OPEN) for one in call.people}
    return {**dict.fromkeys(call.gone), **here}


def _without_nulls(document: Document) -> Document:
    return {
        key: _without_nulls(value) if isinstance(value, dict) else value
        for key, value in document.items()
        if value is not None
    }
