"""Asking for a recording, everybody's answer, and what follows when the company changes.

Lock order: the consultation, then its recording. Who is there is read after both are held: whoever comes in at the same
moment is either seen here, or sees the recording and pauses it.
"""

from datetime import datetime

from onetrip.core.audit import Actor, record
from onetrip.core.errors import NotFound
from onetrip.core.unit import use_case
from onetrip.domain.consultations import queries as consultations
from onetrip.domain.consultations import services as consultation_services
from onetrip.domain.consultations.views import InCall, Present
from onetrip.domain.recordings import rules
from onetrip.domain.recordings.errors import AskedEnough, NothingToRecord, NotRecorded
from onetrip.domain.recordings.models import Consent, Recording
from onetrip.domain.recordings.queries.policy import guide_to_record
from onetrip.domain.recordings.services.moving import held, move, show
from onetrip.domain.recordings.states import OPEN, RECORDING, RecordingState

_SYSTEM = Actor.system("recordings.company")


@use_case
def propose(*, consultation_id: str, officer_id: int, by: Actor, at: datetime) -> str:
    """The officer in the call asks for a recording, which is their own yes; return its id. Nothing is kept yet.

    Raises NotRecorded (the item's policy), NothingToRecord, AskedEnough, RecordingUnderWay, NotFound.
    """
    call = consultation_services.hold_call(consultation_id=consultation_id)
    if call.officer_id != officer_id:
        raise NotFound()
    if not call.talks:
        raise NothingToRecord()
    guide = guide_to_record(call.item_code)
    if guide is None:
        raise NotRecorded()
    before = Recording.objects.filter(consultation_id=call.key)
    said_no = Consent.objects.filter(recording__in=before, party="citizen", agreed=False)
    if said_no.exists() or before.count() >= rules.MOST_ASKED:
        raise AskedEnough()
    row = Recording.objects.create(
        consultation_id=call.key,
        officer_id=officer_id,
        venue_code=call.venue_code,
        post_label=call.post_label,
        guide_version=guide.version_id,
        kept_days=rules.kept_days(),
        asked_at=at,
        changed_at=at,
    )
    Consent.objects.create(
        recording=row, party="officer", kind="officer", user_id=officer_id, agreed=True, at=at
    )
    detail = {"consultation": consultation_id, "guide": guide.version_id, "days": row.kept_days}
    record(verb="recording.ask", subject=f"recording:{row.public_id}", by=by, at=at, detail=detail)
    show(row, call)
    return row.public_id


@use_case
def answer(*, recording_id: str, user_id: int, agrees: bool, by: Actor, at: datetime) -> None:
    """Say yes or no, as somebody who is in the call; the same twice is the same as once.

    The last yes begins it, or lets it go on. A no of citizen or officer ends it, or the question, at any moment; a
    guest's holds it up until they say yes after all, or leave. Raises WrongState once it is over, NotFound for anybody
    who is not there.
    """
    row, call = held(Recording.objects.filter(public_id=recording_id))
    person = next((one for one in call.people if one.user_id == user_id), None)
    if person is None:
        raise NotFound()
    if row.state not in OPEN:
        if not agrees:  # it is over already, and that was wanted
            return
        RECORDING.next_state(row.state, "begin")
    said, _new = Consent.objects.update_or_create(
        recording=row, party=person.party,
        defaults={"kind": person.kind, "user_id": user_id, "agreed": agrees, "at": at},
    )  # fmt: skip
    detail = {"party": said.kind}
    verb = "recording.agree" if agrees else "recording.decline"
    record(verb=verb, subject=f"recording:{recording_id}", by=by, at=at, detail=detail)
    if agrees:
        _settle(row, call, by=by, at=at)
    else:
        _declined(row, call, person, by=by, at=at)
    show(row, call)


def _declined(row: Recording, call: InCall, person: Present, *, by: Actor, at: datetime) -> None:
    if person.party not in ("citizen", "officer"):
        _settle(row, call, by=by, at=at)
    elif row.state == RecordingState.ASKED:
        move(row, "take_back" if person.party == "officer" else "refuse", by=by, at=at)
    else:
        move(row, "stop", by=by, at=at)


def _settle(row: Recording, call: InCall, *, by: Actor, at: datetime) -> None:
    """Begin, pause or go on, as those who are there have answered."""
    answers = dict(row.consents.values_list("party", "agreed"))
    agreed = rules.all_agree((one.party for one in call.people), answers)
    if agreed and row.state == RecordingState.ASKED:
        move(row, "begin", by=by, at=at)
    elif agreed and row.state == RecordingState.PAUSED:
        move(row, "resume", by=by, at=at)
    elif not agreed and row.state == RecordingState.RUNNING:
        move(row, "pause", by=by, at=at)


def _open_in(consultation_id: str) -> Recording | None:
    """Lock what is asked for or under way in a consultation."""
    rows = Recording.objects.filter(consultation__public_id=consultation_id, state__in=OPEN)
    return rows.select_related("consultation").select_for_update(of=("self",)).first()


@use_case
def company_changed(*, consultation_id: str, at: datetime) -> None:
    """Somebody came into the call or left it: it is recorded only while all who are there have agreed."""
    row = _open_in(consultation_id)
    if row is None:
        return
    call = consultations.in_call(consultation_id=consultation_id)
    if call.talks:
        _settle(row, call, by=_SYSTEM, at=at)
    show(row, call)


@use_case
def call_over(*, consultation_id: str, at: datetime) -> None:
    """The call is over or goes on without picture: so is what was asked for or recorded."""
    row = _open_in(consultation_id)
    if row is None:
        return
    move(row, "lapse" if row.state == RecordingState.ASKED else "stop", by=_SYSTEM, at=at)
    show(row, consultations.in_call(consultation_id=consultation_id))
