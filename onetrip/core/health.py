"""Do the engines answer? For balancers, operators and start-up checks."""

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

_PATIENCE_S = 2


def database_answers() -> bool:
    """Say whether PostgreSQL answers this process."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return False
    return True


def valkey_answers() -> bool:
    """Say whether Valkey answers this process within two seconds."""
    patience = {"socket_timeout": _PATIENCE_S, "socket_connect_timeout": _PATIENCE_S}
    try:
        with redis.Redis.from_url(settings.VALKEY_URL, **patience) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
