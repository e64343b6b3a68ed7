"""Questions, answers, hanging up and somebody coming in, all at the same moment: nobody is recorded unasked."""

import pytest
from django.db import connection

from onetrip.domain.consultations import queries as calls
from onetrip.domain.recordings.models import Recording
from tests.domain.consultations.conftest import later
from tests.domain.recordings.conftest import begin, build_talk, film, send
from tests.races.test_booking_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_never_two_at_a_time():
    talk = build_talk()
    made, refused = at_once([talk.propose] * 8, threads=8)
    assert len(made) == 1 and set(refused) == {"recording_under_way"} and Recording.objects.count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_yes_and_somebody_who_comes_in(turn):
    talk = build_talk()
    recording = talk.propose()
    acts = [lambda: talk.answer(recording, "citizen", at=later(1)), lambda: talk.comes("daughter", later(1))]
    _results, refused = at_once(acts[:: 1 if turn % 2 else -1], threads=2)
    assert refused == []
    row = Recording.objects.get()
    here = {one.party for one in calls.in_call(consultation_id=talk.call).people}
    assert len(here) == 3 and row.state in ("asked", "paused")
    assert talk.document()["answers"][talk.guests["daughter"]] == "open"


def test_yes_no_and_hanging_up_at_once_leave_nothing_running():
    talk = build_talk()
    recording = talk.propose()
    at_once(
        [
            lambda: talk.answer(recording, "citizen", at=later(1)),
            lambda: talk.answer(recording, "officer", agrees=False, at=later(1)),
            lambda: talk.hangs_up(later(1)),
        ],
        threads=3,
    )
    assert Recording.objects.get().state in ("lapsed", "stopped")


def test_one_piece_sent_from_two_windows_is_there_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    talk = build_talk()
    recording = talk.running()
    segment = begin(talk, recording)
    taken, refused = at_once([lambda: send(talk, recording, segment, 0, film(0))] * 6, threads=6)
    assert len(taken) == 6 and refused == [] and Recording.objects.get().chunks == 1
    assert len(list((tmp_path / "recordings").iterdir())) == 1
    connection.close()
