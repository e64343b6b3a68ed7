"""Files in parts: whatever order, repetition and breaks the network makes of them, the file is whole and there once."""

import random
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onetrip.domain.papers import services
from onetrip.domain.papers.errors import NotNext, TooLarge, Unreadable, UploadOver
from onetrip.domain.papers.models import Upload, UploadPart
from tests.depth import examples

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PICTURE = random.Random(1).randbytes(2000)


def begin(whole=PICTURE, key=None, at=NOON):
    return services.begin_upload(key=key, size=len(whole), digest=sha256(whole).hexdigest(), at=at)


def part(key, offset, end, at=NOON):
    return services.take_part(key=key, offset=offset, content=PICTURE[offset:end], at=at)


def test_what_was_cut_off_goes_on_where_it_ended():
    key, received = begin()
    assert received == 0
    assert part(key, 0, 700) == (700, 2000)
    assert begin(key=key) == (key, 700)
    assert part(key, 700, 2000) == (2000, 2000)
    assert PICTURE[:100] not in bytes(UploadPart.objects.first().content)
    assert services.whole_upload(key=key) == PICTURE
    services.forget_upload(key=key)
    assert not Upload.objects.exists() and not UploadPart.objects.exists()


def test_another_picture_takes_the_place_of_the_first():
    key, _none = begin()
    part(key, 0, 700)
    assert begin(PICTURE[::-1], key=key) == (key, 0)
    assert not UploadPart.objects.exists()
    services.take_part(key=key, offset=0, content=PICTURE[::-1], at=NOON)
    assert services.whole_upload(key=key) == PICTURE[::-1]


@settings(max_examples=examples(40), deadline=None)
@given(parts=st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 900)), max_size=12))
def test_any_parts_in_any_order_leave_the_file_s_own_beginning(parts):
    key, _none = begin()
    held = 0
    for offset, length in parts:
        end = min(2000, offset + length)
        try:
            held = part(key, offset, end)[0]
        except NotNext:
            assert offset != held or offset == end
    for offset in range(held, 2000, 512):
        part(key, offset, min(2000, offset + 512))
    assert services.whole_upload(key=key) == PICTURE


def test_what_is_refused():
    key, _none = begin()
    with pytest.raises(NotNext):
        services.whole_upload(key=key)
    with pytest.raises(TooLarge):
        services.take_part(key=key, offset=0, content=b"x" * 2001, at=NOON)
    with pytest.raises(UploadOver):
        part(key, 0, 10, at=NOON + timedelta(minutes=21))
    for size, digest in ((0, "0" * 64), (10, "z" * 64), (10, "")):
        with pytest.raises(Unreadable):
            services.begin_upload(key=None, size=size, digest=digest, at=NOON)
    with pytest.raises(TooLarge):
        services.begin_upload(key=None, size=10 * 1024 * 1024 + 1, digest="0" * 64, at=NOON)
    services.take_part(key=key, offset=0, content=PICTURE[::-1], at=NOON)
    with pytest.raises(Unreadable):  # not the file that was told
        services.whole_upload(key=key)


def test_what_was_never_finished_is_forgotten():
    key, _none = begin()
    part(key, 0, 10)
    assert services.forget_uploads(at=NOON + timedelta(minutes=19)) == 0
    services.forget_uploads(at=NOON + timedelta(minutes=21))
    assert not UploadPart.objects.exists()
