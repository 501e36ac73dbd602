"""Refusals of notifications."""

from apps.core.errors import Invalid, LostRace, NotFound


class RecipientUnknown(NotFound):
    """Nobody with this id can be told anything. The app that knows the person must register the recipient first."""

    code = "recipient_unknown"
    title = "No such recipient"


class RecipientRace(LostRace):
    """Another unit has just registered the same recipient. Repeat the request."""

    code = "recipient_in_progress"
    title = "Being registered by another request"
    constraints = ("notifications_recipient_ref", "notifications_inboxhead_recipient")


class RecipientEmailInvalid(Invalid):
    """This is no address that mail can be sent to. Correct it."""

    code = "recipient_email_invalid"
    title = "Not an e-mail address"


class RecipientLocaleInvalid(Invalid):
    """A locale is a language tag such as `en` or `pt-BR`."""

    code = "recipient_locale_invalid"
    title = "Not a locale"


class RecipientZoneInvalid(Invalid):
    """A time zone is a name of the IANA list, such as `Europe/Berlin`; offsets and abbreviations are not taken."""

    code = "recipient_zone_invalid"
    title = "Not a time zone"
