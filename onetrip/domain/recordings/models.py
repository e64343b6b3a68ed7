"""Tables of recordings: who agreed, the list of pieces, who looked."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.recordings.states import OPEN, LookReason, RecordingState


class Recording(models.Model):
    """One recording of a consultation, from the question to its deletion.

    `guide_version` and `kept_days` are what people were told when they agreed. `chunks`, `size` (bytes) and `head` (the
    link of the last piece) sum the list up; once sealed they stand in the audit trail as well.
    """

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        "consultations.Consultation", on_delete=models.PROTECT, related_name="recordings"
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    venue_code = models.CharField(max_length=40)
    post_label = models.CharField(max_length=60)
    guide_version = models.CharField(max_length=16)
    kept_days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=RecordingState, default=RecordingState.ASKED)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    segments = models.PositiveSmallIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["consultation"], condition=Q(state__in=OPEN), name="one_recording_at_a_time"
            ),
            CheckConstraint(
                condition=~Q(state__in=(RecordingState.RUNNING, RecordingState.PAUSED))
                | Q(began_at__isnull=False),
                name="recording_runs_since",
            ),
        ]
        indexes = [
            models.Index(fields=["venue_code", "-asked_at"], name="recordings_of_a_venue"),
            models.Index(fields=["officer", "-asked_at"], name="recordings_of_an_officer"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state=RecordingState.SEALED),
                name="recordings_to_expire",
            ),
            models.Index(
                fields=["changed_at"],
                condition=Q(state__in=(*OPEN, RecordingState.STOPPED)),
                name="recordings_under_way",
            ),
        ]


class Consent(models.Model):
    """What somebody in the call last said: `party` is citizen, officer or the guest's id, `kind` a Speaker."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="consents")
    party = models.CharField(max_length=16)
    kind = models.CharField(max_length=10)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["recording", "party"], name="one_answer_a_party")]


class Segment(models.Model):
    """A stretch without a break: a film of its own. After a pause, a reload or a crash another one begins."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="stretches")
    number = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=20)
    began_at = models.DateTimeField()
    chunks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["recording", "number"], name="one_segment_a_number")]


class Chunk(models.Model):
    """One piece, in the order in which they came (`place`, from 1). The file goes in time; the entry stays.

    `digest` is the SHA-256 of the plain bytes, `link` that of the entry before it and of this one (`rules.link`).
    """

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="pieces")
    place = models.PositiveIntegerField()
    segment = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    link = models.CharField(max_length=64)
    at = models.DateTimeField()
    file = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["recording", "place"], name="one_chunk_a_place"),
            UniqueConstraint(fields=["recording", "segment", "number"], name="one_chunk_a_number"),
        ]


class Look(models.Model):
    """Somebody of the staff looked, and said for what and why."""

    public_id = PublicIdField()
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="looks")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=LookReason)
    words = SealedTextField(purpose="recordings.look", default="")
    at = models.DateTimeField()
