"""The bare floor: one WSGI callable that asks the database the same as Django and returns the same bytes.

`python -m bench.floor --port …` serves it exactly as `onetrip serve web` serves the pages.
"""

import argparse
import os
import pickle
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.program import Program, resolve
from bench.recording import BEGIN, COMMIT

PROGRAMS = "ONETRIP_BENCH_PROGRAMS"


def make_application() -> Callable[..., Iterable[bytes]]:
    """Return the callable; its pool and its cursors are set up as the pages' are."""
    from django.db import connection
    from psycopg_pool import ConnectionPool

    from onetrip.core.ids import new_public_id

    programs: dict[str, Program]
    users: dict[str, int]
    programs, users = pickle.loads(Path(os.environ[PROGRAMS]).read_bytes())
    parameters = connection.get_connection_params()
    sizes = connection.settings_dict["OPTIONS"]["pool"]
    looks = connection.settings_dict["CONN_HEALTH_CHECKS"]  # at each connection before it is handed out
    check = ConnectionPool.check_connection if looks else None
    pool = ConnectionPool(
        kwargs={**parameters, "autocommit": True, "prepare_threshold": 0}, open=True, check=check, **sizes
    )

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name, given = understood(environ)
        given["user"] = users[given["session"]]  # Django reads it out of the session's row
        program = programs[name]
        link = pool.getconn()
        try:
            _replay(link, program, given, new_public_id)
        except Exception:
            link.close()  # whatever it was in the middle of
            raise
        finally:
            pool.putconn(link)
        start_response(program.status, program.headers)
        return [program.body]

    return application


def understood(environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Which program, and with which values: as little reading of a request as will do."""
    path: str = environ["PATH_INFO"]
    given: dict[str, Any] = {
        "session": environ["HTTP_COOKIE"].partition("=")[2],
        "case": path.split("/", 3)[2],
    }
    if environ["REQUEST_METHOD"] == "GET":
        fields = environ["QUERY_STRING"]
        name = "search"
    else:
        fields = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        name = "confirm" if path.endswith("confirm") else "hold"
    given.update(pair.split("=", 1) for pair in fields.split("&"))
    if "day" in given:
        given["date"] = date.fromisoformat(given["day"])
    return name, given


def _replay(link: Any, program: Program, given: dict[str, Any], new_id: Callable[[], str]) -> None:
    from psycopg import Cursor

    now, rows, made = datetime.now(UTC), {}, {}

    def new(number: int) -> str:
        if number not in made:
            made[number] = new_id()
        return str(made[number])

    for number, line in enumerate(program.lines):
        if line.kind == BEGIN:
            link.autocommit = False
        elif line.kind == COMMIT:
            link.commit()
            link.autocommit = True
        else:
            sources: Any = line.sources
            if sources is None:
                values = None
            elif isinstance(sources, dict):
                values = {key: resolve(source, given, rows, now, new) for key, source in sources.items()}
            else:
                values = [resolve(source, given, rows, now, new) for source in sources]
            # The plan of a statement is kept where Django has it kept.
            with Cursor(link) if line.prepared else link.cursor() as cursor:
                cursor.execute(line.sql, values)
                if line.fetch:
                    rows[number] = cursor.fetchall()


def main() -> None:
    """Serve the floor with the command, the threads and the processes of the pages."""
    from onetrip.cli import serve
    from onetrip.cli.environment import set_up_django

    parser = argparse.ArgumentParser()
    serve.add_commands(parser.add_subparsers())
    serve.TARGETS[serve.WEB] = ("wsgi", "bench.floor:application", 0)
    set_up_django()
    arguments = parser.parse_args(["serve", "web", *__import__("sys").argv[1:]])
    arguments.run(arguments)


def __getattr__(name: str) -> Any:
    if name == "application":  # made in granian's worker, not where it is only imported
        from onetrip.cli.environment import set_up_django

        set_up_django()
        return make_application()
    raise AttributeError(name)


if __name__ == "__main__":
    main()
