"""Tables of payments. The constraints, and the triggers in the migrations, are the promises of the module."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.payments import states as s


class Order(models.Model):
    """A fee of one citizen for one item. A walk-in without a name pays too."""

    public_id = PublicIdField()
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey("venues.Venue", null=True, on_delete=models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    full_fen = models.PositiveIntegerField()
    due_fen = models.PositiveIntegerField()
    ground = models.CharField(max_length=12, choices=s.Ground, blank=True)
    state = models.CharField(max_length=10, choices=s.OrderState)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # None: it stays due until it is paid or closed.
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(due_fen__lte=F("full_fen")), name="never_more_than_the_fee"),
            CheckConstraint(condition=Q(due_fen=F("full_fen")) | ~Q(ground=""), name="less_needs_a_ground"),
            CheckConstraint(
                condition=~Q(state__in=("paid", "refunded")) | Q(paid_at__isnull=False),
                name="paid_has_a_moment",
            ),
            CheckConstraint(condition=Q(due_fen__gt=0) | ~Q(state="due"), name="due_is_more_than_nothing"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="due"), name="orders_that_expire"),
            models.Index(fields=["venue", "paid_at"], name="orders_of_a_venue"),
        ]


class Shift(models.Model):
    """An officer's till from opening to counting."""

    public_id = PublicIdField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey("venues.Venue", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=s.ShiftState, default=s.ShiftState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    expected_fen = models.IntegerField(null=True)
    counted_fen = models.IntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["officer"], condition=Q(state="open"), name="one_open_shift_for_a_person"
            ),
            CheckConstraint(
                condition=Q(state="open") | Q(counted_fen__isnull=False, expected_fen__isnull=False),
                name="closed_shift_is_counted",
            ),
        ]
        indexes = [models.Index(fields=["venue", "-opened_at"], name="shifts_of_a_venue")]


class Attempt(models.Model):
    """One way of paying an order, once. Its public id is the number the provider knows it by (out_trade_no)."""

    public_id = PublicIdField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="attempts")
    way = models.CharField(max_length=6, choices=s.Way)
    fen = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=s.AttemptState)
    # Paid, but the order did not wait for it any more: the money goes back.
    surplus = models.BooleanField(default=False)
    given_back_fen = models.PositiveIntegerField(default=0)
    pay_url = models.CharField(max_length=512, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
    provider_no = models.CharField(max_length=32, blank=True)
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="attempts")

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["order"], condition=Q(state="paid", surplus=False), name="one_payment_for_an_order"
            ),
            UniqueConstraint(fields=["provider_no"], condition=~Q(provider_no=""), name="provider_no_once"),
            CheckConstraint(condition=Q(given_back_fen__lte=F("fen")), name="never_more_back_than_paid"),
            CheckConstraint(
                condition=~Q(state="paid") | Q(paid_at__isnull=False), name="paid_attempt_has_a_moment"
            ),
            CheckConstraint(
                condition=~Q(way__in=("cash", "pos")) | Q(shift__isnull=False), name="desk_money_has_a_shift"
            ),
        ]
        indexes = [
            models.Index(fields=["paid_at"], condition=Q(state="paid"), name="attempts_by_day"),
        ]


class Refund(models.Model):
    """Money on its way back. Its public id is the number the provider knows it by (out_refund_no)."""

    public_id = PublicIdField()
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="refunds")
    fen = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=s.RefundState)
    reason = models.CharField(max_length=14, choices=s.Reason)
    note = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=80, blank=True)
    done_at = models.DateTimeField(null=True)
    provider_no = models.CharField(max_length=64, blank=True)
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="refunds")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(fen__gt=0), name="refund_is_more_than_nothing"),
            CheckConstraint(
                condition=~Q(reason="by_hand")
                | Q(state__in=("asked", "refused"))
                | (~Q(decided_by="") & ~Q(decided_by=F("asked_by"))),
                name="refund_has_a_second_person",
            ),
        ]
        indexes = [models.Index(fields=["done_at"], condition=Q(state="done"), name="refunds_by_day")]


class Notice(models.Model):
    """What the provider told us, once for each event; believed (signature, window, nonce) before it is written."""

    event_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8)  # payment or refund
    number = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    fen = models.PositiveIntegerField()
    provider_no = models.CharField(max_length=64)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(applied_at__isnull=True), name="notices_to_apply")]


class Nonce(models.Model):
    """A nonce that was used; kept for as long as a notice signed with it could be believed."""

    nonce = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)


class Posting(models.Model):
    """One movement of money: its entries add up to zero (a trigger checks it before the commit). Never changed."""

    key = models.CharField(max_length=60, unique=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="postings")
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="postings")
    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=40)


class Entry(models.Model):
    """One side of a posting."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(max_length=16, choices=s.Account)
    fen = models.IntegerField()

    class Meta:
        constraints = [CheckConstraint(condition=~Q(fen=0), name="entry_moves_something")]
        indexes = [models.Index(fields=["account"], name="entries_of_an_account")]


class Reconciliation(models.Model):
    """One day of the provider's bill beside ours."""

    day = models.DateField(unique=True)
    state = models.CharField(max_length=8, choices=s.RunState)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    lines = models.PositiveIntegerField(default=0)
    lines_read = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    provider_fen = models.BigIntegerField(default=0)
    our_fen = models.BigIntegerField(default=0)
    fault = models.CharField(max_length=120, blank=True)


class BillLine(models.Model):
    """A line of the provider's bill: a payment (positive) or a refund (negative)."""

    run = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="bill")
    number = models.CharField(max_length=32)
    fen = models.IntegerField()
    provider_no = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["run", "number"], name="bill_line_once")]


class Difference(models.Model):
    """Something that the two sides do not say alike: a task for a person."""

    public_id = PublicIdField()
    run = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=14, choices=s.DifferenceKind)
    number = models.CharField(max_length=32)
    provider_fen = models.IntegerField(null=True)
    our_fen = models.IntegerField(null=True)
    state = models.CharField(max_length=8, choices=s.DifferenceState, default=s.DifferenceState.OPEN)
    note = models.CharField(max_length=300, blank=True)
    resolved_by = models.CharField(max_length=40, blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["run", "number"], name="difference_once"),
            CheckConstraint(
                condition=Q(state="open") | (~Q(note="") & Q(resolved_at__isnull=False)),
                name="resolved_with_a_word",
            ),
        ]


class Invoice(models.Model):
    """An electronic invoice (电子票据) asked for by the payer."""

    public_id = PublicIdField()
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    title = SealedTextField(purpose="payments.invoice_title")
    state = models.CharField(max_length=8, choices=s.InvoiceState, default=s.InvoiceState.ASKED)
    asked_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=300, blank=True)
    fault = models.CharField(max_length=120, blank=True)
