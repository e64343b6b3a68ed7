"""Tables of the core: the audit chain, live topics and their events, rate limits."""

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One line of the append-only audit trail. Rows are made by `core_audit_append` and by nothing else.

    The trail is a bundle of hash chains ("lanes"): a transaction appends to a lane that no other transaction is
    using, so auditing never makes two use cases wait for each other.
    """

    lane = models.SmallIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "number"], name="audit_lane_number_once")]
        indexes = [
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
        ]


class AuditLane(models.Model):
    """The head of one chain: how many entries it has and the hash of the last."""

    lane = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    head = models.BinaryField()


class LiveTopic(models.Model):
    """A document that pages watch; `seq` counts its changes."""

    topic = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField(default=0)


class LiveEvent(models.Model):
    """Change number `seq` of a topic, as an RFC 7396 merge patch."""

    topic = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    patch = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "seq"], name="live_event_once")]
        indexes = [models.Index(fields=["at"], name="live_event_by_age")]


class LimitCounter(models.Model):
    """How often `key` was used in the window that began at `since`."""

    key = models.CharField(max_length=160, primary_key=True)
    since = models.DateTimeField()
    taken = models.IntegerField()
