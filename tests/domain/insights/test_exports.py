"""A file of visits: asked for, written page by page with its progress, fetched by its owner alone, gone after a day."""

import csv
import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage

from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
from onetrip.core.transitions import WrongState
from onetrip.domain.insights import flows, queries, rules, services
from onetrip.domain.insights.errors import FormUnknown, TooManyExports
from onetrip.domain.insights.flows import contents, writing
from onetrip.domain.insights.models import Export
from onetrip.domain.payments import services as payments
from tests.domain.booking.conftest import NOON, build_hall
from tests.faces.console.conftest import actor
from tests.people import a_staff_member

PERIOD = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=3)}


@pytest.fixture
def owner(db):
    return a_staff_member(name="钱督导")


def ask(owner, form="csv", venue_codes=None, subject="visits"):
    return services.ask_export(
        staff_id=owner.pk,
        subject=subject,
        form=form,
        venue_codes=venue_codes,
        by=actor(owner),
        at=NOON,
        **PERIOD,
    )


def content(owner, export):
    name, *_kind = queries.export_file(export_id=export, staff_id=owner.pk, at=NOON)
    with default_storage.open(name) as file:
        return file.read()


def rows_of(owner, export):
    return list(csv.reader(io.StringIO(content(owner, export).decode("utf-8-sig"))))


def test_every_visit_of_the_period_is_a_row_and_the_progress_shows(past, owner, monkeypatch):
    monkeypatch.setattr(writing, "_PAGE", 2)
    seen = []
    monkeypatch.setattr(services, "progress", lambda *, export_id, written: seen.append(written))
    for number in range(4):
        past.visit("done", came="phone", at=NOON + timedelta(minutes=number))
    past.visit("material_missing", material="photo", hall="hall-2", stars=2)
    past.visit("done", at=PERIOD["until"])
    export = ask(owner)
    flows.write_export(export_id=export, at=NOON)
    head, *rows = rows_of(owner, export)
    assert len(rows) == 5 and all(len(row) == len(head) for row in rows)
    assert rows[-1][-4:] == ["returned", "material_missing", "photo", "2"]
    assert seen == [2, 4, 5]
    (view,) = queries.exports_of(staff_id=owner.pk, at=NOON)
    assert (view.written, view.total, view.can_fetch, view.under_way) == (5, 5, True, False)


def test_the_reach_holds_in_the_file(past, owner):
    past.visit("done")
    past.visit("done", hall="hall-2")
    export = ask(owner, venue_codes=["hall-2"])
    flows.write_export(export_id=export, at=NOON)
    assert [row[3] for row in rows_of(owner, export)[1:]] == ["hall-2"]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(past, owner, evil):
    past.visit("material_wrong", material=evil)
    as_csv, as_xlsx = ask(owner), ask(owner, "xlsx")
    for export in (as_csv, as_xlsx):
        flows.write_export(export_id=export, at=NOON)
    assert rows_of(owner, as_csv)[1][-2] == f"'{evil}"
    with ZipFile(io.BytesIO(content(owner, as_xlsx))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and 't="inlineStr"' in sheet


def test_nobody_else_and_not_after_a_day(past, owner):
    export = ask(owner)
    flows.write_export(export_id=export, at=NOON)
    name, *_kind = queries.export_file(export_id=export, staff_id=owner.pk, at=NOON)
    with pytest.raises(NotFound):
        queries.export_file(export_id=export, staff_id=a_staff_member().pk, at=NOON)
    over = NOON + rules.EXPORT_KEPT
    with pytest.raises(NotFound):
        queries.export_file(export_id=export, staff_id=owner.pk, at=over)
    assert services.expire_exports(at=over - timedelta(seconds=1)) == 0
    assert services.expire_exports(at=over) == 1
    row = Export.objects.get()
    assert (row.state, row.file) == ("gone", "")
    assert default_storage.exists(name)  # until the commit, which this test never comes to


def test_asking_and_fetching_are_audited(owner):
    export = ask(owner)
    services.note_download(export_id=export, by=actor(owner), at=NOON)
    verbs = AuditEntry.objects.filter(subject=f"export:{export}").values_list("verb", flat=True)
    assert sorted(verbs) == ["export.ask", "export.download"]


def test_a_few_at_a_time(owner):
    with pytest.raises(FormUnknown):
        ask(owner, "pdf")
    for _ in range(rules.MOST_EXPORTS):
        ask(owner)
    with pytest.raises(TooManyExports):
        ask(owner)


def test_what_breaks_says_so_and_what_died_begins_again(past, owner, monkeypatch):
    past.visit("done")
    export = ask(owner)
    services.start(export_id=export, total=9)  # and the worker was killed
    flows.write_export(export_id=export, at=NOON)
    assert Export.objects.get().state == "ready"
    flows.write_export(export_id=export, at=NOON)  # the job ran twice
    broken = ask(owner)
    monkeypatch.setattr(contents, "city_time", lambda _at: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        flows.write_export(export_id=broken, at=NOON)
    assert Export.objects.get(public_id=broken).state == "failed"
    with pytest.raises(WrongState):
        services.finish(export_id=broken, file="x", written=1, at=NOON)


def test_fees_are_exported_in_the_same_way_page_by_page(owner, monkeypatch):
    monkeypatch.setattr(writing, "_PAGE", 2)
    officer, by = a_staff_member(name="收费员"), Actor.system("test")
    build_hall()
    payments.open_shift(officer_id=officer.pk, venue_code="hall-1", by=by, at=NOON)
    for fen in (1000, 2000, 3000):
        order = payments.open_order(payer_id=None, item_code="i1", title="=补领", fen=fen, by=by, at=NOON)
        payments.take_at_desk(order_id=order, way="cash", officer_id=officer.pk, by=by, at=NOON)
    payments.open_order(payer_id=None, item_code="i1", title="未缴", fen=4000, by=by, at=NOON)
    export = ask(owner, subject="fees")
    flows.write_export(export_id=export, at=NOON)
    head, *rows = rows_of(owner, export)
    assert [row[8] for row in rows] == ["1000", "2000", "3000"] and {len(row) for row in rows} == {len(head)}
    assert {(row[5], row[7], row[11]) for row in rows} == {("'=补领", "cash", "paid")}
    elsewhere = ask(owner, subject="fees", venue_codes=["nowhere"])
    flows.write_export(export_id=elsewhere, at=NOON)
    assert rows_of(owner, elsewhere) == [head]
    with pytest.raises(FormUnknown):
        ask(owner, subject="people")
