"""Who can be told something: a projection that the app above keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Kept
from apps.core.fields import EncryptedText, Fingerprint


class Recipient(Kept):
    """A person or a login by its typed id, `owner`, given by the app above; its data key seals the address."""

    id_prefix = "nrc"
    lock_rank = 93

    owner = models.CharField(max_length=40)
    locale = models.CharField(max_length=35, help_text=_("Language tag that messages are written in."))
    tz = models.CharField(max_length=64, help_text=_("IANA name of the zone that times are shown in."))
    email_sealed = EncryptedText(max_bytes=254, null=True, blank=True)
    email_fp = Fingerprint(null=True, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = (
            Eternal("owner", name="notifications_recipient_ref", reason="one recipient an id, for ever"),
            models.CheckConstraint(
                condition=models.Q(email_sealed__isnull=True, email_fp__isnull=True)
                | models.Q(email_sealed__isnull=False, email_fp__isnull=False),
                name="notifications_recipient_email",
            ),
        )

    class Privacy:
        internal = ("owner", "locale", "tz", "email_fp")
        personal = ("email_sealed",)

    def __str__(self) -> str:
        return self.owner
