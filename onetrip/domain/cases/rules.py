"""Pure decisions of cases."""

from collections.abc import Mapping
from datetime import time, timedelta

from onetrip.domain.cases.states import OPEN, CaseState, Step

BEFORE = "before"  # the fee comes before the visit: paying confirms the place
AFTER = "after"  # it is owed once the errand is done
# So much earlier than the place the order ends: what is open with the provider has to be closed while the place waits.
CLOSING_TAKES = timedelta(minutes=1)
# When people are reminded: the day before from ten o'clock on, and two hours before, as long as it is of use.
REMIND_FROM = time(10)
SOON, TOO_SOON = timedelta(hours=2), timedelta(minutes=20)
# For which time a case's citizen was reminded last stands in these columns.
TOLD_IN = {"cases.tomorrow": "told_tomorrow", "cases.soon": "told_soon"}
# So often may a person say which card is theirs, and so often may a card be named, whoever names it.
CARD_TRIES_PER_HOUR, CARD_TRIES_PER_HOUR_CARD = 5, 10
RATE_AFTER = timedelta(hours=1)
NEEDS_REASON = ("fix", "missing")
LETS_GO_AHEAD = ("ready", "ready_with")
NOT_COMPLETE = "ready_with"  # ready once something is brought: the place is provisional until it is there


def step_of(*, state: str, in_consultation: bool) -> str:
    """Return where the errand stands for the citizen's stepper."""
    if state in (CaseState.DONE, CaseState.WITHDRAWN):
        return Step.FINISHED
    if state in (CaseState.BOOKED, CaseState.ARRIVED):
        return Step.VISIT
    if state == CaseState.READY:
        return Step.BOOKING
    return Step.OFFICER if in_consultation else Step.CHECKLIST


def next_step_of(*, state: str, in_consultation: bool, held: bool, conclusion_kind: str) -> str:
    """Return the key of the one sentence that says what to do next."""
    if state == CaseState.DONE:
        return "rate_visit"
    if state == CaseState.WITHDRAWN:
        return "nothing"
    if state == CaseState.ARRIVED:
        return "wait_for_your_number"
    if state == CaseState.BOOKED:
        return "come_on_time"
    if held:
        return "confirm_booking"
    if in_consultation:
        return "talk_to_the_officer"
    if state == CaseState.RETURNED:
        return "come_again"
    if conclusion_kind == "impossible":
        return "read_why_not"
    if state == CaseState.READY:
        return "bring_and_book" if conclusion_kind == "ready_with" else "book"
    return "ask_an_officer"


def release_verb(*, conclusion_kind: str) -> str:
    """Return how a case goes back when its place is given up: what an officer has cleared stays cleared."""
    return "release_ready" if conclusion_kind in LETS_GO_AHEAD else "release"


def may_ask_fee(*, case_state: str, pay: str) -> bool:
    """Say whether an errand in this state owes its fee: while it is open, or once it is done."""
    return case_state == CaseState.DONE if pay == AFTER else case_state in OPEN


def is_fee_due(*, fen: int, case_state: str, pay: str, order_state: str | None) -> bool:
    """Say whether something is still to be paid."""
    if order_state in ("paid", "waived"):
        return False
    return order_state == "due" or (fen > 0 and may_ask_fee(case_state=case_state, pay=pay))


def reason_to_give_back(*, case_state: str, appointment_state: str | None, pay: str) -> str | None:
    """Return why a fee is not kept, None where it is: the errand goes on, or was done.

    Whoever was sent back pays nothing for the next visit. A fee that came before the visit needs a place.
    """
    if case_state == CaseState.WITHDRAWN:
        return "withdrawn"
    if case_state not in (CaseState.PREPARING, CaseState.READY):
        return None
    if appointment_state == "cancelled":
        return "cancelled"
    if appointment_state == "no_show":
        return "missed"
    no_place = appointment_state in (None, "expired")
    return "no_place" if no_place and pay == BEFORE else None


# Which papers the pre-check knows serve for a material; for all others any picture will do.
_ID = ("id_front", "id_back")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "household-register": ("household",), "household-register-mother": ("household",),
    "household-register-father": ("household",), "household-register-both": ("household",),
    "household-register-deceased": ("household",), "household-register-adopter": ("household",),
    "id-card": _ID, "id-card-deceased": _ID, "id-card-applicant": _ID, "id-card-head": _ID,
    "id-card-guardian": _ID, "id-card-old": _ID, "id-card-collector": _ID, "agent-id": _ID, "principal-id": _ID,
    "handler-id": _ID, "traffic-identity": _ID, "id-card-or-register": (*_ID, "household"),
    "birth-certificate": ("birth",), "marriage-certificate": ("marriage",), "housing-title": ("property",),
    "driving-licence": ("driving",), "vehicle-licence": ("vehicle",), "vehicle-licences-two": ("vehicle",),
}  # fmt: skip
# Papers that must be the citizen's own, as far as the list tells.
_OWN = ("id-card", "id-card-applicant", "traffic-identity", "driving-licence")
MOST_PAPERS = 12


def kinds_for(material: str) -> tuple[str, ...]:
    """Return which kinds of paper serve for the material, none where any will do."""
    return _KINDS.get(material, ())


def is_own(material: str) -> bool:
    """Say whether the paper must bear the citizen's own name."""
    return material in _OWN
