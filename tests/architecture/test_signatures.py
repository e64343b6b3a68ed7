"""How one module calls another: by name, with types, in one transaction, at a time and by somebody it is told."""

import ast
from collections.abc import Iterator

from tests.architecture.house import Source, catches, keep

# A query may be asked `venue(code)` or `may(roles, verb)`: at most two things, both needed, both obvious.
POSITIONAL = {"queries": 2, "services": 0, "flows": 0}
ALWAYS_NAMED = {"at", "by", "limit"}


def calls_without_names(source: Source) -> Iterator[str]:
    allowed = POSITIONAL.get(source.room)
    if allowed is None:
        return
    for node in source.public_functions():
        positional = [argument.arg for argument in node.args.posonlyargs + node.args.args]
        if len(positional) > allowed:
            yield f"{node.name}({', '.join(positional)}): at most {allowed} arguments without name in {source.room}"
        if node.args.defaults or ALWAYS_NAMED & set(positional):
            yield f"{node.name}(): what may be left out, and {', '.join(sorted(ALWAYS_NAMED))}, stands after *"


def calls_without_types(source: Source) -> Iterator[str]:
    if source.room not in POSITIONAL:
        return
    for node in source.public_functions():
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        untyped = [
            argument.arg for argument in [*every, node.args.vararg, node.args.kwarg] if _untyped(argument)
        ]
        if untyped or node.returns is None:
            yield f"{node.name}(): no type for {', '.join(untyped) or 'the result'}"


def _untyped(argument: ast.arg | None) -> bool:
    return argument is not None and argument.annotation is None


WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
          "lock_one", "record", "publish", "change", "defer"}  # fmt: skip


def services_without_transaction(source: Source) -> Iterator[str]:
    """A public service is a use case, or writes only inside others or inside `with unit_of_work()`."""
    if source.room != "services":
        return
    for node in source.public_functions():
        decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
        if "use_case" not in decorators:
            yield from (
                f"{node.name}(), line {line}, writes and is no @use_case" for line in _writes_alone(node)
            )


def _writes_alone(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.With) and any("unit_of_work" in ast.unparse(item) for item in node.items):
        return
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rpartition(".")[2]
        is_of_rows = (
            isinstance(node.func, ast.Attribute) and not node.args
        )  # rows take no bare arguments, dicts do
        if name in WRITES and (is_of_rows or isinstance(node.func, ast.Name)):
            yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from _writes_alone(child)


CLOCKS = {"now", "utcnow", "today", "localtime", "localdate", "time_ns"}
CLOCK_OWNERS = {"clock", "timezone", "datetime", "date", "dt", "time"}
# The store of sessions is called by Django, which does not say what time it is.
MAY_ASK = (
    ("onetrip", "faces"), ("onetrip", "cli"), ("onetrip", "project"),
    ("onetrip", "core", "clock"), ("onetrip", "core", "session_store"),
)  # fmt: skip


def looks_at_the_clock(source: Source) -> Iterator[str]:
    if (
        any(source.parts[: len(room)] == room for room in MAY_ASK)
        or source.room == "jobs"
        or source.is_migration
    ):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield f"line {node.value.lineno}: {node.arg} looks at the clock by itself"
        elif isinstance(node, ast.Attribute) and _asks_the_time(node):
            yield f"line {node.lineno}: {ast.unparse(node)}; take `at` as an argument"
    for line, name in source.imported():
        if name in {"django.utils.timezone.now", "onetrip.core.clock.now", "time.time"}:
            yield f"line {line} imports {name}"


def _asks_the_time(node: ast.Attribute) -> bool:
    owner = ast.unparse(node.value).rpartition(".")[2]
    return (owner in CLOCK_OWNERS and node.attr in CLOCKS) or (owner, node.attr) == ("time", "time")


def test_arguments_are_named() -> None:
    keep(calls_without_names)


def test_arguments_are_typed() -> None:
    keep(calls_without_types)


def test_services_are_use_cases() -> None:
    keep(services_without_transaction)


def test_only_faces_jobs_and_the_command_line_look_at_the_clock() -> None:
    keep(looks_at_the_clock)


def test_the_rules_see_bad_signatures() -> None:
    services, queries = "onetrip.domain.booking.services.holds", "onetrip.domain.booking.queries"
    for module, text in (
        (services, "def hold(slot: str) -> None: ..."),
        (queries, "def slots(a: str, b: str, c: str) -> None: ..."),
        (queries, "def slots(a: str = '') -> None: ..."),
        (queries, "def slots(at: datetime) -> None: ..."),
    ):
        assert catches(calls_without_names, module, text), text
    assert not catches(calls_without_names, services, "def _own(slot): ...\nclass A:\n  def b(self, c): ...")
    assert not catches(calls_without_names, queries, "def slot(id: str, *, at: datetime) -> None: ...")
    for text in (
        "def hold(*, slot) -> None: ...",
        "def hold(*, slot: str): ...",
        "def hold(**more) -> None: ...",
    ):
        assert catches(calls_without_types, services, text), text
    assert not catches(calls_without_types, services, "def hold(*, slot: str) -> None: ...")


def test_the_rule_sees_a_service_without_transaction() -> None:
    module = "onetrip.domain.booking.services"
    for line in ("row.save()", "Slot.objects.create(a=a)", "lock_one(rows)", "audit.record(verb='x', by=by)",
                 "rows.delete()"):  # fmt: skip
        text = f"def hold(*, a: int) -> None:\n  {line}"
        assert catches(services_without_transaction, module, text), line
        assert not catches(services_without_transaction, module, "@use_case\n" + text), line
        assert not catches(services_without_transaction, module, text.replace("hold", "_hold")), line
        inside = f"def hold(*, a: int) -> None:\n  with unit_of_work():\n    {line}"
        assert not catches(services_without_transaction, module, inside), line
    assert not catches(
        services_without_transaction, module, "def hold(*, a: int) -> int:\n  return other(a=a)"
    )


def test_the_rule_sees_a_look_at_the_clock() -> None:
    for text in ("clock.now()", "timezone.now()", "datetime.now(UTC)", "datetime.datetime.now()", "date.today()",
                 "time.time()", "f = models.DateTimeField(auto_now_add=True)", "g(default=timezone.now)",
                 "from django.utils.timezone import now"):  # fmt: skip
        assert catches(looks_at_the_clock, "onetrip.domain.booking.services", text), text
        assert not catches(looks_at_the_clock, "onetrip.domain.booking.jobs", text), text
        assert not catches(looks_at_the_clock, "onetrip.faces.citizen.pages", text), text
    assert not catches(looks_at_the_clock, "onetrip.core.live", "time.monotonic()")
