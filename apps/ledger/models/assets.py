"""What is counted, and the chart of accounts."""

from django.db import models
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Kept, Status
from apps.core.money import CODE_FORM
from apps.ledger.enums import AccountClass, AssetKind, AssetStatus, Side
from apps.ledger.models.hot import fixed


class Asset(Kept):
    """Anything countable. `exponent` is the number of decimals of its minor unit; it and the code never change."""

    id_prefix = "ast"
    lock_rank = 101

    code = models.CharField(max_length=12)
    exponent = models.SmallIntegerField()
    kind = Code(AssetKind)
    name = models.CharField(max_length=60)
    status = Status(AssetStatus, default=AssetStatus.ACTIVE)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        constraints = (
            Eternal("code", name="ledger_asset_code", reason="a code means one thing for ever"),
            models.CheckConstraint(condition=models.Q(code__regex=CODE_FORM), name="ledger_asset_form"),
            models.CheckConstraint(condition=models.Q(exponent__range=(0, 9)), name="ledger_asset_exponent"),
        )
        triggers = (fixed("code", "exponent"),)

    class Privacy:
        public = ("code", "exponent", "kind", "name", "status")

    def __str__(self) -> str:
        return self.code


class GlCode(Kept):
    """A code of the chart: `CLASS:NAME[:QUALIFIER]`."""

    id_prefix = "glc"
    lock_rank = 102

    code = models.CharField(max_length=40)
    account_class = Code(AccountClass)
    normal_side = Code(Side)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("account code")
        verbose_name_plural = _("account codes")
        constraints = (
            Eternal("code", name="ledger_glcode_code", reason="a code means one thing for ever"),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z]:[A-Z0-9]+(:[A-Z0-9-]+)?$"), name="ledger_glcode_form"
            ),
            models.CheckConstraint(condition=models.Q(account_class=Left("code", 1)), name="ledger_glcode_class"),
        )
        triggers = (fixed("code", "account_class", "normal_side"),)

    class Privacy:
        internal = ("code", "account_class", "normal_side", "name")

    def __str__(self) -> str:
        return self.code
