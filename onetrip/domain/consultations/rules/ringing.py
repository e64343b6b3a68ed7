"""Who is rung, for whom, and how long silence is borne."""

from datetime import timedelta

RING = timedelta(seconds=20)
# A citizen who is not seen for this long gives up the place; the live face reports every ten seconds.
CITIZEN_AWAY = timedelta(seconds=60)
# An officer's page that reloads is back well within this; then the citizen goes back to the front of the line.
OFFICER_AWAY = timedelta(seconds=25)
# The live face reports at least this often while it runs. After a longer gap nobody could have been seen: it was the
# service that was away, and everybody gets the whole time again to come back.
REPORTS_STOP = timedelta(seconds=20)
# When every post on duty has passed a call on, it rings again after this pause.
RING_AGAIN = timedelta(seconds=30)
# After so long also posts that back this line up are rung.
OVERFLOW_AFTER = timedelta(minutes=5)
# Who need not stand long is put so far in front: nobody who has waited longer than this is overtaken …
HEAD_START = timedelta(minutes=10)
# … and at most one in so many of those in line may have been put in front, so that the others move too.
_ONE_IN = 3
# Who keeps the place from afar is told when about so much is left, and then has so long to come.
CALL_BEFORE_S = 240
COME_WITHIN = timedelta(minutes=10)


def may_move_up(*, in_line: int, moved_up: int) -> bool:
    """Say whether one more in a line, of so many with that one, may be put in front: at most one in three, and one."""
    return moved_up == 0 or (moved_up + 1) * _ONE_IN <= in_line
