"""Faces parse, make one domain call, render: no row is read or written there. And the domain knows no pages."""

import ast
from collections.abc import Iterator

from tests.architecture.house import Source, catches, keep

ROW_WRITERS = {
    "save",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "refresh_from_db",
}
MODEL_DOORS = {"get_user_model", "get_model"}
NO_ROWS = {"django.contrib.auth.models.AnonymousUser"}
PAGES = ("django.http", "django.shortcuts", "django.template", "django.views", "django.forms", "django.urls",
         "django.middleware", "django.contrib.messages")  # fmt: skip


def rows_in_faces(source: Source) -> Iterator[str]:
    if not source.is_face:
        return
    for line, name in source.imported():
        if _leads_to_rows(name):
            yield f"line {line} imports {name}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {
            "objects",
            "_meta",
            "_default_manager",
            "cursor",
        }:
            yield f"line {node.lineno} touches .{node.attr}"
        elif isinstance(node, ast.Attribute) and node.attr in MODEL_DOORS:
            yield f"line {node.lineno} asks for a model"
        elif isinstance(node, ast.Call) and _writes_a_row(node):
            yield f"line {node.lineno} calls .{ast.unparse(node.func).rpartition('.')[2]}()"


def _leads_to_rows(name: str) -> bool:
    """Faces may know that the database is there (its errors, its connection), not what is in it."""
    is_model = "models" in name.split(".") or name.rpartition(".")[2] in MODEL_DOORS
    return (is_model or name.startswith("django.db.transaction")) and name not in NO_ROWS


def _writes_a_row(call: ast.Call) -> bool:
    """Rows save and delete themselves without bare arguments; a cache or a picture is told what and where."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ROW_WRITERS or call.args:
        return False
    return not ast.unparse(call.func.value).endswith("session")


def pages_in_the_domain(source: Source) -> Iterator[str]:
    if source.is_domain or source.parts[:2] == ("onetrip", "core"):
        for line, name in source.imported():
            if any(name == page or name.startswith(page + ".") for page in PAGES):
                yield f"line {line} imports {name}"


def test_faces_touch_no_rows() -> None:
    keep(rows_in_faces)


def test_the_domain_knows_no_pages() -> None:
    keep(pages_in_the_domain)


def test_the_rules_see_rows_and_pages() -> None:
    for text in ("Slot.objects.get(id=1)", "slot.save()", "slot.delete()", "from onetrip.domain.venues import models",
                 "from onetrip.domain.venues.models import Desk", "from django.db import transaction",
                 "connection.cursor()",
                 "from django.contrib.auth import get_user_model", "apps.get_model('venues', 'Desk')"):  # fmt: skip
        assert catches(rows_in_faces, "onetrip.faces.citizen.pages", text), text
        assert not catches(rows_in_faces, "onetrip.domain.venues.services", text), text
    assert not catches(rows_in_faces, "onetrip.faces.citizen.pages", "request.session.save()\nqr.save(out)")
    assert catches(pages_in_the_domain, "onetrip.domain.venues.rules", "from django.http import HttpRequest")
    assert not catches(
        pages_in_the_domain, "onetrip.faces.citizen.pages", "from django.http import HttpRequest"
    )
