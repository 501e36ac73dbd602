"""Wallets, their currencies and their owners. Money itself is in the ledger."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import BalanceStatus, OwnerRole, WalletKind, WalletStatus
from apps.core.base import Code, Eternal, Kept, Status
from apps.core.money import CODE_FORM


class Period(models.Func):
    """The span between two instants, open where NULL."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Wallet(Kept):
    """A purse of a customer, with a balance for each currency."""

    id_prefix = "wal"
    lock_rank = 81

    owner = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="wallets")
    kind = Code(WalletKind)
    name = models.CharField(max_length=60, blank=True)
    default_currency = models.CharField(max_length=12)
    status = Status(WalletStatus, default=WalletStatus.ACTIVE)
    frozen_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("wallet")
        verbose_name_plural = _("wallets")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(default_currency__regex=CODE_FORM), name="accounts_wallet_currency_form"
            ),
        )

    class Privacy:
        internal = ("owner", "kind", "name", "default_currency", "status", "frozen_at", "closed_at")

    def __str__(self) -> str:
        return self.ref


class WalletBalance(Kept):
    """One currency of a wallet; `ledger_account` is the id of the account in the books."""

    id_prefix = "wbl"
    lock_rank = 82

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="balances")
    currency = models.CharField(max_length=12)
    ledger_account = models.UUIDField()
    status = Status(BalanceStatus, default=BalanceStatus.ACTIVE)

    class Meta:
        verbose_name = _("wallet balance")
        verbose_name_plural = _("wallet balances")
        constraints = (
            Eternal(
                "wallet", "currency", name="accounts_walletbalance_currency", reason="one balance a currency, for ever"
            ),
            Eternal(
                "ledger_account", name="accounts_walletbalance_account", reason="an account in the books has one wallet"
            ),
        )

    class Privacy:
        internal = ("wallet", "currency", "ledger_account", "status")

    def __str__(self) -> str:
        return f"{self.currency} {self.ref}"


class WalletOwner(Kept):
    """What a customer is to a wallet, from `since` until `until`, open while that is NULL."""

    id_prefix = "wow"
    lock_rank = 83

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="owners")
    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    role = Code(OwnerRole)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("wallet owner")
        verbose_name_plural = _("wallet owners")
        constraints = (
            ExclusionConstraint(
                name="accounts_walletowner_period",
                expressions=[
                    (Period("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("wallet", RangeOperators.EQUAL),
                    ("customer", RangeOperators.EQUAL),
                ],
            ),
        )
        indexes: ClassVar = [
            # The wallets of a customer.
            models.Index(fields=["customer", "wallet"], name="accounts_walletowner_customer"),
        ]

    class Privacy:
        internal = ("wallet", "customer", "role", "since", "until")

    def __str__(self) -> str:
        return f"{self.role} {self.ref}"
