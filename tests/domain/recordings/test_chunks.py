"""Pieces are taken once, in order, sealed and chained; what is missing or changed is seen; what is due is deleted."""

from argparse import Namespace
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from onetrip.cli.upkeep import verify_recordings
from onetrip.core.errors import NotFound, Refusal
from onetrip.core.models import AuditEntry
from onetrip.core.transitions import WrongState
from onetrip.domain.recordings import queries, rules, services
from onetrip.domain.recordings.errors import (
    ChunkBroken,
    ChunkDiffers,
    ChunkNotNext,
    ChunkTooLarge,
    LookReasonMissing,
    NotTaking,
    SegmentOver,
    WrongFilm,
)
from onetrip.domain.recordings.models import Chunk, Recording
from onetrip.domain.recordings.views import Taken
from tests.depth import examples
from tests.domain.booking.conftest import BY, NOON
from tests.domain.consultations.conftest import later
from tests.domain.recordings.conftest import Talk, begin, build_talk, film, send, state

pytestmark = pytest.mark.django_db


def kept(talk: Talk, *, pieces: int = 4) -> str:
    """A recording of two stretches, ended and closed."""
    recording = talk.running()
    for _stretch in range(2):
        segment = begin(talk, recording)
        for number in range(pieces // 2):
            send(talk, recording, segment, number)
    talk.answer(recording, "officer", agrees=False, at=later(30))
    services.finish(recording_id=recording, officer_id=talk.officer.pk, by=BY, at=later(31))
    assert state(recording) == "sealed"
    return recording


def test_pieces_are_sealed_and_the_list_proves_them(talk: Talk, media) -> None:
    recording = kept(talk)
    proof = queries.proof(recording)
    assert (proof.complete, proof.chunks, proof.read) == (True, 4, 4)
    files = sorted(media.glob("*.bin"))
    assert len(files) == 4 and not any(film(1)[:20] in file.read_bytes() for file in files)
    sealed = AuditEntry.objects.get(verb="recording.seal")
    assert sealed.detail == {"chunks": 4, "bytes": 2000, "head": Recording.objects.get().head}


def test_a_piece_that_comes_twice_is_there_once_and_gaps_are_refused(talk: Talk) -> None:
    recording = talk.running()
    segment = begin(talk, recording)
    assert send(talk, recording, segment, 0) == Taken(1, True)
    assert send(talk, recording, segment, 0) == Taken(1, True)
    with pytest.raises(ChunkDiffers):
        send(talk, recording, segment, 0, film(0)[:-1] + b"x")
    with pytest.raises(ChunkNotNext):
        send(talk, recording, segment, 2)
    assert Chunk.objects.count() == 1 == len(default_storage.listdir("recordings")[1])
    later_segment = begin(talk, recording)  # after a reload
    with pytest.raises(SegmentOver):
        send(talk, recording, segment, 1)
    assert send(talk, recording, segment, 0) == Taken(1, True)  # whose answer was lost
    assert send(talk, recording, later_segment, 0) == Taken(1, True)


def test_what_is_not_taken(talk: Talk, settings) -> None:
    recording = talk.propose()
    with pytest.raises(NotTaking):
        begin(talk, recording)
    talk.answer(recording, "citizen")
    for said in ("text/html", "image/jpeg", "", "video/webmx"):
        with pytest.raises(WrongFilm):
            services.begin_segment(
                recording_id=recording, officer_id=talk.officer.pk, content_type=said, at=NOON
            )
    segment = begin(talk, recording)
    for content, refusal in (
        (b"", ChunkTooLarge), (b"x" * (rules.MOST_CHUNK_BYTES + 1), ChunkTooLarge), (b"<html>", WrongFilm),
    ):  # fmt: skip
        with pytest.raises(refusal):
            send(talk, recording, segment, 0, content)
    with pytest.raises(SegmentOver):
        send(talk, recording, segment + 1, 0)
    with pytest.raises(ChunkBroken):
        services.take_chunk(
            recording_id=recording, officer_id=talk.officer.pk, segment=segment, number=0,
            digest=sha256(b"other").hexdigest(), content=film(0), by=BY, at=NOON,
        )  # fmt: skip
    with pytest.raises(NotFound):
        services.take_chunk(
            recording_id=recording, officer_id=talk.user("colleague").pk, segment=segment, number=0,
            digest=sha256(film(0)).hexdigest(), content=film(0), by=BY, at=NOON,
        )  # fmt: skip
    assert not Chunk.objects.exists()


def test_a_recording_that_grows_too_large_or_too_long_ends(talk: Talk, settings) -> None:
    settings.RECORDING_MB, settings.RECORDING_MINUTES = 1, 10
    recording = talk.running()
    segment = begin(talk, recording)
    big = film(0) + b"x" * 600_000
    assert send(talk, recording, segment, 0, big).goes_on
    assert send(talk, recording, segment, 1, b"x" * 600_000) == Taken(1, False)
    assert (state(recording), Recording.objects.get().size) == ("stopped", len(big))
    again = talk.running(later(60))
    assert services.look_after(at=later(60) + timedelta(minutes=10)) >= 1
    assert state(again) == "stopped"


def test_the_last_pieces_may_come_a_little_late(talk: Talk) -> None:
    recording = talk.running()
    segment = begin(talk, recording)
    send(talk, recording, segment, 0)
    talk.hangs_up(later(10))
    assert send(talk, recording, segment, 1, at=later(20)) == Taken(2, False)
    late = later(10) + rules.LATE_CHUNKS
    assert services.look_after(at=late) == 1 and state(recording) == "sealed"
    with pytest.raises(NotTaking):
        send(talk, recording, segment, 2, at=late)
    assert queries.proof(recording).complete


def test_a_pause_takes_nothing_new(talk: Talk) -> None:
    recording = talk.running()
    segment = begin(talk, recording)
    talk.comes("daughter", later(5))
    assert send(talk, recording, segment, 0, at=later(6)) == Taken(1, False)  # from before the pause
    with pytest.raises(NotTaking):
        begin(talk, recording, later(6))
    with pytest.raises(NotTaking):
        send(talk, recording, segment, 1, at=later(6) + rules.LATE_CHUNKS)
    assert services.look_after(at=later(5) + rules.LONGEST_PAUSE) == 1 and state(recording) == "stopped"


def altered_file(recording: str) -> None:
    name = Chunk.objects.get(place=2).file
    content = default_storage.open(name).read()
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content[:-1] + bytes([content[-1] ^ 1])))


def missing_file(recording: str) -> None:
    default_storage.delete(Chunk.objects.get(place=2).file)


def swapped_files(recording: str) -> None:
    second, third = Chunk.objects.get(place=2), Chunk.objects.get(place=3)
    Chunk.objects.filter(pk=second.pk).update(file=third.file)


def missing_entry(recording: str) -> None:
    Chunk.objects.get(place=2).delete()


def altered_entry(recording: str) -> None:
    Chunk.objects.filter(place=2).update(size=499)


def cut_off(recording: str) -> None:
    """The last piece is gone, and who took it away has put the sum right as well."""
    Chunk.objects.get(place=4).delete()
    Recording.objects.update(chunks=3, size=1500, head=Chunk.objects.get(place=3).link)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (altered_file, [(2, "changed")]),
        (missing_file, [(2, "missing")]),
        (swapped_files, [(2, "changed")]),
        (missing_entry, [(3, "list"), (4, "list"), (4, "list")]),
        (altered_entry, [(2, "list")]),
        (cut_off, [(3, "list")]),
    ],
)
def test_what_is_missing_or_changed_is_seen(talk: Talk, change, found) -> None:
    recording = kept(talk)
    change(recording)
    proof = queries.proof(recording)
    assert not proof.complete
    assert {(flaw.place, flaw.what) for flaw in proof.flaws} >= {found[0]}
    assert all(flaw.what == found[0][1] for flaw in proof.flaws)


def test_the_command_says_what_is_wrong(talk: Talk, capsys) -> None:
    recording = kept(talk)
    assert verify_recordings(Namespace()) == 0
    assert "1 recordings, 4 pieces in their lists, 4 read\ncomplete" in capsys.readouterr().out
    missing_file(recording)
    assert verify_recordings(Namespace()) == 1
    assert f"BROKEN {recording}: piece 2 missing" in capsys.readouterr().out


def test_it_is_deleted_when_its_time_is_over_and_the_list_stays(talk: Talk, media) -> None:
    recording = kept(talk)
    ends = Recording.objects.get().expires_at
    assert ends == later(30) + timedelta(days=90)
    assert services.expire(at=ends - timedelta(seconds=1)) == 0 and len(list(media.glob("*"))) == 4
    with transaction.atomic():  # files go at the commit
        assert services.expire(at=ends) == 1
    assert state(recording) == "expired" and Chunk.objects.filter(file="").count() == 4
    assert services.expire(at=ends) == 0
    assert queries.proof(recording).complete  # the list still is what was sealed
    Chunk.objects.filter(place=1).update(digest="0" * 64)
    assert not queries.proof(recording).complete


@pytest.mark.django_db(transaction=True)
def test_the_citizen_has_it_deleted_at_once(media) -> None:
    talk = build_talk()
    recording = kept(talk)
    for citizen in (talk.user("stranger"), talk.officer):
        with pytest.raises(NotFound):
            services.erase(recording_id=recording, citizen_id=citizen.pk, by=BY, at=NOON)
    assert len(list(media.glob("*"))) == 4
    for _twice in range(2):
        services.erase(recording_id=recording, citizen_id=talk.citizen.pk, by=BY, at=later(99))
    assert state(recording) == "erased" and not list(media.glob("*"))
    again = talk.running(later(100))
    with pytest.raises(WrongState):
        services.erase(recording_id=again, citizen_id=talk.citizen.pk, by=BY, at=later(101))


def test_nobody_of_the_staff_looks_without_a_reason_and_the_citizen_sees_who_did(talk: Talk) -> None:
    recording = kept(talk)
    colleague = talk.user("colleague")
    ask = {"recording_id": recording, "by": BY, "at": NOON, "reason": "complaint", "words": "投诉答复需要"}
    with pytest.raises(NotFound):
        services.look(staff_id=colleague.pk, venue_codes=["hall-2"], **ask)
    for wrong in ({"reason": "curiosity"}, {"words": " x "}):
        with pytest.raises(LookReasonMissing):
            services.look(staff_id=colleague.pk, venue_codes=["hall-1"], **{**ask, **wrong})
    look = services.look(staff_id=colleague.pk, venue_codes=["hall-1"], **ask)
    services.look(staff_id=talk.officer.pk, venue_codes=[], **ask)  # whose call it was
    film_of = {"recording_id": recording, "look_id": look, "segment": 1, "begins": True, "by": BY}
    found = queries.film_for_staff(staff_id=colleague.pk, at=NOON, **film_of)
    whole = film(0) + film(1)
    assert b"".join(queries.film_bytes(found, start=0, end=found.size)) == whole
    for start, end in ((0, 1), (499, 501), (700, 1000), (10, 20)):
        assert b"".join(queries.film_bytes(found, start=start, end=end)) == whole[start:end]
    for staff, at in ((talk.officer, NOON), (colleague, NOON + rules.LOOK_LASTS)):
        with pytest.raises(NotFound):
            queries.film_for_staff(staff_id=staff.pk, at=at, **film_of)
    (seen,) = queries.recordings_of(consultation_id=talk.call, citizen_id=talk.citizen.pk)
    assert [(one.by_name, one.reason) for one in seen.looks] == [
        ("警官1", "complaint"),
        ("警官0", "complaint"),
    ]
    assert queries.recordings_of(consultation_id=talk.call, citizen_id=talk.user("stranger").pk) == []
    verbs = AuditEntry.objects.filter(subject=f"recording:{recording}").values_list("verb", flat=True)
    assert list(verbs).count("recording.look") == 2 and "recording.play" in verbs


def test_the_list_of_recordings_asks_the_same_number_of_questions(
    talk: Talk, django_assert_num_queries
) -> None:
    kept(talk)
    row = Recording.objects.get()
    for count in (1, 30):
        while Recording.objects.count() < count:
            row.pk, row.public_id = None, f"R{Recording.objects.count():015}"
            row.save()
        with django_assert_num_queries(1):
            found = queries.recordings_for_staff(staff_id=0, venue_codes=["hall-1"], limit=50)
        assert len(found) == count


@bounds(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4), st.booleans()), max_size=25))
def test_whatever_order_pieces_come_in_the_list_is_whole(sent) -> None:
    with transaction.atomic():
        talk = build_talk()
        recording = talk.running()
        begin(talk, recording)
        for segment, number, new_window in sent:
            if new_window:
                begin(talk, recording)
            with suppress(Refusal):
                send(talk, recording, segment, number)
        talk.hangs_up()
        services.look_after(at=NOON + rules.LATE_CHUNKS)
        proof = queries.proof(recording)
        assert proof.complete and proof.read == proof.chunks == Chunk.objects.count()
        for one in range(1, 4):
            numbers = Chunk.objects.filter(segment=one).order_by("place").values_list("number", flat=True)
            assert list(numbers) == list(range(len(numbers)))
        transaction.set_rollback(True)
