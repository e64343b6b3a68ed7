"""A ready query answers what its query set answers, and refuses what would change its SQL."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from onetrip.core.ready import Ready, save
from onetrip.domain.accounts.models import User
from onetrip.domain.cases.models import CaseMaterial
from tests.people import a_citizen, a_staff_member

pytestmark = pytest.mark.django_db


def same_question(ready: Ready[Any], rows: Any, **values: Any) -> tuple[Any, Any]:
    """Ask both ways, twice, and compare the SQL; returns both answers."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ready.all(**values)
        found = ready.all(**values)
        wanted = list(rows)
    statements = [query["sql"] for query in asked.captured_queries]
    assert statements[0] == statements[1] == statements[2]
    return found, wanted


def test_models_values_and_single_values_are_the_same() -> None:
    person = a_citizen(name="张伟")
    a_citizen(name="李娜")
    by_key = Ready(lambda pk: User.objects.filter(pk=pk), pk=int)
    found, wanted = same_question(by_key, User.objects.filter(pk=person.pk), pk=person.pk)
    assert found == wanted == [person]
    assert found[0].phone == person.phone  # sealed in the database
    pairs = Ready(
        lambda kind: User.objects.filter(kind=kind).values_list("pk", "name").order_by("pk"), kind=str
    )
    rows = User.objects.filter(kind="citizen").values_list("pk", "name").order_by("pk")
    found, wanted = same_question(pairs, rows, kind="citizen")
    assert found == wanted and len(found) == 2
    names = Ready(lambda pk: User.objects.filter(pk=pk).values_list("name", flat=True), pk=int)
    assert names.all(pk=person.pk) == ["张伟"]


def test_related_rows_and_annotations_come_along() -> None:
    staff = a_staff_member(name="王警官")
    ready = Ready(
        lambda case_row: CaseMaterial.objects.filter(case_id=case_row).select_related("by"), case_row=int
    )
    assert ready.all(case_row=7) == []
    from onetrip.domain.accounts.queries import person_in_session

    person = person_in_session(staff.pk)
    assert person is not None and person.held_roles == []


def test_moments_are_given_as_they_are() -> None:
    at = datetime(2026, 7, 31, tzinfo=UTC)
    ready = Ready(lambda at: Session.objects.filter(expire_date__gt=at), at=datetime)
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=at)
    assert ready.first(at=datetime(2026, 7, 30, 23, 59, 59, tzinfo=UTC)) is not None
    assert ready.first(at=at) is None


def test_what_would_change_the_sql_is_refused() -> None:
    ready = Ready(lambda pk, name: User.objects.filter(pk=pk, name=name), pk=int, name=str)
    with pytest.raises(TypeError, match="pk, name"):
        ready.all(pk=1, name=None)
    with pytest.raises(TypeError, match="pk, name"):
        ready.all(pk=1)
    with pytest.raises(TypeError, match="int, str"):
        Ready(lambda codes: User.objects.filter(name__in=codes), codes=list)
    with pytest.raises(TypeError, match="does not use"):
        Ready(lambda name: User.objects.filter(name__icontains=name), name=str).all(name="王")
    with pytest.raises(TypeError, match="one query"):
        Ready(lambda pk: User.objects.filter(pk=pk).prefetch_related("staff_roles"), pk=int).all(pk=1)


def test_fields_of_a_row_are_saved_as_django_saves_them(django_assert_num_queries) -> None:
    row = a_citizen(name="王芳")
    row.name, row.large_text, row.phone = "李雷", True, "not to be written"
    with django_assert_num_queries(1):
        save(row, "name", "large_text")
    again = User.objects.get(pk=row.pk)
    assert (again.name, again.large_text) == ("李雷", True) and again.phone != "not to be written"
    again.delete()
    with pytest.raises(DatabaseError, match="not there to be saved"):
        save(row, "name")
