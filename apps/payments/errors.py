"""Refusals of payments."""

from apps.core.errors import Conflict, Invalid, LostRace, Malformed, RateLimited, Unauthenticated, Unavailable


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


class TooManyCards(RateLimited):
    """As many cards as one may add within 24 hours; `resets_at` tells when the next one may be added."""

    code = "too_many_cards"
    title = "Too many new cards"


class CardRace(LostRace):
    """Another card of the same customer has just been added. Repeat the request."""

    code = "card_in_progress"
    title = "Another card is being added"
    constraints = ("payments_paymentmethod_number",)


class MethodInUse(Conflict):
    """A top-up with this payment method is under way. Remove it when that has ended."""

    code = "payment_method_in_use"
    title = "Payment method is in use"


class PartnerUnavailable(Unavailable):
    """The partner cannot be reached, and nothing was done. It is tried again by itself."""

    code = "partner_unavailable"
    title = "Partner not available"


class NoEvidence(Conflict):
    """The partner's last reading does not say so, is too old, or the call may still be repeated. Read it again."""

    code = "no_evidence"
    title = "Not what the partner says"


class SecondPersonNeeded(Conflict):
    """More than one person may settle alone. It stays open until the partner says how it ended."""

    code = "second_person_needed"
    title = "Needs a second person"


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
