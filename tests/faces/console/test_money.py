"""Money in the console: the fee at the window, the till, refunds by two people, the bill."""

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.core import clock
from onetrip.domain.accounts.states import Role
from onetrip.domain.cases.models import Case
from onetrip.domain.insights import queries as exports
from onetrip.domain.insights.flows import write_export
from onetrip.domain.payments import jobs
from onetrip.domain.payments import queries as payments
from tests.domain.payments.conftest import provider, till
from tests.faces.console import conftest as console
from tests.fake_pay import a_paid_fee
from tests.people import a_staff_member, signed_in

__all__ = ["provider", "till"]
shipped, town = console.shipped, console.town


def said(browser, name: str, *args: object, **fields: str) -> str:
    address = reverse(f"console:{name}", args=args)
    answer = browser.post(address, fields, follow=True) if fields else browser.get(address)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def case_id(town) -> str:
    called_about, _call = town.call()
    return called_about


def test_the_till_is_opened_counted_and_closed(town) -> None:
    officer = signed_in(town.officer)
    assert "尚未开班" in said(officer, "till")
    assert "应有现金" in said(officer, "till", verb="open", venue="hall-1")
    assert "请写明原因" in said(officer, "till", verb="close", counted="5", note="")
    assert "请检查" in said(officer, "till", verb="close", counted="five", note="")
    assert "尚未开班" in said(officer, "till", verb="close", counted="5", note="多五元")
    assert payments.trial_balance() == {"safe": 500, "till_differences": -500}


def test_a_refund_needs_two_people(town, case_id: str) -> None:
    a_paid_fee(case_id=case_id, officer_id=town.officer.pk, venue_code="hall-1")
    officer, lead = signed_in(town.officer), signed_in(town.lead)
    assert "待审批" in said(officer, "fee", case_id, verb="refund", fen="15.5", note="多收")
    assert "¥15.50" in said(lead, "money")
    (refund,) = payments.refunds_of(venue_codes=["hall-1"], states=["asked"])
    foreign = signed_in(a_staff_member(Role("lead", "hall-2"), name="吴主任"))
    address = reverse("console:money")
    assert foreign.post(address, {"verb": "approve", "refund": refund.id}).status_code == 404
    said(lead, "money", verb="approve", refund=refund.id)
    assert "¥15.50" in said(officer, "till")
    said(officer, "till", verb="hand_out", refund=refund.id)
    assert payments.trial_balance() == {"cash": 2450, "fees": -2450, "refunds_due": 0}
    assert "¥40.00" in said(lead, "money")


def test_the_fees_of_a_day_are_a_file_that_the_worker_writes(town, case_id: str) -> None:
    a_paid_fee(case_id=case_id, officer_id=town.officer.pk, venue_code="hall-1")
    lead = signed_in(town.lead)
    assert "等待生成" in said(lead, "money_export", form="csv")
    (export,) = exports.exports_of(staff_id=town.lead.pk, at=clock.now())
    write_export(export_id=export.id, at=clock.now())
    file = lead.get(reverse("console:export_file", args=[export.id]))
    assert "fees-" in file["Content-Disposition"]
    assert ",cash,4000,0," in b"".join(file.streaming_content).decode("utf-8-sig")
    assert reverse("console:export_file", args=[export.id]) in said(lead, "money")


def test_a_code_on_the_officers_screen(town, till, case_id: str) -> None:
    """The officer shows a code, the citizen pays, the page says so."""
    officer = signed_in(town.officer)
    case = Case.objects.get(public_id=case_id)
    page = said(officer, "fee", case_id)
    if "出示收款码" not in page:
        pytest.skip(f"{case.item_code} is free")
    assert "<svg" in said(officer, "fee", case_id, verb="code")


def test_the_bill_is_compared_by_those_who_lead_all_venues(town, till) -> None:
    supervisor = signed_in(a_staff_member(Role("supervisor"), name="钱督导"))
    assert "尚未对账" in said(supervisor, "bill")
    today = clock.city_day(clock.now()).isoformat()
    running = said(supervisor, "bill", verb="compare", day=today)
    assert "本页会自动更新" in running and 'hx-trigger="every 2s"' in running
    said(supervisor, "bill", verb="compare", day=today)
    (job,) = ProcrastinateJob.objects.filter(task_name="payments.reconcile")
    jobs.reconcile.func(**job.args)
    done = said(supervisor, "bill")
    assert "已完成" in done and "every 2s" not in done
    assert signed_in(town.lead).get(reverse("console:bill")).status_code == 404
