"""Refusals of payments."""

from apps.core.errors import Conflict, Invalid, Malformed, Unauthenticated, Unavailable


class CurrencyNotOffered(Invalid):
    """Cards cannot be charged in this currency. Use another one."""

    code = "currency_not_offered"
    title = "Not offered in this currency"


class AmountOutOfRange(Invalid):
    """Less or more than one charge of a card may be; `least` and `largest` tell the range in minor units."""

    code = "amount_out_of_range"
    title = "Too little or too much"


class MethodNotReady(Conflict):
    """The payment method is still being added, or was refused. Read it again, or add another one."""

    code = "payment_method_not_ready"
    title = "Payment method is not ready"


class MethodInUse(Conflict):
    """A top-up with this payment method is under way. Remove it when that has ended."""

    code = "payment_method_in_use"
    title = "Payment method is in use"


class PartnerUnavailable(Unavailable):
    """The partner cannot be reached, and nothing was done. It is tried again by itself."""

    code = "partner_unavailable"
    title = "Partner not available"


class NotMatchedYet(Unavailable):
    """The event speaks of something that is not known here yet. It is looked at again by itself."""

    code = "event_not_matched"
    title = "Event of nothing known yet"


class SignatureRefused(Unauthenticated):
    """The message is not signed by the partner, or not now. Check the secret and the clocks."""

    code = "signature_refused"
    title = "Signature refused"


class EventUnreadable(Malformed):
    """The message is signed and is no event of the partner."""

    code = "event_unreadable"
    title = "Not an event"
