"""Tokens and tickets: who may renew them, and what is known of the calls that WeChat rations."""

from datetime import datetime

from django.db.models import F, Q

from onetrip.core.unit import use_case
from onetrip.domain.wechat import rules
from onetrip.domain.wechat.models import Credential, Ration


@use_case
def begin_renewal(*, appid: str, kind: str, version: int, at: datetime) -> bool:
    """Ask for the right to renew the version that was seen; say whether it was given. Exactly one gets it.

    It is a lease of some seconds and not a lock: nobody waits in the database while WeChat thinks, and whoever dies
    with it is followed by another.
    """
    Credential.objects.bulk_create([Credential(appid=appid, kind=kind)], ignore_conflicts=True)
    free = Q(renewing_until__isnull=True) | Q(renewing_until__lte=at)
    rows = Credential.objects.filter(free, appid=appid, kind=kind, version=version)
    return rows.update(renewing_until=at + rules.LEASE) == 1


@use_case
def keep_credential(*, appid: str, kind: str, version: int, value: str, good_until: datetime) -> None:
    """Keep what was got for the lease on `version`. Who comes too late, after a lease had ended, changes nothing."""
    Credential.objects.filter(appid=appid, kind=kind, version=version).update(
        value=value, good_until=good_until, version=F("version") + 1, renewing_until=None
    )


@use_case
def give_up_renewal(*, appid: str, kind: str, version: int, at: datetime) -> None:
    """Give the lease back after a failure; the next one may try in a second."""
    rows = Credential.objects.filter(appid=appid, kind=kind, version=version)
    rows.update(renewing_until=at + rules.REST_AFTER_FAILURE)


@use_case
def note_ration(*, appid: str, path: str, until: datetime) -> None:
    """Remember that WeChat takes no more of a call before `until`."""
    Ration.objects.update_or_create(appid=appid, path=path, defaults={"until": until})
