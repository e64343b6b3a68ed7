"""Tables of complaints."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.complaints.states import OPEN, About, ComplaintState, EntryKind


class Complaint(models.Model):
    """A citizen's complaint. `due_at` is the end of the day by which somebody has to answer, None when nobody has to.

    `officer` is whom it is about: they never answer it. `forgotten_at`: the words were deleted, the counts stay.
    """

    public_id = PublicIdField()
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=12, choices=About)
    subject = models.CharField(max_length=16)
    item_name = models.CharField(max_length=120)
    venue_code = models.CharField(max_length=40)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, choices=ComplaintState, default=ComplaintState.FILED)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    # Whether the first answer came within the deadline; None before it.
    in_time = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["about", "subject"], name="one_complaint_about_a_thing"),
            CheckConstraint(
                condition=Q(state__in=OPEN, due_at__isnull=False)
                | (~Q(state__in=OPEN) & Q(due_at__isnull=True)),
                name="open_complaints_are_due",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="complaints_by_deadline"),
            models.Index(fields=["filed_at"], name="complaints_by_time"),
            models.Index(fields=["citizen", "-filed_at"], name="complaints_of_a_citizen"),
        ]


class Entry(models.Model):
    """What was said, by whom, in order; nothing is ever changed."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    words = SealedTextField(purpose="complaints.words")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["complaint", "kind"], name="each_said_once")]
