"""Photos in the chat: kept by papers, seen by the parties, gone when their time is over."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from onetrip.core.errors import NotFound
from onetrip.domain.consultations import queries, services
from onetrip.domain.papers import services as papers
from onetrip.domain.papers.models import Paper
from tests.domain.booking.conftest import BY, NOON


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call(line):
    line.on_duty()
    call = line.join()
    line.accept(call)
    return call


def send(line, call, upload):
    return services.send_photo(
        consultation_id=call, upload=upload, user_id=line.citizens[0].pk, by=BY, at=NOON
    )


def picture(size=(640, 400), kind="JPEG", **options):
    file = io.BytesIO()
    Image.new("RGB", size, (180, 30, 30)).save(file, kind, **options)
    return file.getvalue()


def test_a_photo_is_cleaned_sealed_and_seen_by_the_parties_only(line, call):
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif[0x0112] = 6  # to be turned by 90 degrees
    send(line, call, picture(exif=exif.tobytes()))
    row = Paper.objects.get()
    assert (row.width, row.height) == (400, 640)
    with default_storage.open(row.file) as file:
        assert b"JFIF" not in file.read()
    shown, kind = queries.photo(photo_id=row.public_id, user_id=line.officers[0].pk)
    assert kind == "image/jpeg" and b"SecretPhoneMaker" not in shown
    assert Image.open(io.BytesIO(shown)).size == (400, 640)
    with pytest.raises(NotFound):
        queries.photo(photo_id=row.public_id, user_id=line.citizens[1].pk)


def test_a_message_outlives_its_photo(line, call):
    send(line, call, picture())
    assert papers.expire(at=NOON + timedelta(days=29)) == 0
    assert papers.expire(at=NOON + timedelta(days=30)) == 1
    view = queries.consultation(consultation_id=call, user_id=line.citizens[0].pk)
    assert view.messages[0].photo_id is None
