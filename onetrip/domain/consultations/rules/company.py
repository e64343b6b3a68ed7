"""Who may be in a call beside citizen and officer, and for how long an invitation holds."""

from datetime import timedelta

# A link that goes to another phone: time enough to sign in there.
FAMILY_MAY_COME = timedelta(minutes=30)
# A colleague either comes or does not.
COLLEAGUE_MAY_COME = timedelta(minutes=2)
# Whose page has been closed for so long has left.
GUEST_AWAY = timedelta(seconds=40)
SEATS = (1, 2)


def free_seat(taken: "set[int]") -> int | None:
    """Return the first seat for a guest that nobody has: every one sends to every other, so there are two."""
    return next((seat for seat in SEATS if seat not in taken), None)
