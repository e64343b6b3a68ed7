"""What one socket may do. Everything here protects the others who share the process."""

from typing import Final

MESSAGE_BYTES: Final = 64 * 1024  # an SDP offer has 6 to 12 kB
TOPICS_PER_SOCKET: Final = 24
SOCKETS_PER_PERSON: Final = 12
RATE_PER_S: Final = 20.0  # messages, in the long run …
RATE_BURST: Final = 150.0  # … and at once: ICE candidates come in swarms
REFILL_S: Final = RATE_BURST / RATE_PER_S
OUTBOX_MESSAGES: Final = 300
OUTBOX_BYTES: Final = 1024 * 1024
SILENCE_S: Final = 75.0  # pages ping every 20 s
RECHECK_S: Final = 30.0  # an officer who signed out in another tab is out within this time
EVENTS_AT_ONCE: Final = 100  # who missed more gets a snapshot instead
SEND_S: Final = 20.0  # how long one message may wait for a slow network

CLOSE_RESTART: Final = 1012
CLOSE_SLOW: Final = 1013
CLOSE_TOO_BIG: Final = 1009
CLOSE_POLICY: Final = 1008
CLOSE_IDLE: Final = 1001
CLOSE_SIGNED_OUT: Final = 4401


class Bucket:
    """A token bucket; `take` says whether one more is allowed at `now` (seconds of a monotonic clock)."""

    __slots__ = ("_at", "_tokens")

    def __init__(self, *, now: float) -> None:
        self._tokens = RATE_BURST
        self._at = now

    def take(self, *, now: float) -> bool:
        """Take one token, if there is one."""
        self._tokens = min(RATE_BURST, self._tokens + (now - self._at) * RATE_PER_S)
        self._at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
