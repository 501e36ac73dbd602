"""Refusals of the ledger. Their `constraints` are the names with which its functions and guards raise them."""

from apps.core.errors import Conflict, Forbidden, Invalid, LostRace, Unavailable


class KeyReused(Conflict):
    """The posting key stands for other content. Take a new key for a new posting."""

    code = "key_reused"
    title = "Posting key used for other content"
    constraints = ("ledger_key_reused",)


class KeyInvalid(Invalid):
    """A posting key has 1 to 255 characters."""

    code = "key_invalid"
    title = "Not a posting key"


class KeyRace(LostRace):
    """Another unit has just posted under the same key. Repeat the request: the answer is then that posting."""

    code = "posting_in_progress"
    title = "Being posted by another request"
    constraints = ("ledger_postingkey_pkey",)


class Unbalanced(Invalid):
    """Debits and credits of an asset differ. The answer names the asset and the difference."""

    code = "unbalanced"
    title = "Debits and credits differ"
    constraints = ("ledger_unbalanced",)


class AmountInvalid(Invalid):
    """A line moves between 1 and 9,007,199,254,740,991 minor units."""

    code = "amount_invalid"
    title = "Not an amount that can be posted"
    constraints = ("ledger_amount_invalid", "ledger_amount")


class AmountOverflow(Invalid):
    """The balance of an account would leave 64 bits."""

    code = "amount_overflow"
    title = "Balance too large"
    constraints = ("ledger_amount_overflow",)


class AccountTwice(Invalid):
    """One account has one line in a posting. Add its lines up first."""

    code = "account_twice"
    title = "Account named twice"
    constraints = ("ledger_account_twice",)


class TooFewLines(Invalid):
    """A posting has at least two lines."""

    code = "too_few_lines"
    title = "Too few lines"
    constraints = ("ledger_too_few_lines",)


class KindUnknown(Invalid):
    """The kind of transaction is not registered."""

    code = "kind_unknown"
    title = "Unknown kind of transaction"
    constraints = ("ledger_kind_unknown",)


class MetaInvalid(Invalid):
    """Facts beside a posting are codes and ids under the keys of its kind, at most 1 KiB: never free text."""

    code = "meta_invalid"
    title = "Facts not allowed for this kind"
    constraints = ("ledger_meta_invalid",)


class ReferenceInvalid(Invalid):
    """Subject, owner and reason are typed ids or codes without spaces: free text never enters the books."""

    code = "reference_form_invalid"
    title = "Neither a typed id nor a code"


class AccountUnknown(Invalid):
    """There is no such account."""

    code = "account_unknown"
    title = "Unknown account"
    constraints = ("ledger_account_unknown",)


class CodeUnknown(Invalid):
    """The chart of accounts has no such code."""

    code = "gl_code_unknown"
    title = "Unknown account code"


class AssetUnknown(Invalid):
    """The ledger keeps no such asset, or opens no more accounts in it."""

    code = "asset_unknown"
    title = "Unknown asset"


class AssetMismatch(Invalid):
    """The account keeps another asset."""

    code = "asset_mismatch"
    title = "Account in another currency"
    constraints = ("ledger_asset_mismatch", "ledger_asset")


class AccountFrozen(Invalid):
    """The account is blocked on the named side."""

    code = "account_frozen"
    title = "Account frozen"
    constraints = ("ledger_account_frozen", "ledger_blocked")


class AccountClosed(Invalid):
    """The account is closed."""

    code = "account_closed"
    title = "Account closed"
    constraints = ("ledger_account_closed",)


class FxPositionRequired(Invalid):
    """A transaction crosses assets through position accounts only, one on each side."""

    code = "fx_position_required"
    title = "Crosses currencies without a position"
    constraints = ("ledger_cross",)


class EffectiveInFuture(Invalid):
    """What happens later is posted later."""

    code = "effective_in_future"
    title = "Effective date in the future"
    constraints = ("ledger_effective_in_future",)


class PeriodClosed(Conflict):
    """Nothing takes effect before the current month any more."""

    code = "period_closed"
    title = "Period closed"
    constraints = ("ledger_period_closed",)


class IdClockSkew(Invalid):
    """The id of the transaction is not a time-ordered one of this moment."""

    code = "id_clock_skew"
    title = "Id of another time"
    constraints = ("ledger_id_clock_skew",)


class ClockBehind(Invalid):
    """The instant of the posting is too far from the database's clock, or from what its accounts have booked."""

    code = "clock_behind"
    title = "Clocks differ"
    constraints = ("ledger_clock_behind",)


class InsufficientFunds(Invalid):
    """More than the account has available. The answer names what is available and what the line needs."""

    code = "insufficient_funds"
    title = "Not enough money"
    constraints = ("ledger_insufficient_funds", "ledger_floor")


class CeilingExceeded(Invalid):
    """More than the account may hold."""

    code = "ceiling_exceeded"
    title = "Too much for the account"
    constraints = ("ledger_ceiling_exceeded", "ledger_ceiling")


class BoundsRefused(Conflict):
    """The present balance lies outside the new bounds. The answer names it."""

    code = "floor_above_balance"
    title = "Balance outside the bounds"
    constraints = ("ledger_bounds_refused",)


class AccountInUse(Conflict):
    """An account with money posted, held or pending is not closed. The answer names what stands against it."""

    code = "account_in_use"
    title = "Balance not zero"
    constraints = ("ledger_account_in_use",)


class ReturnExceedsOriginal(Invalid):
    """More would be returned of the transaction than it moved."""

    code = "return_exceeds_original"
    title = "More than the original"
    constraints = ("ledger_cap",)


class NotReversible(Conflict):
    """Transactions of this kind are not reversed: they have an opposite of their own."""

    code = "not_reversible"
    title = "Not reversible"
    constraints = ("ledger_not_reversible",)


class OriginUnknown(Invalid):
    """The transaction to reverse does not exist, or has no such line."""

    code = "origin_unknown"
    title = "Unknown transaction"
    constraints = ("ledger_origin_unknown",)


class ApprovalRequired(Forbidden):
    """An adjustment needs the approval of a second person and a reason."""

    code = "approval_required"
    title = "Approval required"
    constraints = ("ledger_adjustment",)


class EpochNeeded(Unavailable):
    """Transaction ids started again below the last sealed one: a logical dump was restored. Open a new epoch."""

    code = "ledger_epoch_needed"
    title = "A new epoch is needed"
    constraints = ("ledger_epoch_needed",)


class Altered(Unavailable):
    """A transaction does not fit its entries. Nothing more is sealed before that is explained."""

    code = "ledger_altered"
    title = "Books were altered before they were sealed"
    constraints = ("ledger_altered",)


class BlockGap(Conflict):
    """The block does not follow the last one: another follower has sealed it."""

    code = "ledger_block_gap"
    title = "Block does not follow the last"
    constraints = ("ledger_block_gap", "ledger_block_seq")


class TwoTimes(Invalid):
    """A balance of the past is as booked at an instant, or by value date. Name one of the two."""

    code = "two_times"
    title = "Two times asked for"
