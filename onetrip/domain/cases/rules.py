"""Pure decisions of cases."""

from onetrip.domain.cases.states import CaseState, Step

NEEDS_REASON = ("fix", "missing")
LETS_GO_AHEAD = ("ready", "ready_with")


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
