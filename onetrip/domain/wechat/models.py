from django.db import models

from onetrip.core.crypto import SealedTextField
from onetrip.domain.wechat.states import CredentialKind


class Credential(models.Model):
    """The one access token (or ticket) that all processes use. Who renews it holds a lease, not a lock."""

    appid = models.CharField(max_length=32)
    kind = models.CharField(max_length=16, choices=CredentialKind.choices)
    value = SealedTextField(purpose="wechat.credential", null=True)
    good_until = models.DateTimeField(null=True)
    # Counts the renewals: a lease is given for the version that was seen, so that nobody renews what is new already.
    version = models.PositiveIntegerField(default=0)
    renewing_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="wechat_one_credential", fields=["appid", "kind"])]


class Ration(models.Model):
    """A call that WeChat takes no more of until a moment."""

    appid = models.CharField(max_length=32)
    path = models.CharField(max_length=80)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="wechat_one_ration", fields=["appid", "path"])]


class Received(models.Model):
    """A message that was answered: WeChat repeats what it takes for lost, and is told the same again."""

    key = models.CharField(max_length=64, unique=True)
    reply = SealedTextField(purpose="wechat.reply", null=True)
    received_at = models.DateTimeField(db_index=True)


class Nonce(models.Model):
    """A time and a number that WeChat signed, and the one message they stood on: they carry no other."""

    hash = models.CharField(max_length=64, primary_key=True)
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)


class Whereabouts(models.Model):
    """Where a phone last said it was (WGS84, about a hundred metres), so that the nearest hall can be named."""

    openid_hash = models.CharField(max_length=64, primary_key=True)
    position = SealedTextField(purpose="wechat.position")
    at = models.DateTimeField(db_index=True)
