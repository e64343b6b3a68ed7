"""Tables of consultations. The partial unique constraints are the "exactly one" of the module."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.consultations.states import (
    AT_A_POST,
    IN_LINE,
    LIVE,
    AgreedState,
    ConclusionKind,
    ConsultationState,
    GuestKind,
    GuestState,
    Mode,
    PauseReason,
    PostState,
)


class Post(models.Model):
    """A video desk and the officer on duty at it. `idle_since` decides who is rung next: the longest idle."""

    desk = models.OneToOneField("venues.Desk", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    competences = ArrayField(models.CharField(max_length=20))
    backs_up = ArrayField(models.CharField(max_length=20), default=list)
    state = models.CharField(max_length=10, choices=PostState, default=PostState.OFF)
    pause_reason = models.CharField(max_length=12, choices=PauseReason, blank=True)
    since = models.DateTimeField()
    idle_since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["officer"], condition=~Q(state=PostState.OFF), name="one_post_per_officer"
            ),
            CheckConstraint(
                condition=Q(state=PostState.OFF) | Q(officer__isnull=False),
                name="post_on_duty_has_an_officer",
            ),
        ]
        indexes = [GinIndex(fields=["competences"], name="post_by_competence")]


class Spell(models.Model):
    """A stretch of duty at a post, or (with a reason) one of its pauses. `paused_s`: of duty, once pauses have ended.

    The competences are those of that day: what a post may handle now says nothing of who was there for a line then.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="spells")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    competences = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(max_length=12, choices=PauseReason, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    paused_s = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["post"], condition=Q(ended_at__isnull=True, reason=""), name="one_duty_at_a_post"
            ),
            UniqueConstraint(
                fields=["post"],
                condition=Q(ended_at__isnull=True) & ~Q(reason=""),
                name="one_pause_at_a_post",
            ),
        ]
        indexes = [models.Index(fields=["ended_at"], name="spells_by_end")]


class Turn(models.Model):
    """What one call took of a post's time: from the ring that was answered until the notes were done."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="turns")
    competence = models.CharField(max_length=20)
    began_at = models.DateTimeField()
    notes_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["post"], condition=Q(ended_at__isnull=True), name="one_turn_at_a_post")
        ]
        indexes = [
            models.Index(
                fields=["competence", "ended_at"],
                condition=Q(ended_at__isnull=False),
                name="turns_of_a_line",
            )
        ]


class Lookout(models.Model):
    """One row: whether anybody looks out for open pages. Nobody is gone because the service itself was away."""

    reported_at = models.DateTimeField()
    unbroken_since = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(pk=1), name="one_lookout")]


class Consultation(models.Model):
    """One citizen's consultation about one item. `rank` is the place in line, smaller is earlier, never reused.

    `priority` says that somebody need not stand long, `moved_up` that they stand further in front for it, `called_at`
    when somebody who keeps the place from afar was told that it is nearly their turn, `letter_at` when the question
    was left to be answered in writing. `transferred_at`, `hand_note` and `wanted_post`: an officer passed the call on,
    with what words to the next officer, and to which post, while that is on duty.
    """

    public_id = PublicIdField()
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    competence = models.CharField(max_length=20)
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    mode = models.CharField(max_length=6, choices=Mode, default=Mode.VIDEO)
    state = models.CharField(max_length=12, choices=ConsultationState)
    rank = models.BigIntegerField()
    priority = models.BooleanField(default=False)
    moved_up = models.BooleanField(default=False)
    called_at = models.DateTimeField(null=True)
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    letter_at = models.DateTimeField(null=True)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="consultations")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rings = models.PositiveSmallIntegerField(default=0)
    ring_until = models.DateTimeField(null=True)
    passed_by = ArrayField(models.BigIntegerField(), default=list)
    connected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    officer_lost_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField(null=True)
    hand_note = SealedTextField(purpose="consultations.hand_note", default="")
    wanted_post = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="+")
    conclusion_kind = models.CharField(max_length=12, choices=ConclusionKind, blank=True)
    conclusion_text = SealedTextField(purpose="consultations.conclusion", default="")
    stars = models.PositiveSmallIntegerField(null=True)
    rating_words = SealedTextField(purpose="consultations.rating", default="")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["citizen"], condition=Q(state__in=LIVE), name="one_live_consultation_per_citizen"
            ),
            UniqueConstraint(fields=["post"], condition=Q(state__in=AT_A_POST), name="one_call_at_a_post"),
            UniqueConstraint(
                fields=["officer"],
                condition=Q(state=ConsultationState.ANSWERING),
                name="one_letter_in_hand",
            ),
            UniqueConstraint(fields=["competence", "rank"], name="one_rank_in_a_line"),
            CheckConstraint(
                condition=~Q(state__in=AT_A_POST) | Q(post__isnull=False), name="call_has_a_post"
            ),
            CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)), name="one_to_five_stars"
            ),
        ]
        indexes = [
            models.Index(
                fields=["competence", "rank"],
                condition=Q(state__in=IN_LINE),
                name="line_by_rank",
            ),
            models.Index(fields=["state"], condition=Q(state__in=LIVE), name="live_by_state"),
            models.Index(fields=["competence", "ended_at"], name="consultation_history"),
        ]


class Message(models.Model):
    """A line of the chat: words or a photo, sealed. Numbers count up within the consultation.

    `guest`: who wrote it, where `sender` is one of the kinds of guests.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    sender = models.CharField(max_length=10)
    guest = models.ForeignKey("Guest", null=True, on_delete=models.SET_NULL, related_name="+")
    text = SealedTextField(purpose="consultations.message", default="")
    photo = models.OneToOneField("papers.Paper", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["consultation", "number"], name="message_number_once")]


class ReadyAnswer(models.Model):
    """Words that officers send with one key: for every item, or for one (`item_code`), in both languages."""

    public_id = PublicIdField()
    item_code = models.CharField(max_length=60, blank=True)
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)

    class Meta:
        constraints = [UniqueConstraint(fields=["item_code", "place"], name="one_answer_at_a_place")]


class CallQuality(models.Model):
    """What one page reported of the media it received in one call: sums since the page joined, for statistics only.

    A page says what it likes: nothing is decided by it. `session` is a page's own random name; a reload is another.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="qualities")
    party = models.CharField(max_length=8)
    session = models.CharField(max_length=16)
    at = models.DateTimeField()
    lasted_s = models.PositiveIntegerField()
    setup_ms = models.PositiveIntegerField(null=True)
    height = models.PositiveSmallIntegerField()
    received = models.PositiveBigIntegerField()
    lost = models.PositiveBigIntegerField()
    freezes = models.PositiveIntegerField()
    frozen_ms = models.PositiveIntegerField()
    relayed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["consultation", "party", "session"], name="one_report_a_page")
        ]
        indexes = [models.Index(fields=["at"], name="quality_by_time")]


class Guest(models.Model):
    """Somebody else in a call: a colleague, a supervisor, a family member. Citizen, officer and two `seat`s are four.

    Family comes by a link: of its token only the hash is kept, and whoever uses it first is bound to it.
    """

    public_id = PublicIdField()
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="guests")
    kind = models.CharField(max_length=10, choices=GuestKind)
    state = models.CharField(max_length=8, choices=GuestState)
    seat = models.PositiveSmallIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    name = SealedTextField(purpose="consultations.guest", default="")
    token_hash = models.CharField(max_length=64, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["consultation", "seat"],
                condition=~Q(state=GuestState.GONE),
                name="one_guest_a_seat",
            ),
            UniqueConstraint(
                fields=["user"], condition=Q(state=GuestState.HERE), name="one_company_at_a_time"
            ),
            UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="one_invitation_a_link"
            ),
            CheckConstraint(condition=Q(seat__range=(1, 2)), name="two_seats_for_guests"),
            CheckConstraint(
                condition=~Q(state=GuestState.HERE) | Q(user__isnull=False), name="guest_here_is_somebody"
            ),
        ]


class AgreedTime(models.Model):
    """A time for a video call: who comes then stands in front. `place` counts those who come at the same time."""

    public_id = PublicIdField()
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    competence = models.CharField(max_length=20)
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AgreedState, default=AgreedState.AGREED)
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["citizen"], condition=Q(state=AgreedState.AGREED), name="one_agreed_time_per_citizen"
            ),
            UniqueConstraint(
                fields=["competence", "starts_at", "place"],
                condition=Q(state=AgreedState.AGREED),
                name="one_citizen_a_place",
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"], condition=Q(state=AgreedState.AGREED), name="agreed_times_to_come"
            )
        ]
