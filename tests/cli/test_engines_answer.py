"""The fixtures' own engines: real, current and separate for each worker."""

import os

import pytest
import redis
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('server_version_num')::int")
        database, version = cursor.fetchone()
    assert database.startswith("test_")
    assert version >= 150000


def test_the_tests_have_a_valkey() -> None:
    client = redis.Redis.from_url(os.environ["VALKEY_URL"])
    assert client.set("a", "1") and client.get("a") == b"1"
    client.flushdb()
