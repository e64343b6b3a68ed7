"""Citizens, each with an errand and a free time at the venue of their sub-district: what is searched and booked."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bench.people import Citizen, make_citizens
from bench.program import SMALLEST_KEY
from bench.recording import Request
from bench.stage import Stage, stage_database

SEED = 20260731
# Tables whose row numbers appear in the statements of a booking, each with numbers of its own.
_TABLES = (
    "accounts_user",
    "cases_case",
    "booking_appointment",
    "booking_slot",
    "booking_schedule",
    "venues_venue",
)

# Times at ordinary household rooms (not the two that are open round the clock), a few days from now.
_FREE = """
SELECT v.code, v.subdistrict_id, s.public_id, s.day
FROM booking_slot s JOIN booking_schedule d ON d.id = s.schedule_id JOIN venues_venue v ON v.id = d.venue_id
WHERE 'id_card' = ANY (d.competences) AND NOT v.demonstration AND s.taken = 0
  AND s.day BETWEEN current_date + 2 AND current_date + 9
ORDER BY s.public_id
"""
_RESET = (
    "UPDATE cases_case SET appointment_id = NULL, state = 'preparing' WHERE appointment_id IS NOT NULL",
    "DELETE FROM booking_appointment WHERE state <> 'served'",  # what is past stays (bench/history.py)
    "UPDATE booking_slot SET taken = 0 WHERE taken > 0 AND day >= current_date",
    "VACUUM ANALYZE booking_appointment, cases_case, booking_slot",
)


@dataclass(frozen=True)
class Errand:
    """What one citizen searches and books."""

    citizen: Citizen
    venue: str
    subdistrict: str
    slot: str
    day: date

    @property
    def search(self) -> Request:
        """Which times are free on that day?"""
        return Request("GET", self._path, f"venue={self.venue}&day={self.day}", self.citizen.cookie)

    @property
    def hold(self) -> Request:
        """Hold this time."""
        form = f"csrfmiddlewaretoken={self.citizen.token}&slot={self.slot}&venue={self.venue}&day={self.day}"
        return Request("POST", self._path, "", self.citizen.cookie, form.encode())

    @property
    def confirm(self) -> Request:
        """Yes, book it."""
        form = f"csrfmiddlewaretoken={self.citizen.token}"
        path = f"/cases/{self.citizen.case_id}/appointment/confirm"
        return Request("POST", path, "", self.citizen.cookie, form.encode())

    @property
    def requests(self) -> Iterator[tuple[str, Request]]:
        yield from (("search", self.search), ("hold", self.hold), ("confirm", self.confirm))

    @property
    def _path(self) -> str:
        return f"/cases/{self.citizen.case_id}/book"


def make_errands(stage: Stage, *, count: int, first: int) -> list[Errand]:
    """Make citizens with errands, each with a free time of their own; the same ones in every run."""
    citizens = make_citizens(count=count, first=first)
    with stage_database(stage) as connection:
        free = connection.execute(_FREE).fetchall()
        chosen = random.Random(SEED + first).sample(free, count)
        errands = [Errand(citizen, *row) for citizen, row in zip(citizens, chosen, strict=True)]
        _write_subdistricts(connection, errands)
    return errands


def _write_subdistricts(connection: Any, errands: list[Errand]) -> None:
    """Let every case know where its citizen is registered: the booking checks it."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE cases_case SET subdistrict_code = %s WHERE id = %s",
            [(errand.subdistrict, errand.citizen.case_pk) for errand in errands],
        )


def raise_row_numbers(stage: Stage) -> None:
    """Give each table numbers of its own, so that a recorded value can only have come from one place."""
    with stage_database(stage) as connection:
        for place, table in enumerate(_TABLES, start=1):
            sequence = f"pg_get_serial_sequence('{table}', 'id')"
            connection.execute(f"SELECT setval({sequence}, {place * 100 * SMALLEST_KEY})")
        # Slots exist already, and nothing points to them yet.
        connection.execute(
            f"UPDATE booking_slot SET id = id + {400 * SMALLEST_KEY} WHERE id < {SMALLEST_KEY}"
        )
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('booking_slot', 'id'), max(id)) FROM booking_slot"
        )
        connection.execute("VACUUM ANALYZE")


def take_everything_back(stage: Stage) -> None:
    """As if nobody had booked anything."""
    with stage_database(stage) as connection:
        for statement in _RESET:
            connection.execute(statement)


def booked(stage: Stage) -> int:
    """How many places are booked in truth."""
    with stage_database(stage) as connection:
        row = connection.execute(
            "SELECT count(*) FROM booking_appointment a JOIN cases_case c ON c.appointment_id = a.id"
            " JOIN booking_slot s ON s.id = a.slot_id WHERE a.state = 'booked' AND c.state = 'booked' AND s.taken > 0"
        ).fetchone()
    return int(row[0])
