"""Refusals of acts on holds."""

from apps.core.errors import Conflict, Invalid


class HoldNotOpen(Conflict):
    """The hold was captured, released or has expired, or there is none. The answer names its state."""

    code = "hold_not_open"
    title = "Hold not open"
    constraints = ("ledger_hold_not_open",)


class HoldExpired(Conflict):
    """The time of the hold is over. It counts as held until it is ended."""

    code = "hold_expired"
    title = "Hold expired"
    constraints = ("ledger_hold_expired",)


class HoldExceeded(Invalid):
    """More than the hold has left. The answer names what is left, and for a capture how much more may be taken."""

    code = "hold_exceeded"
    title = "More than is held"
    constraints = ("ledger_hold_exceeded", "ledger_hold_tolerance")


class HoldMismatch(Invalid):
    """The hold is on another account or in another asset."""

    code = "hold_mismatch"
    title = "Hold of another account"
    constraints = ("ledger_hold_mismatch",)


class HoldExpiryInvalid(Invalid):
    """A hold expires in the future, and is only ever extended; one without an end is not."""

    code = "hold_expiry_invalid"
    title = "Not an end of a hold"
    constraints = ("ledger_hold_expiry",)


class ToleranceInvalid(Invalid):
    """A capture may pass its hold by 0 to 10,000 basis points of the amount."""

    code = "tolerance_invalid"
    title = "Not a tolerance"
