"""From the citizen's form to the answer on the citizen's page, through the browser."""

import pytest

from onetrip.core import clock
from onetrip.domain.cases import services as cases
from onetrip.domain.complaints import services
from onetrip.domain.complaints.models import Complaint
from onetrip.domain.consultations import services as consultations
from tests.faces.console.conftest import actor
from tests.faces.console.test_figures import ended


def complain(town, case_id, about="visit", words="等了两个小时"):
    return town.browser("citizen").post(f"/cases/{case_id}/complaint", {"about": about, "words": words})


@pytest.fixture
def visited(town):
    """The citizen's errand, done at the officer's window."""
    case_id = town.case()
    cases.record_outcome(
        ticket_id=town.called(town.citizen), desk_id=town.window.pk, outcome="done", officer_id=town.officer.pk,
        by=actor(town.officer), at=clock.now(),
    )  # fmt: skip
    return case_id


def test_a_complaint_about_a_visit_and_its_answer(town, visited):
    citizen, lead = town.browser("citizen"), town.browser("lead")
    assert f"/cases/{visited}/complaint" in citizen.get(f"/cases/{visited}/").content.decode()
    page = complain(town, visited)["Location"]
    assert "等了两个小时" in citizen.get(page).content.decode()
    assert page in citizen.get(f"/cases/{visited}/").content.decode()
    listed = lead.get("/console/complaints/").content.decode()
    complaint = Complaint.objects.get()
    address = f"/console/complaints/{complaint.public_id}/"
    assert address in listed and "等了两个小时" not in listed
    assert f"/console/cases/{visited}/" in lead.get(address).content.decode()
    assert lead.post(address, {"verb": "take"}).status_code == 302
    assert lead.post(address, {"verb": "answer", "words": " "}).status_code == 422
    assert lead.post(address, {"verb": "answer", "words": "已增开窗口"}).status_code == 302
    assert "已增开窗口" in citizen.get(page).content.decode()
    citizen.post(f"{page}say", {"verb": "object", "words": "还是不行"})
    assert lead.post(address, {"verb": "answer", "words": "不"}).status_code == 422
    town.browser("supervisor").post(address, {"verb": "answer", "words": "已约谈"})
    assert "已约谈" in citizen.get(page).content.decode()
    assert complain(town, visited).status_code == 422


def test_a_complaint_about_a_consultation_is_the_same_thing(town):
    case_id, consultation_id = town.call()
    assert complain(town, case_id, "consultation").status_code == 422  # still talking
    consultations.conclude(
        consultation_id=consultation_id, officer_id=town.officer.pk, kind="ready", text="", by=actor(town.officer),
        at=clock.now(),
    )  # fmt: skip
    assert (
        f"/cases/{case_id}/complaint"
        in town.browser("citizen").get(f"/calls/{consultation_id}/").content.decode()
    )
    assert complain(town, case_id, "consultation", words="").status_code == 422
    assert complain(town, case_id, "consultation").status_code == 302
    complaint = Complaint.objects.get()
    assert (complaint.subject, complaint.officer_id, complaint.venue_code) == (
        consultation_id, town.officer.pk, "hall-1",
    )  # fmt: skip


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(town, visited, rows, django_assert_max_num_queries):
    complain(town, visited)
    row = Complaint.objects.get()
    for number in range(rows - 1):
        row.pk, row.public_id, row.subject = None, f"C{number}", f"S{number}"
        row.save()
    browser = town.browser("supervisor")
    with django_assert_max_num_queries(7):
        assert browser.get("/console/complaints/").content.decode().count("/console/complaints/C") >= rows - 1


def test_others_have_nothing_to_complain_about(town):
    foreign = ended(town)
    assert complain(town, foreign).status_code == 404


def test_the_message_of_an_answer_leads_to_the_complaint(town, visited):
    complain(town, visited)
    complaint = Complaint.objects.get()
    services.answer(
        complaint_id=complaint.public_id,
        staff_id=town.lead.pk,
        words="已增开窗口",
        by=actor(town.lead),
        at=clock.now(),
    )
    assert f"/complaints/{complaint.public_id}/" in town.browser("citizen").get("/messages/").content.decode()
