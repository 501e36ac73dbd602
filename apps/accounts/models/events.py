"""Facts about signing in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Credential, CredentialAction, LoginResult
from apps.core.base import Code, Log
from apps.core.fields import Fingerprint


class LoginEvent(Log):
    """One attempt to sign in. `user` is none for an unknown address, `aal` the level reached (1 or 2)."""

    id_prefix = "lge"
    lock_rank = 86
    partitioned = True

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    identifier_fp = Fingerprint(null=True, blank=True)
    result = Code(LoginResult)
    reason = models.CharField(max_length=40, blank=True)
    aal = models.SmallIntegerField(default=1)
    ip = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = (
            # The last sign-in of a login, and its list.
            models.Index(fields=["user", "-id"], name="accounts_loginevent_user"),
        )

    class Privacy:
        internal = ("user", "result", "reason", "aal", "at")
        personal = ("identifier_fp", "ip")

    def __str__(self) -> str:
        return f"{self.result} {self.ref}"


class CredentialEvent(Log):
    """A credential was added, used, removed or reset."""

    id_prefix = "cre"
    lock_rank = 86

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    kind = Code(Credential)
    action = Code(CredentialAction)
    ip = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("credential event")
        verbose_name_plural = _("credential events")
        indexes = (
            # The events of a login, newest first.
            models.Index(fields=["user", "-id"], name="accounts_credentialevent_user"),
        )

    class Privacy:
        internal = ("user", "kind", "action", "at")
        personal = ("ip",)

    def __str__(self) -> str:
        return f"{self.kind} {self.action}"
