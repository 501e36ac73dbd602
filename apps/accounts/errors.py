"""Refusals of accounts."""

from apps.core.errors import Conflict, Duplicate, Forbidden, Invalid, NotFound, Unauthenticated


class TokenExpired(Unauthenticated):
    """The session token is not valid, or not any more. Sign in again at `/_allauth/app/v1/`."""

    code = "token_expired"
    title = "Sign in again"


class CustomerRequired(Forbidden):
    """The login is not a customer yet. Become one: `POST /api/v1/customers`."""

    code = "customer_required"
    title = "Not a customer yet"


class AlreadyCustomer(Duplicate):
    """The login is a customer already. Read it: `GET /api/v1/me`."""

    code = "already_customer"
    title = "Already a customer"
    constraints = ("accounts_customer_user",)


class EmailTaken(Duplicate):
    """Another login has this e-mail address. Sign in with it, or take another one."""

    code = "email_taken"
    title = "Address taken"
    constraints = ("accounts_user_email",)


class ContactTaken(Duplicate):
    """Another customer has verified this address or number. Take another one."""

    code = "contact_taken"
    title = "Address taken"
    constraints = ("accounts_contactpoint_verified",)


class CountryUnknown(Invalid):
    """A country is a code of two letters (ISO 3166-1), of a country that is served."""

    code = "country_unknown"
    title = "Unknown country"


class TimeZoneUnknown(Invalid):
    """A time zone is a name of the IANA database, as `Europe/Vienna`."""

    code = "time_zone_unknown"
    title = "Unknown time zone"


class TierUnknown(Invalid):
    """There is no such tier."""

    code = "tier_unknown"
    title = "Unknown tier"


class CurrencyThere(Duplicate):
    """The wallet has a balance in this currency already."""

    code = "currency_there"
    title = "Currency is there"
    constraints = ("accounts_walletbalance_currency",)


class NoSuchBalance(Invalid):
    """The wallet keeps no balance in this currency. Add it: `POST /api/v1/wallets/{id}/currencies`."""

    code = "currency_not_held"
    title = "No balance in this currency"


class WalletFrozen(Forbidden):
    """The wallet is frozen: nothing leaves it until it is unfrozen."""

    code = "wallet_frozen"
    title = "Wallet is frozen"


class WalletClosed(Conflict):
    """The wallet is closing or closed: no money moves through it."""

    code = "wallet_closed"
    title = "Wallet is closed"


class CustomerFrozen(Forbidden):
    """The customer is frozen or closed: no money moves for them."""

    code = "customer_frozen"
    title = "Customer is frozen"


class LimitExceeded(Invalid):
    """More than a limit allows. `window` names what blocks longest, `resets_at` when this amount fits again."""

    code = "limit_exceeded"
    title = "Over a limit"


class LimitMissing(Invalid):
    """No limit is set for this act in this currency, so it is not allowed. Use another currency."""

    code = "limit_missing"
    title = "Not offered in this currency"


class NotStaff(Invalid):
    """The login is not one of staff."""

    code = "not_staff"
    title = "Not a member of staff"


class RoleHeld(Duplicate):
    """The member of staff holds this role already."""

    code = "role_held"
    title = "Role is held"
    constraints = ("accounts_rolegrant_held",)


class RoleNotHeld(NotFound):
    """The member of staff does not hold this role."""

    code = "role_not_held"
    title = "Role is not held"


class RolesToxic(Conflict):
    """Nobody may hold these roles together. Give one of them to somebody else."""

    code = "roles_toxic"
    title = "Roles exclude each other"


class PasswordWeak(Invalid):
    """The password is short or well known. Take a longer one that nobody else uses."""

    code = "password_weak"
    title = "Weak password"


class CsrfFailed(Forbidden):
    """The request does not carry the token of the console. Send the cookie `csrftoken` as `X-CSRFToken` too."""

    code = "csrf_failed"
    title = "Not from the console"
