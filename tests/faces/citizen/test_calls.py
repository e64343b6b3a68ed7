"""The consultation's page in each of its states, and the chat that needs no script."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from onetrip.core import clock
from onetrip.domain.cases import services as cases
from onetrip.domain.consultations import services as consultations
from onetrip.domain.consultations.models import Consultation
from onetrip.domain.papers.models import Paper
from tests.faces.citizen.conftest import Person, Post, asked, open_case


def page_of(person: Person, call: str, language: str = "zh-CN") -> str:
    answer = person.client.get(f"/calls/{call}/", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def accept(post: Post, call: str) -> None:
    consultations.accept(consultation_id=call, officer_id=post.officer.pk, by=post.actor, at=clock.now())


def test_nobody_on_duty_is_said_and_booking_offered(me: Person, case_id: str) -> None:
    page = page_of(me, asked(me, case_id))
    assert "现在没有民警值班" in page
    assert f"/cases/{case_id}/book" in page


def test_asking_twice_is_one_place_in_line(me: Person, case_id: str) -> None:
    first = me.client.post(f"/cases/{case_id}/ask")
    second = me.client.post(f"/cases/{case_id}/ask")
    assert first["Location"] == second["Location"]
    assert Consultation.objects.count() == 1


def test_a_second_errand_waits_until_the_first_call_is_over(me: Person, case_id: str) -> None:
    asked(me, case_id)
    other = open_case(me, "i45-licence-damaged")
    answer = me.client.post(f"/cases/{other}/ask", follow=True)
    assert answer.redirect_chain[-1][0] == f"/cases/{other}/"
    assert "notice-error" in answer.content.decode()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_ringing_and_connected(me: Person, case_id: str, post: Post, language: str) -> None:
    call = asked(me, case_id)
    ringing = page_of(me, call, language)
    assert 'data-state="ringing"' in ringing
    accept(post, call)
    connected = page_of(me, call, language)
    assert 'data-state="connected"' in connected
    assert post.officer.name in connected
    assert 'id="call-config"' in connected
    for action in ("allow-camera", "mute", "camera", "switch", "paper", "take-over", "unmute-remote"):
        assert f'data-action="{action}"' in connected


@pytest.mark.parametrize(
    ("kind", "text", "offers_booking"),
    [("ready", "", True), ("ready_with", "带原件", True), ("impossible", "户口不在本市", False)],
)
def test_the_conclusion_stays_and_leads_on(
    me: Person, case_id: str, post: Post, kind: str, text: str, offers_booking: bool
) -> None:
    call = asked(me, case_id)
    accept(post, call)
    consultations.conclude(
        consultation_id=call, officer_id=post.officer.pk, kind=kind, text=text, by=post.actor, at=clock.now()
    )
    page = page_of(me, call)
    assert f"conclusion_{kind}" in page
    assert text in page
    assert (f'href="/cases/{case_id}/book"' in page) is offers_booking
    assert text in me.client.get(f"/cases/{case_id}/").content.decode()

    assert me.client.post(f"/calls/{call}/rating", {"stars": "9"}).status_code == 422
    me.client.post(f"/calls/{call}/rating", {"stars": "4", "words": "很清楚"})
    assert "您打了 4 星" in page_of(me, call)


def test_chat_by_plain_forms(me: Person, case_id: str, post: Post) -> None:
    call = asked(me, case_id)
    answer = me.client.post(f"/calls/{call}/messages", {"text": "<b>您好</b>"}, follow=True)
    assert "&lt;b&gt;您好" in answer.content.decode()
    quiet = me.client.post(
        f"/calls/{call}/messages", {"text": "再问"}, headers={"accept": "application/json"}
    )
    assert quiet.status_code == 204
    refused = me.client.post(f"/calls/{call}/messages", {"text": " "}, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert refused.json()["field"] == "text"


def test_photos_are_for_the_two_parties(me: Person, stranger: Person, case_id: str) -> None:
    call = asked(me, case_id)
    picture = BytesIO()
    Image.new("RGB", (640, 480), "white").save(picture, "JPEG")
    upload = SimpleUploadedFile("a.jpg", picture.getvalue(), "image/jpeg")
    assert me.client.post(f"/calls/{call}/photos", {"photo": upload}).status_code == 302
    address = f"/calls/{call}/photos/" + Paper.objects.get().public_id
    assert address in page_of(me, call)
    assert me.client.get(address)["Content-Type"] == "image/jpeg"
    assert stranger.client.get(address).status_code == 404


@pytest.mark.parametrize("content", [b"", b"no picture", b"x" * (10 * 1024 * 1024 + 1)])
def test_what_is_no_picture_is_refused_in_words(me: Person, case_id: str, content: bytes) -> None:
    call = asked(me, case_id)
    upload = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = me.client.post(
        f"/calls/{call}/photos", {"photo": upload}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["message"]


def test_without_a_camera_the_chat_goes_on(me: Person, case_id: str) -> None:
    call = asked(me, case_id)
    me.client.post(f"/calls/{call}/chat")
    assert Consultation.objects.get().mode == "chat"
    assert 'data-mode="chat"' in page_of(me, call)


def test_leaving_can_be_undone_by_asking_again(me: Person, case_id: str) -> None:
    call = asked(me, case_id)
    page = me.client.post(f"/calls/{call}/leave", follow=True).content.decode()
    assert "您已退出排队" in page
    assert f"/cases/{case_id}/ask" in page
    assert me.client.post(f"/calls/{call}/leave").status_code == 302, "twice is the same as once"


def test_verdicts_stand_beside_the_materials(me: Person, case_id: str, post: Post) -> None:
    call = asked(me, case_id)
    accept(post, call)
    from onetrip.domain.cases import queries

    material = queries.case(case_id=case_id, citizen_id=me.user.pk).materials[0].line.key
    cases.give_verdict(
        case_id=case_id, material=material, verdict="fix", reason="章看不清", officer_id=post.officer.pk,
        by=post.actor, at=clock.now(),
    )  # fmt: skip
    for page in (page_of(me, call), me.client.get(f"/cases/{case_id}/").content.decode()):
        assert 'data-verdict="fix"' in page
        assert "章看不清" in page
