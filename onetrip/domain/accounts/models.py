from functools import lru_cache

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from onetrip.core.crypto import SealedTextField
from onetrip.core.ids import PublicIdField
from onetrip.domain.accounts.states import QUIET_SINCE, QUIET_UNTIL, Kind, Role, RoleName
from onetrip.domain.notifications.states import OUTSIDE


def session_hash(password: str) -> str:
    """Return what a session of an account with this password is signed with: for all without one the same."""
    return _session_hash(password, settings.SECRET_KEY)


@lru_cache(maxsize=4096)
def _session_hash(password: str, _secret: str) -> str:
    return User(password=password).get_session_auth_hash()


class User(AbstractBaseUser):
    """A citizen (known by phone) or a member of staff (known by user name)."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # A citizen has no user name and staff have no phone hash: None, because an empty text could be there only once.
    username = models.CharField(max_length=64, unique=True, null=True, blank=True)
    name = models.CharField(max_length=60, blank=True, default="")
    phone = SealedTextField(purpose="accounts.phone", null=True, editable=False)
    # By what a citizen is found: the phone, for people without one their identity card (rules.hash_identity).
    phone_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    # The identity card this account is bound to, as a keyed hash, once a counter or the paper of one has proved it.
    identity_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    language = models.CharField(max_length=10, blank=True, default="")
    large_text = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    # Where everything of this citizen went when two accounts of one person became one.
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            # The kind is the wall between the two doors: each has its own way in and never the other's.
            models.CheckConstraint(
                name="accounts_user_one_door",
                condition=Q(kind=Kind.CITIZEN, username__isnull=True, phone_hash__isnull=False)
                | Q(kind=Kind.STAFF, username__isnull=False, phone_hash__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username or self.public_id

    @property
    def card(self) -> str | None:
        """The keyed hash of the person's identity card: bound to the phone's account, or all that there is."""
        return self.identity_hash or (self.phone_hash if self.phone is None else None)

    @property
    def roles(self) -> list[Role]:
        """The roles of a member of staff; read along with the user where the query asked for them."""
        if self.kind != Kind.STAFF:
            return []
        rows = self.__dict__.get("held_roles")  # where a query has annotated them
        if rows is None:
            rows = list(self.staff_roles.order_by("id").values("role", "venue_code", "competence"))
            self.__dict__["held_roles"] = rows
        return [Role(**row) for row in rows]


class StaffRole(models.Model):
    """A role held, with its reach."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=12, choices=RoleName.choices)
    # None is "everywhere" and "everything", which an empty text would not say.
    venue_code = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001
    competence = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="accounts_staffrole_once",
                fields=["user", "role", "venue_code", "competence"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return ":".join(filter(None, [self.role, self.venue_code, self.competence]))


class MessageWish(models.Model):
    """By which ways, and when, a person wants messages. Without a row: the city's own order and hours."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="message_wish")
    # Channels in the order of preference, separated by commas.
    channels = models.CharField(max_length=60, default=",".join(OUTSIDE), blank=True)
    quiet_since = models.TimeField(default=QUIET_SINCE)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    # Confirmed; another address stands nowhere but in the link that was sent to it.
    email = SealedTextField(purpose="accounts.email", null=True)


class WeChatBinding(models.Model):
    """The WeChat by which a citizen signs in without a code; the phone stays their identity."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="wechat_binding")
    openid = SealedTextField(purpose="accounts.openid")
    openid_hash = models.CharField(max_length=64)
    # The same person at all accounts of the city, where WeChat says it.
    unionid = SealedTextField(purpose="accounts.unionid", default="")
    unionid_hash = models.CharField(max_length=64, blank=True, default="")
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="accounts_wechat_once", fields=["openid_hash"]),
            models.UniqueConstraint(
                name="accounts_wechat_union_once", fields=["unionid_hash"], condition=~Q(unionid_hash="")
            ),
        ]


class PhoneCode(models.Model):
    """The one code that may be out for a phone. A new code replaces it; using it deletes the row."""

    phone_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)


class SecondFactor(models.Model):
    """A staff member's authenticator app (TOTP, RFC 6238)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = SealedTextField(purpose="accounts.second_factor")
    confirmed_at = models.DateTimeField(null=True)
    # The time step of the last code that was accepted: no code of this or an earlier step works again.
    last_step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """A written-down code for the day the phone is lost; deleted when used."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(name="accounts_recovery_once", fields=["user", "code_hash"])]
