"""Logins, and the roles of those of staff."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import ROLE_PERMISSIONS, LoginResult, Role, UserKind
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.models.events import LoginEvent
from apps.core.base import AllManager, Code, Eternal, Kept, WhileState
from apps.core.fields import EncryptedText, Fingerprint


class UserManager(AllManager):
    """Finds a login by what a person types."""

    use_in_migrations = False

    def get_by_natural_key(self, email: str) -> "User":
        """Return the login of an e-mail address, in any case. Raises: User.DoesNotExist."""
        user: User = self.get(email_fp=email_fingerprint(email))
        return user


class User(AbstractBaseUser, Kept):
    """A login. `human_id` names the human behind several logins; four eyes are two humans.

    allauth keeps the addresses, authenticators and sessions of consumers; `name_sealed` is set for staff only.
    """

    id_prefix = "usr"
    lock_rank = 80
    USERNAME_FIELD = "email_fp"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    kind = Code(UserKind)
    email_fp = Fingerprint()
    email_sealed: Any = EncryptedText(max_bytes=254)
    name_sealed: Any = EncryptedText(max_bytes=200, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    locale = models.CharField(max_length=12, default="en")
    tz = models.CharField(max_length=40, default="UTC")
    human_id = models.CharField(max_length=40)
    linked_customer = models.ForeignKey(
        "accounts.Customer", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    objects: ClassVar[Any] = UserManager()

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        constraints = (
            Eternal("email_fp", name="accounts_user_email", reason="an address signs in to one login"),
            models.CheckConstraint(
                condition=models.Q(kind="staff") | models.Q(linked_customer__isnull=True, name_sealed__isnull=True),
                name="accounts_user_staff_only",
            ),
        )

    class Privacy:
        internal = ("kind", "is_active", "locale", "tz", "human_id", "linked_customer")
        personal = ("email_fp", "email_sealed", "name_sealed")
        secret = ("password",)

    def __str__(self) -> str:
        return self.ref

    @property
    def last_login(self) -> datetime | None:  # type: ignore[override]  # a column in Django; signing in must not write
        """Return when this login last succeeded."""
        events = LoginEvent.objects.filter(user=self, result=LoginResult.SUCCEEDED).order_by("-id")
        found: datetime | None = events.values_list("at", flat=True).first()
        return found

    @property
    def is_staff(self) -> bool:
        """Tell whether the login is one of staff."""
        return bool(self.kind == UserKind.STAFF)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the roles held now."""
        return frozenset(self.grants.filter(until__isnull=True).values_list("role", flat=True))

    def has_perm(self, code: str, obj: object = None) -> bool:
        """Tell whether one of the roles holds a permission code."""
        del obj
        return self.is_active and any(code in ROLE_PERMISSIONS[Role(role)] for role in self.roles)


class RoleGrant(Kept):
    """A role that a member of staff holds from `since` until `until`, open while that is NULL."""

    id_prefix = "rgr"
    lock_rank = 87

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = Code(Role)
    granted_by = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("granted role")
        verbose_name_plural = _("granted roles")
        constraints = (
            WhileState("user", "role", name="accounts_rolegrant_held", condition=models.Q(until__isnull=True)),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="accounts_rolegrant_period",
            ),
        )

    class Privacy:
        internal = ("user", "role", "granted_by", "since", "until")

    def __str__(self) -> str:
        return f"{self.role} {self.ref}"
