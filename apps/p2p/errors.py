"""Refusals of p2p."""

from apps.core.errors import Conflict, Invalid, InvalidState


class PayeeUnknown(Invalid):
    """Nobody receives this currency at this address. Check the address, or ask the person to open a wallet."""

    code = "payee_unknown"
    title = "Nobody receives money there"


class PayeeIsPayer(Invalid):
    """The address is the payer's own. Name somebody else."""

    code = "payee_is_payer"
    title = "That is you"


class PayeeCannotReceive(Conflict):
    """The payee cannot receive money at present. Nothing was sent; ask the payee."""

    code = "payee_cannot_receive"
    title = "The payee cannot receive money now"


class AlreadyReversed(InvalidState):
    """The transfer was reversed before. Nothing is left to do."""

    code = "already_reversed"
    title = "Reversed already"
