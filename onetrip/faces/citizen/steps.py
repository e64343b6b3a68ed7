"""The errand as steps: where am I, what is next."""

from typing import Any

from django.utils.translation import gettext_lazy as _

STEPS = (
    ("find", _("Find")),
    ("checklist", _("Checklist")),
    ("officer", _("Officer")),
    ("booking", _("Booking")),
    ("visit", _("Visit")),
)
_OVER = ("done", "withdrawn")
# The keys of cases.rules.next_step_of: what to do now, in one sentence.
NEXT_STEPS = {
    "ask_an_officer": _("Show your papers to an officer by video, then you come only once."),
    "talk_to_the_officer": _("You are in line or in the call: go back to the officer."),
    "book": _("Your papers are in order. Book a time for your visit."),
    "bring_and_book": _("You are ready once you bring what the officer named. Book a time."),
    "read_why_not": _("It cannot be done like this. Read the officer’s reason."),
    "confirm_booking": _("A place is held for you. Confirm it within five minutes."),
    "come_on_time": _("Come at the booked time and bring what is on the list."),
    "wait_for_your_number": _("You are at the venue. Wait for your number."),
    "come_again": _("You were sent back. Put right what was missing, then book again."),
    "rate_visit": _("Done. Tell us how it went."),
    "nothing": _("This errand is closed."),
}


def is_open(case: Any) -> bool:
    """Say whether something is still to be done in this errand."""
    return str(case.state) not in _OVER


def may_ask(case: Any) -> bool:
    """Say whether an officer can be asked about this errand now."""
    return str(case.state) in ("preparing", "ready", "booked", "returned")
