"""Reads: what is kept for the account."""

from datetime import datetime

from django.conf import settings

from onetrip.domain.wechat import rules
from onetrip.domain.wechat.models import Credential, Ration, Whereabouts
from onetrip.domain.wechat.views import Kept


def is_on() -> bool:
    """Say whether an official account is configured."""
    return bool(settings.WECHAT_FOLDER)


def kept_credential(*, appid: str, kind: str) -> Kept:
    """Return the credential that all processes use; an empty one before the first."""
    row = Credential.objects.filter(appid=appid, kind=kind).first()
    return Kept(row.value or "", row.good_until, row.version) if row else Kept("", None, 0)


def rationed_until(*, appid: str, path: str, at: datetime) -> datetime | None:
    """Return the moment before which WeChat takes no more of this call, None when it does."""
    return Ration.objects.filter(appid=appid, path=path, until__gt=at).values_list("until", flat=True).first()


def whereabouts_of(openid: str, *, at: datetime) -> tuple[float, float] | None:
    """Return where a phone has said it is (latitude, longitude, WGS84) within the last two hours."""
    row = Whereabouts.objects.filter(
        openid_hash=rules.hash_openid(openid), at__gt=at - rules.WHEREABOUTS_LIVE
    ).first()
    if row is None:
        return None
    latitude, longitude = row.position.split(",")
    return float(latitude), float(longitude)
