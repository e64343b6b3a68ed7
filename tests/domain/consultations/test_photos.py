"""Photos in the chat: kept by papers, seen by the parties, gone when their time is over."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from onetrip.core.errors import NotFound
from onetrip.core.models import AuditEntry
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
    shown, kind = queries.photo(photo_id=row.public_id, user_id=line.officers[0].pk, by=BY, at=NOON)
    assert kind == "image/jpeg" and b"SecretPhoneMaker" not in shown
    assert Image.open(io.BytesIO(shown)).size == (400, 640)
    with pytest.raises(NotFound):
        queries.photo(photo_id=row.public_id, user_id=line.citizens[1].pk, by=BY, at=NOON)


def test_a_message_outlives_its_photo(line, call):
    send(line, call, picture())
    assert papers.expire(at=NOON + timedelta(days=29)) == 0
    assert papers.expire(at=NOON + timedelta(days=30)) == 1
    view = queries.consultation(consultation_id=call, user_id=line.citizens[0].pk)
    assert view.messages[0].photo_id is None


def test_who_looks_at_a_photo_is_noted_but_not_the_citizen_at_their_own(line, call):
    send(line, call, picture())
    photo = Paper.objects.get().public_id
    looks = AuditEntry.objects.filter(verb="photo.read", subject=f"paper:{photo}")
    queries.photo(photo_id=photo, user_id=line.citizens[0].pk, by=BY, at=NOON)
    assert not looks.exists()
    queries.photo(photo_id=photo, user_id=line.officers[0].pk, by=BY, at=NOON)
    assert looks.count() == 1


def test_a_guest_sees_the_photos_while_in_the_call_and_no_others(line, call):
    send(line, call, picture())
    photo = Paper.objects.get().public_id
    daughter, stranger = line.citizens[3].pk, line.citizens[4].pk
    guest, token = services.invite_family(
        consultation_id=call, name="女儿", citizen_id=line.citizens[0].pk, by=BY, at=NOON
    )
    look = {"guest_id": guest, "photo_id": photo, "by": BY, "at": NOON}
    with pytest.raises(NotFound):
        queries.photo_for_guest(user_id=daughter, **look)  # asked, not here yet
    services.join_as_family(token=token, user_id=daughter, by=BY, at=NOON)
    shown, _kind = queries.photo_for_guest(user_id=daughter, **look)
    assert Image.open(io.BytesIO(shown)).size == (640, 400)
    assert AuditEntry.objects.filter(verb="photo.read", subject=f"paper:{photo}").count() == 1
    for other in (stranger, line.citizens[0].pk):
        with pytest.raises(NotFound):
            queries.photo_for_guest(user_id=other, **look)
    line.on_duty(1)
    elsewhere = line.join(5)
    line.accept(elsewhere, 1)
    services.send_photo(
        consultation_id=elsewhere, upload=picture(), user_id=line.citizens[5].pk, by=BY, at=NOON
    )
    foreign = Paper.objects.exclude(public_id=photo).get().public_id
    with pytest.raises(NotFound):
        queries.photo_for_guest(user_id=daughter, **{**look, "photo_id": foreign})
    services.leave_company(guest_id=guest, user_id=daughter, by=BY, at=NOON)
    with pytest.raises(NotFound):
        queries.photo_for_guest(user_id=daughter, **look)
