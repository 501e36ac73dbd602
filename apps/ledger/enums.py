"""Words of the ledger: sides, kinds of assets, classes of accounts, states, topics, permissions."""

from enum import IntFlag

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """Debit or credit. Stored amounts are signed: credit positive, debit negative."""

    DR = "debit", _("Debit")
    CR = "credit", _("Credit")

    @property
    def sign(self) -> int:
        """Return what an amount on this side is multiplied by to be stored."""
        return 1 if self is Side.CR else -1


class Mode(TextChoices):
    """How much a line moves: its amount, at most its amount, all that is available, or what the others leave over."""

    EXACT = "exact", _("Exactly")
    UP_TO = "up_to", _("At most")
    ALL = "all", _("All that is available")
    REST = "rest", _("What is left over")

    @property
    def number(self) -> int:
        """Return the mode as the SQL functions take it."""
        return _MODE_NUMBERS[self]


_MODE_NUMBERS = {mode: number for number, mode in enumerate(Mode)}


class AssetKind(TextChoices):
    """What is counted."""

    FIAT = "fiat", _("Currency")
    CRYPTO = "crypto", _("Crypto asset")
    SECURITY = "security", _("Security")
    POINTS = "points", _("Points")
    GIFT = "gift", _("Gift balance")


class AssetStatus(TextChoices):
    """Whether accounts may still be opened in an asset."""

    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")

    @classmethod
    def moves(cls) -> dict["AssetStatus", tuple["AssetStatus", ...]]:
        """Return what may follow what."""
        return {cls.ACTIVE: (cls.RETIRED,), cls.RETIRED: (cls.ACTIVE,)}


class AccountClass(TextChoices):
    """The class of a code, which is its first letter."""

    ASSET = "A", _("Asset")
    LIABILITY = "L", _("Liability")
    EQUITY = "Q", _("Equity")
    INCOME = "R", _("Income")
    EXPENSE = "E", _("Expense")
    TRADING = "T", _("Trading position")


class AccountStatus(TextChoices):
    """The life of an account. Frozen: at least one side is blocked."""

    ACTIVE = "active", _("Active")
    FROZEN = "frozen", _("Frozen")
    CLOSED = "closed", _("Closed")

    @classmethod
    def moves(cls) -> dict["AccountStatus", tuple["AccountStatus", ...]]:
        """Return what may follow what."""
        return {cls.ACTIVE: (cls.FROZEN, cls.CLOSED), cls.FROZEN: (cls.ACTIVE, cls.CLOSED), cls.CLOSED: ()}


class Strength(TextChoices):
    """How a debit freeze works: soft stops new debits, hard stops every debit, also those promised before."""

    SOFT = "soft", _("New debits only")
    HARD = "hard", _("Every debit")


class Flag(IntFlag):
    """What the hot row of an account says beside its figures."""

    DEBIT_BLOCKED = 1
    CREDIT_BLOCKED = 2
    CLOSED = 4
    FX_POSITION = 8
    DEFERRED = 16
    NEW_DEBITS_BLOCKED = 32


BLOCKS = Flag.DEBIT_BLOCKED | Flag.CREDIT_BLOCKED | Flag.CLOSED | Flag.NEW_DEBITS_BLOCKED


class Bucket(TextChoices):
    """What a return of an earlier leg counts against; the leg's amount caps each bucket by itself."""

    RETURNED = "returned", _("Returned")


class Relation(TextChoices):
    """What a transaction is to an earlier one."""

    REVERSAL = "reversal", _("Reversal")


class PostingStatus(TextChoices):
    """What became of a posting."""

    POSTED = "posted", _("Posted")
    REPLAYED = "replayed", _("Posted before")


class HoldStatus(TextChoices):
    """The life of a hold. Each ends once."""

    OPEN = "open", _("Open")
    CAPTURED = "captured", _("Captured")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", _("Expired")

    @classmethod
    def moves(cls) -> dict["HoldStatus", tuple["HoldStatus", ...]]:
        """Return what may follow what."""
        ends = (cls.CAPTURED, cls.RELEASED, cls.EXPIRED)
        return {cls.OPEN: ends, **dict.fromkeys(ends, ())}


class HoldKind(TextChoices):
    """What money is held for."""

    CARD_AUTH = "card_auth", _("Card authorisation")
    PAYMENT = "payment", _("Payment")
    ORDER = "order", _("Order")
    RISK = "risk", _("Risk")
    LEGAL = "legal", _("Legal order")
    DISPUTE = "dispute", _("Dispute")


class HoldAct(TextChoices):
    """What happens to a hold."""

    PLACED = "placed", _("Placed")
    INCREASED = "increased", _("Increased")
    REDUCED = "reduced", _("Reduced")
    EXTENDED = "extended", _("Extended")
    CAPTURED = "captured", _("Captured")
    RELEASED = "released", _("Released")
    EXPIRED = "expired", _("Expired")


class Topic(TextChoices):
    """News of the ledger. There is none per transaction: products publish their own."""

    ACCOUNT_FROZEN = "ledger.account.frozen"
    ACCOUNT_UNFROZEN = "ledger.account.unfrozen"
    ACCOUNT_CLOSED = "ledger.account.closed"
    DEFAULT_PARTITION_USED = "ledger.default_partition.used"
    BLOCK_SEALED = "ledger.block.sealed"
    HOLD_EXPIRED = "ledger.hold.expired"


class Permission(TextChoices):
    """What staff may do in the ledger."""

    ACCOUNT_VIEW = "ledger.account.view"
    JOURNAL_VIEW = "ledger.journal.view"
    HOLD_VIEW = "ledger.hold.view"
    CHAIN_VIEW = "ledger.chain.view"
    TRIAL_BALANCE_VIEW = "ledger.trial_balance.view"
