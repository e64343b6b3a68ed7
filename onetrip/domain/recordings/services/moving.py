"""How a recording moves along its table, is shown and noted. Called inside the use case that locked it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from onetrip.core import live
from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.locks import lock_one
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.consultations.views import InCall
from onetrip.domain.recordings.models import Recording
from onetrip.domain.recordings.queries.documents import recording_entry
from onetrip.domain.recordings.states import RECORDING, RecordingState


def held(rows: "QuerySet[Recording]") -> tuple[Recording, InCall]:
    """Lock one recording, its consultation first, and return who is in the call then. Raises NotFound."""
    found = rows.values_list("consultation__public_id", flat=True).first()
    if found is None:
        raise NotFound()
    consultation_services.hold_call(consultation_id=found)
    row = lock_one(rows.select_related("consultation"))
    return row, consultations.in_call(consultation_id=found)


def move(row: Recording, verb: str, *, by: Actor, at: datetime) -> None:
    """Move a locked recording, save it and note it. Raises WrongState."""
    row.state = RECORDING.next_state(row.state, verb)
    row.changed_at = at
    if row.state == RecordingState.RUNNING:
        row.began_at = row.began_at or at
    elif row.state == RecordingState.STOPPED:
        row.stopped_at, row.expires_at = at, at + timedelta(days=row.kept_days)
    row.save()
    detail = {"chunks": row.chunks, "bytes": row.size, "head": row.head} if verb == "seal" else {}
    record(verb=f"recording.{verb}", subject=f"recording:{row.public_id}", by=by, at=at, detail=detail)


def show(row: Recording, call: InCall) -> None:
    """Tell the pages of everybody in the call how the recording stands; an earlier one is not what they show.

    The consultation is locked: nobody asks for another one between the look and the change.
    """
    if Recording.objects.filter(consultation_id=row.consultation_id, pk__gt=row.pk).exists():
        return
    live.change(topic=f"recording:{row.consultation.public_id}", patch=recording_entry(row, call))
