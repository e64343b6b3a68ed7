"""The pages of recordings: the officer asks, pieces come in over HTTP, films are sent in parts to who gave a reason."""

import re
from hashlib import sha256

import pytest
from django.test import Client

from onetrip.core.models import AuditEntry
from onetrip.domain.recordings.models import Recording
from tests.faces.console.conftest import Town
from tests.people import signed_in
from tests.recordings import PIECE, a_look, a_recording

pytestmark = pytest.mark.django_db


def say(browser: Client, call: str, answer: str) -> None:
    assert browser.post(f"/calls/{call}/recording", {"answer": answer}).status_code == 302


def test_from_the_question_to_the_film(town: Town, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    _case, call = town.call()
    officer, citizen = signed_in(town.officer), signed_in(town.citizen)
    page = citizen.get(f"/calls/{call}/").content.decode()
    assert 'data-topic="recording:' in page and "未经您同意不会录像" in page
    officer.post("/console/post/recording/ask/", {"consultation": call})
    say(citizen, call, "yes")
    row = Recording.objects.get()
    assert row.state == "running"
    where = f"/console/post/recordings/{row.public_id}"
    segment = officer.post(f"{where}/segment/", {"type": "video/webm;codecs=vp8,opus"}).json()["segment"]
    digest = sha256(PIECE).hexdigest()
    for _twice in range(2):
        answer = officer.post(
            f"{where}/chunk/?segment={segment}&number=0&digest={digest}",
            PIECE,
            content_type="application/octet-stream",
        )
        assert answer.json() == {"next": 1, "goes_on": True}
    wrong = officer.post(
        f"{where}/chunk/?segment=x&number=&digest=", PIECE, content_type="application/octet-stream"
    )
    assert wrong.status_code == 422
    say(citizen, call, "no")
    assert officer.post(f"{where}/finish/").json() == {}
    row.refresh_from_db()
    assert (row.state, row.chunks) == ("sealed", 1)
    film = citizen.get(f"/calls/{call}/recordings/{row.public_id}/{segment}")
    assert b"".join(film.streaming_content) == PIECE and film["Content-Type"] == "video/webm"


def test_a_film_comes_in_parts_to_who_gave_a_reason(town: Town, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    _case, call = town.call()
    made = a_recording(call, town.officer, [town.citizen])
    lead = signed_in(town.lead)
    page = f"/console/recordings/{made}/"
    assert lead.post(page, {"reason": "complaint", "words": ""}).status_code == 422
    opened = lead.post(page, {"reason": "complaint", "words": "答复投诉需要"})
    assert opened.status_code == 302 and "look=" in opened.url
    assert b"<video" in lead.get(opened.url).content and b"<video" not in lead.get(page).content
    film = f"{page}film/{opened.url.partition('look=')[2]}/1/"
    part = lead.get(film, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, PIECE[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(PIECE)}"
    assert lead.get(film, headers={"Range": "bytes=0-"}).content == PIECE
    assert lead.get(film, headers={"Range": "bytes=9999-"}).status_code == 416
    assert signed_in(town.officer).get(film).status_code == 404  # it was the lead who gave a reason
    played = AuditEntry.objects.filter(verb="recording.play", subject=f"recording:{made}")
    assert played.count() == 1  # a look is noted once, not with each part
    for name in tmp_path.joinpath("recordings").iterdir():
        name.unlink()
    assert lead.get(film, headers={"Range": "bytes=0-"}).status_code == 404
    assert "缺" in lead.get(f"{page}?check=1").content.decode()


def test_the_citizen_sees_who_looked_and_has_it_deleted(town: Town, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    _case, call = town.call()
    made = a_recording(call, town.officer, [town.citizen])
    a_look(made, town.lead, ["hall-1"])
    citizen = signed_in(town.citizen)
    page = citizen.get(f"/calls/{call}/recordings").content.decode()
    assert str(town.lead.name) in page and "处理投诉" in page
    citizen.post(f"/calls/{call}/recordings/{made}/erase")
    page = citizen.get(f"/calls/{call}/recordings").content.decode()
    assert "<video" not in page and "应本人要求" in page


def test_a_list_asks_the_same_number_of_questions(
    town: Town, settings, tmp_path, django_assert_max_num_queries
) -> None:
    settings.MEDIA_ROOT = tmp_path
    _case, call = town.call()
    a_recording(call, town.officer, [town.citizen])
    row, lead = Recording.objects.get(), signed_in(town.lead)
    lead.get("/console/recordings/")
    for count in (1, 30):
        while Recording.objects.count() < count:
            row.pk, row.public_id = None, f"R{Recording.objects.count():015}"
            row.save()
        with django_assert_max_num_queries(8):
            page = lead.get("/console/recordings/").content
            assert len(set(re.findall(rb"/console/recordings/R(\d{15})", page))) == count - 1
