"""Signing in by WeChat, linking it with the phone identity, and unlinking it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from onetrip.core.audit import Actor, record
from onetrip.core.locks import lock_one
from onetrip.core.unit import use_case
from onetrip.domain.accounts import rules
from onetrip.domain.accounts.errors import AccountClosed, WeChatElsewhere, WeChatLinked
from onetrip.domain.accounts.models import User, WeChatBinding
from onetrip.domain.accounts.states import Kind


@use_case
def sign_in_with_wechat(*, openid: str, unionid: str, at: datetime) -> User | None:
    """Return the citizen whose WeChat this is, None when it is linked with nobody. Raises AccountClosed.

    WeChat has vouched for the openid a moment ago, with a code that works once.
    """
    row = _bindings_of(openid=openid, unionid=unionid).select_related("user").first()
    if row is None:
        return None
    if not row.user.is_active:
        raise AccountClosed()
    by = Actor(kind="citizen", id=row.user.public_id)
    record(verb="account.signed_in", subject=f"user:{by.id}", by=by, at=at, detail={"by": "wechat"})
    return row.user


@use_case
def bind_wechat(*, user_id: int, openid: str, unionid: str, by: Actor, at: datetime) -> None:
    """Link a WeChat with a citizen. Linking it again changes nothing.

    Raises WeChatElsewhere for one that is linked with another account, WeChatLinked while another WeChat is linked
    with this one, NotFound. Two requests at once are kept apart by the database.
    """
    user = lock_one(User.objects.filter(pk=user_id, kind=Kind.CITIZEN, is_active=True))
    known = _bindings_of(openid=openid, unionid=unionid).first()
    if known is not None and known.user_id != user.pk:
        raise WeChatElsewhere()
    own = WeChatBinding.objects.filter(user=user).first()
    if own is not None:
        if own.openid_hash != rules.hash_openid(openid):
            raise WeChatLinked()
        return
    WeChatBinding.objects.create(
        user=user, openid=openid, openid_hash=rules.hash_openid(openid), unionid=unionid,
        unionid_hash=rules.hash_unionid(unionid), bound_at=at,
    )  # fmt: skip
    record(verb="account.wechat_linked", subject=f"user:{user.public_id}", by=by, at=at)


@use_case
def unbind_wechat(*, user_id: int, by: Actor, at: datetime) -> None:
    """Unlink the WeChat of a citizen: it signs in nobody and gets no messages any more. Without one nothing happens."""
    user = lock_one(User.objects.filter(pk=user_id, kind=Kind.CITIZEN))
    deleted, _by_table = WeChatBinding.objects.filter(user=user).delete()
    if deleted:
        record(verb="account.wechat_unlinked", subject=f"user:{user.public_id}", by=by, at=at)


def _bindings_of(*, openid: str, unionid: str) -> QuerySet[WeChatBinding]:
    found = Q(openid_hash=rules.hash_openid(openid))
    if unionid:
        found |= Q(unionid_hash=rules.hash_unionid(unionid))
    return WeChatBinding.objects.filter(found)
