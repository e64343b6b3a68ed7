"""Pictures of papers: re-encoded, sealed, bounded, marked, looked at, let go."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from onetrip.core.audit import Actor
from onetrip.core.errors import NotFound
from onetrip.core.events import subscribe
from onetrip.domain.papers import flows, queries, services
from onetrip.domain.papers.errors import BadMarks, TooLarge, Unreadable
from onetrip.domain.papers.models import Paper
from onetrip.domain.papers.views import Judgement

pytestmark = pytest.mark.django_db
BY, NOON = Actor.system("tests"), datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.PRECHECK = True


def picture(size=(640, 400), kind="JPEG", **options):
    file = io.BytesIO()
    Image.new("RGB", size, (180, 30, 30)).save(file, kind, **options)
    return file.getvalue()


def keep(upload=None):
    return services.keep(upload=picture() if upload is None else upload, by=BY, at=NOON)


def test_a_picture_is_cleaned_and_sealed():
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif[0x0112] = 6  # to be turned by 90 degrees
    key, _id = keep(picture(exif=exif.tobytes()) + b"trailing secret")
    row = Paper.objects.get(pk=key)
    with default_storage.open(row.file) as file:
        assert b"JFIF" not in file.read()
    shown = queries.picture(key)
    assert b"SecretPhoneMaker" not in shown and b"trailing" not in shown
    assert Image.open(io.BytesIO(shown)).size == (row.width, row.height) == (400, 640)


@pytest.mark.parametrize("upload", [b"", b"<svg/>", b"\xff\xd8\xff" + b"x" * 100, b"GIF89a" + b"0" * 50])
def test_what_is_no_picture_is_refused(upload):
    with pytest.raises(Unreadable):
        keep(upload)


def test_bombs_are_refused_before_they_are_opened():
    with pytest.raises(TooLarge):
        keep(picture((8000, 8000), "PNG"))
    with pytest.raises(TooLarge):
        keep(b"0" * (10 * 1024 * 1024 + 1))


def test_pictures_expire_with_their_file(django_capture_on_commit_callbacks):
    key, _id = keep()
    name = Paper.objects.get(pk=key).file
    assert services.expire(at=NOON + timedelta(days=29)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.expire(at=NOON + timedelta(days=30)) == 1
    assert not default_storage.exists(name)
    with pytest.raises(NotFound):
        queries.picture(key)


def test_letting_go_twice_is_once():
    key, _id = keep()
    for _time in range(2):
        services.let_go(key=key, by=BY, at=NOON)
    assert not Paper.objects.exists()


def test_marks_replace_each_other_and_must_fit():
    key, _id = keep()
    for turned, marks in ((90, [{"x": 0.5, "y": 0.5, "r": 0.1}]), (180, [])):
        services.mark(key=key, turned=turned, crop=None, marks=marks, by=BY, at=NOON)
        view = queries.papers([key])[key]
        assert (view.turned, list(view.marks)) == (turned, marks)
    before = queries.picture(key)
    part = {"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}
    services.mark(key=key, turned=0, crop=part, marks=[], by=BY, at=NOON)
    assert queries.papers([key])[key].crop == part
    assert queries.picture(key) == before  # the picture itself stays as it was sent
    for turned, crop, marks in ((45, None, []), (0, None, [{"x": 9, "y": 0, "r": 1}]), (0, {"x": 0}, [])):
        with pytest.raises(BadMarks):
            services.mark(key=key, turned=turned, crop=crop, marks=marks, by=BY, at=NOON)


def test_a_check_is_asked_once_judged_once_and_told(monkeypatch):
    from onetrip.domain.papers.events import PaperJudged

    heard = []
    subscribe(PaperJudged)(heard.append)
    key, _id = keep()
    services.ask_check(key=key, kinds=["id_front"], name="王芳")
    assert ProcrastinateJob.objects.filter(task_name="papers.check", queue_name="precheck").count() == 1
    assert queries.papers([key])[key].check == "waiting"
    for advice in (("blurred",), ("glare",)):  # a job may run twice
        services.note_judgement(key=key, judgement=Judgement("id_front", advice), at=NOON)
    view = queries.papers([key])[key]
    assert (view.check, view.kind, view.advice, view.needs_another) == (
        "checked",
        "id_front",
        ("blurred",),
        True,
    )
    assert [event.paper_key for event in heard] == [key]


def test_without_the_extra_nothing_is_asked(settings):
    settings.PRECHECK = False
    key, _id = keep()
    services.ask_check(key=key, kinds=[], name="")
    assert queries.papers([key])[key].check == "none"
    assert not ProcrastinateJob.objects.filter(task_name="papers.check").exists()


def test_what_cannot_be_looked_at_is_left_to_the_officer(monkeypatch):
    def blind(_jpeg):
        raise ValueError

    monkeypatch.setattr("onetrip.domain.papers.gateways.look_at", blind)
    key, _id = keep()
    services.ask_check(key=key, kinds=[], name="")
    flows.check(key=key, at=NOON)
    assert queries.papers([key])[key].check == "failed"
    services.let_go(key=key, by=BY, at=NOON)
    flows.check(key=key, at=NOON)  # gone meanwhile: no error, nothing to do
