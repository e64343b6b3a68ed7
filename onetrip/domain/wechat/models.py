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
