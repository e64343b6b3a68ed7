"""Tables of cases."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.cases.states import OPEN, Came, CaseState, Outcome, ReturnReason, StillState, Verdict


class Case(models.Model):
    """One errand of one citizen. A walk-in who gave no phone number has a case without a citizen."""

    public_id = PublicIdField()
    citizen = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    category_code = models.CharField(max_length=60)
    competence = models.CharField(max_length=20)
    guide_version = models.CharField(max_length=16)
    answers = models.JSONField(default=dict)
    subdistrict_code = models.CharField(max_length=9, blank=True)
    state = models.CharField(max_length=10, choices=CaseState)
    # Visits that have ended. An open case that has one was sent back.
    trips = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    consultation = models.OneToOneField(
        "consultations.Consultation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    consulted_at = models.DateTimeField(null=True)
    conclusion_kind = models.CharField(max_length=12, blank=True)
    conclusion_text = SealedTextField(purpose="cases.conclusion", default="")
    appointment = models.OneToOneField(
        "booking.Appointment", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ticket = models.OneToOneField("booking.Ticket", null=True, on_delete=models.PROTECT, related_name="+")
    # The fee as it is asked for now; earlier orders that were closed or paid back are known to payments only.
    order = models.OneToOneField("payments.Order", null=True, on_delete=models.PROTECT, related_name="+")
    # For which time the citizen was reminded, the day before and on the day; which guide's news they were told.
    told_tomorrow = models.DateTimeField(null=True)
    told_soon = models.DateTimeField(null=True)
    guide_told = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["citizen", "item_code"], condition=Q(state__in=OPEN), name="one_open_case_per_item"
            )
        ]
        indexes = [
            models.Index(fields=["citizen", "-changed_at"], name="cases_of_a_citizen"),
            models.Index(fields=["item_code", "state"], name="cases_by_item"),
        ]


class CaseMaterial(models.Model):
    """The latest verdict on one material of a case, and who gave it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="verdicts")
    material = models.CharField(max_length=60)
    verdict = models.CharField(max_length=12, choices=Verdict)
    reason = SealedTextField(purpose="cases.reason", default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["case", "material"], name="one_verdict_per_material")]


class CasePaper(models.Model):
    """A photograph that the citizen filed to a material of the case, before the call or in it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="papers")
    material = models.CharField(max_length=60)
    paper = models.OneToOneField("papers.Paper", on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "material"], name="papers_of_a_material")]


class CaseConsultation(models.Model):
    """Every consultation about a case; `Case.consultation` is the latest. Figures are opened to cases through it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="consultations")
    consultation = models.OneToOneField(
        "consultations.Consultation", on_delete=models.PROTECT, related_name="+"
    )


class CaseTicket(models.Model):
    """Every number a case had in a hall; `Case.ticket` is the latest."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tickets")
    ticket = models.OneToOneField("booking.Ticket", on_delete=models.PROTECT, related_name="+")


class Still(models.Model):
    """A sharp photograph of a material that an officer asked for in a call, and how far it has come."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stills")
    material = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=StillState, default=StillState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    upload = models.ForeignKey("papers.Upload", null=True, on_delete=models.SET_NULL, related_name="+")
    paper = models.ForeignKey("papers.Paper", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["case"], condition=Q(state=StillState.ASKED), name="one_still_asked_per_case"
            )
        ]


class Visit(models.Model):
    """One trip to a venue that came to a window: where the one-trip rate comes from.

    Item, version of the guide and how the place was got stand here as they were on that day: figures of a closed month
    never change, and are counted without a look at any other table.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visits")
    number = models.PositiveSmallIntegerField()
    ticket = models.OneToOneField("booking.Ticket", on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    guide_version = models.CharField(max_length=16)
    came = models.CharField(max_length=8, choices=Came)
    consulted = models.BooleanField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=20, choices=ReturnReason, blank=True)
    material = models.CharField(max_length=60, blank=True)
    note = SealedTextField(purpose="cases.note", default="")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    stars = models.PositiveSmallIntegerField(null=True)
    rating_words = SealedTextField(purpose="cases.rating", default="")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "number"], name="visit_number_once"),
            CheckConstraint(condition=Q(outcome=Outcome.DONE) | ~Q(reason=""), name="returned_with_a_reason"),
            CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)), name="visit_one_to_five_stars"
            ),
        ]
        indexes = [
            models.Index(fields=["venue", "at"], name="visits_of_a_venue"),
            # All that the one-trip rate is broken down by: a month is counted from the index alone.
            models.Index(
                fields=["at"],
                include=["venue", "item_code", "guide_version", "came", "consulted", "outcome", "reason"],
                condition=Q(number=1),
                name="first_visits_by_time",
            ),
            models.Index(
                fields=["at"], condition=Q(outcome=Outcome.RETURNED), name="returned_visits_by_time"
            ),
        ]
