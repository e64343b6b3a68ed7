"""Pure decisions: what WeChat's codes mean, how long things live, what is signed how."""

from datetime import datetime, time, timedelta

from onetrip.core import clock
from onetrip.core.crypto import keyed_hash

BUSY = -1
# invalid credential, invalid access_token, access_token expired (WeChat's global return codes).
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
# invalid code, code been used, missing code (网页授权).
CODE_REFUSED = frozenset({40029, 40163, 41008})
DAILY_RATION, MINUTE_RATION = 45009, 45011
RATIONED = frozenset({DAILY_RATION, MINUTE_RATION})

# WeChat hands out the next stable token in the last five minutes of the present one.
RENEW_BEFORE = timedelta(minutes=2)
RENEW_AHEAD = timedelta(minutes=4, seconds=30)
# Longer than a call to WeChat may take: who holds the lease longer has died.
LEASE = timedelta(seconds=15)
REST_AFTER_FAILURE = timedelta(seconds=1)


def ration_ends(*, errcode: int, at: datetime) -> datetime:
    """Return when to try again: quotas of a day begin anew at midnight in Beijing, and staff can clear them before."""
    if errcode == MINUTE_RATION:
        return at + timedelta(minutes=1)
    tomorrow = clock.city_moment(clock.city_day(at) + timedelta(days=1), time.min)
    return min(tomorrow, at + timedelta(hours=1))


# How old (or how far in the future) a signature may be; repetitions of WeChat come within 15 seconds.
WINDOW = timedelta(minutes=5)
# Kept longer than any believable repetition.
RECEIVED_LIVES = timedelta(minutes=15)
# A place is worth something for a walk, not for a dossier.
WHEREABOUTS_LIVE = timedelta(hours=2)
# WeChat's own words for reports on what became of a message.
REPORTS = frozenset({"templatesendjobfinish", "subscribe_msg_sent_event"})


def is_within_window(*, signed_at: datetime, at: datetime) -> bool:
    """Say whether a signature is fresh."""
    return abs(at - signed_at) <= WINDOW


def hash_openid(openid: str) -> str:
    """Return the keyed hash under which an openid is found."""
    return keyed_hash(openid, purpose="wechat.openid")
