"""Tables of booking. The constraints below are the promises of the module."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Greatest

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.booking.states import (
    AT_A_WINDOW,
    LIVE,
    MOST_LIVE,
    MOST_OFFERS,
    MOST_UNITS,
    AppointmentState,
    Channel,
    MarkKind,
    OfferState,
    TicketState,
)

_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


class Schedule(models.Model):
    """A pool of windows that share their places: those of one venue with the same competences (sorted).

    The two shares, in percent, are kept back for those who book in the hall or by the hotline; a lead sets them.
    """

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    competences = ArrayField(models.CharField(max_length=20))
    hall_share = models.PositiveSmallIntegerField(default=0)
    hotline_share = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["venue", "competences"], name="schedule_once"),
            CheckConstraint(
                condition=Q(hall_share__lte=100 - F("hotline_share")), name="shares_within_the_whole"
            ),
        ]
        indexes = [GinIndex(fields=["competences"], name="schedule_by_competence")]


class Slot(models.Model):
    """A stretch of time with `capacity` places; `taken` of them are given away, two counts of these apart by channel.

    `over` of the places that were given away have no window any more: the roster changed after people had booked. Each
    that is given back closes, and until then a person of the venue sees who is to be moved (queries.clashes).

    `kept_*` places wait for their channel; what is left for those who book by phone follows (decision 0014). Nobody
    sees the slot on a phone before `opens_at`: new days open in waves.
    """

    public_id = PublicIdField()
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="slots", db_index=False)
    day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    kept_hall = models.PositiveSmallIntegerField(default=0)
    kept_hotline = models.PositiveSmallIntegerField(default=0)
    taken_hall = models.PositiveSmallIntegerField(default=0)
    taken_hotline = models.PositiveSmallIntegerField(default=0)
    over = models.PositiveSmallIntegerField(default=0, db_default=0)
    opens_at = models.DateTimeField(default=_ALWAYS)
    free_by_phone = models.GeneratedField(
        expression=F("capacity")
        - F("taken")
        - Greatest(F("kept_hall") - F("taken_hall"), 0)
        - Greatest(F("kept_hotline") - F("taken_hotline"), 0),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(taken__lte=F("capacity")), name="slot_never_overbooked"),
            CheckConstraint(
                condition=Q(taken__gte=F("taken_hall") + F("taken_hotline")),
                name="slot_channels_within_taken",
            ),
            CheckConstraint(condition=Q(over=0) | Q(taken=F("capacity")), name="slot_over_has_nothing_free"),
            CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_has_length"),
            UniqueConstraint(fields=["schedule", "starts_at"], name="slot_once"),
        ]
        indexes = [
            models.Index(fields=["schedule", "day", "starts_at"], name="slot_by_day"),
            models.Index(fields=["schedule", "starts_at"], condition=Q(over__gt=0), name="slots_over"),
        ]


class Appointment(models.Model):
    """One citizen's place in a slot, for one item, and for the person it was confirmed for (`visitor_name`) alone.

    Without a citizen it was booked in the hall or by the hotline.
    """

    public_id = PublicIdField()
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    citizen = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    visitor_name = SealedTextField(purpose="booking.visitor", null=True)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.PHONE)
    competence = models.CharField(max_length=20)
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=AppointmentState)
    held_until = models.DateTimeField(null=True)
    arrival_code = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # While the papers are not complete: by when the citizen has to say that they are (services.changing.provisional).
    complete_by = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    # How many slots in a row it takes, from `slot` on, in the same pool.
    units = models.PositiveSmallIntegerField(default=1, db_default=1)
    # What belongs to one visit, one after the other, bears the same id.
    visit_id = models.CharField(max_length=16, blank=True, default="", db_default="")
    # Which of the few appointments of its citizen it is (`states.MOST_LIVE`); only by phone.
    place_no = models.PositiveSmallIntegerField(null=True)
    # When the venue moved it, because of its roster: what becomes of it then is never held against the citizen.
    moved_by_venue_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["citizen", "item_code"],
                condition=Q(state__in=LIVE),
                name="one_live_appointment_per_item",
            ),
            UniqueConstraint(
                fields=["citizen", "place_no"],
                condition=Q(state__in=LIVE, place_no__isnull=False),
                name="few_live_appointments_each",
            ),
            CheckConstraint(
                condition=Q(place_no__isnull=True) | Q(place_no__range=(1, MOST_LIVE)),
                name="place_no_within_what_one_may_have",
            ),
            CheckConstraint(condition=Q(units__range=(1, MOST_UNITS)), name="units_of_a_stretch"),
            CheckConstraint(
                condition=Q(held_until__isnull=False) | ~Q(state=AppointmentState.HELD),
                name="hold_has_an_end",
            ),
            CheckConstraint(
                condition=Q(citizen__isnull=False) | ~Q(channel=Channel.PHONE),
                name="phone_bookings_have_a_citizen",
            ),
        ]
        indexes = [
            models.Index(
                fields=["held_until"], condition=Q(state=AppointmentState.HELD), name="holds_by_end"
            ),
            models.Index(fields=["arrival_code"], name="appointment_by_code"),
            models.Index(
                fields=["complete_by"],
                condition=Q(state=AppointmentState.BOOKED, complete_by__isnull=False),
                name="provisional_by_end",
            ),
            models.Index(fields=["visit_id"], condition=~Q(visit_id=""), name="appointments_of_a_visit"),
        ]


class Wish(models.Model):
    """Somebody who has booked and would rather come earlier: their place on the venue's waitlist."""

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="wish")
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    competence = models.CharField(max_length=20)
    since = models.DateTimeField()
    offers_made = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(offers_made__lte=MOST_OFFERS), name="at_most_three_offers")
        ]
        indexes = [
            models.Index(
                fields=["venue", "competence", "since"],
                condition=Q(ended_at__isnull=True, offers_made__lt=MOST_OFFERS),
                name="waitlist_in_order",
            )
        ]


class Offer(models.Model):
    """An earlier place, counted as taken while it is open: it is nobody else's until it lapses."""

    public_id = PublicIdField()
    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="offers")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=8, choices=OfferState, default=OfferState.OPEN)
    made_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["wish"], condition=Q(state=OfferState.OPEN), name="one_offer_at_a_time"),
            UniqueConstraint(fields=["wish", "slot"], name="a_time_is_offered_once"),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(state=OfferState.OPEN), name="offers_by_end")]


class Mark(models.Model):
    """A place that was given back too late or never used. Forgiven by time (`rules.MARK_LASTS`) or by a person."""

    public_id = PublicIdField()
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="mark")
    citizen = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=MarkKind)
    at = models.DateTimeField()
    appeal = SealedTextField(purpose="booking.appeal", default="")
    appealed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = SealedTextField(purpose="booking.appeal", default="")
    forgiven = models.BooleanField(default=False)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(appealed_at__isnull=False),
                name="only_an_appeal_is_answered",
            )
        ]
        indexes = [
            models.Index(fields=["citizen", "at"], condition=Q(forgiven=False), name="marks_of_a_citizen")
        ]


class TicketCounter(models.Model):
    """The last number given out at a venue on a day, for one competence."""

    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    competence = models.CharField(max_length=20)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["venue", "day", "competence"], name="ticket_counter_once")]


class HallRule(models.Model):
    """How a hall merges its line (rules.line_rank). Without a row the usual minutes hold."""

    venue = models.OneToOneField("venues.Venue", on_delete=models.PROTECT, related_name="+")
    booked_ahead_min = models.PositiveSmallIntegerField()
    priority_ahead_min = models.PositiveSmallIntegerField()
    late_after_min = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(booked_ahead_min__lte=60, priority_ahead_min__lte=60, late_after_min__lte=120),
                name="hall_rule_is_capped",
            )
        ]


class WindowStatus(models.Model):
    """What a window tells its hall: that it pauses, that it needs the lead; and that the lead has closed it."""

    desk = models.OneToOneField("venues.Desk", on_delete=models.CASCADE, related_name="+")
    paused_since = models.DateTimeField(null=True)
    help_since = models.DateTimeField(null=True)
    closed_since = models.DateTimeField(null=True)


class Ticket(models.Model):
    """One place in the line of a hall. `rank` is the moment by which the line is sorted (rules.line_rank)."""

    public_id = PublicIdField()
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    competence = models.CharField(max_length=20)
    day = models.DateField()
    number = models.CharField(max_length=8)
    rank = models.DateTimeField()
    priority = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=TicketState)
    appointment = models.OneToOneField(
        Appointment, null=True, on_delete=models.PROTECT, related_name="ticket"
    )
    citizen = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=120)
    desk = models.ForeignKey("venues.Desk", null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    served_from = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["venue", "day", "number"], name="ticket_number_once_a_day"),
            UniqueConstraint(
                fields=["desk"], condition=Q(state__in=AT_A_WINDOW), name="one_ticket_at_a_window"
            ),
            CheckConstraint(
                condition=~Q(state__in=AT_A_WINDOW) | Q(desk__isnull=False), name="called_ticket_has_a_window"
            ),
        ]
        indexes = [
            models.Index(
                fields=["venue", "day", "rank", "id"],
                condition=Q(state=TicketState.WAITING),
                name="line_in_order",
            ),
            # How long people waited, in a period: read from the index's part of it, however long the past is.
            models.Index(fields=["called_at"], condition=Q(called_at__isnull=False), name="tickets_by_call"),
        ]
