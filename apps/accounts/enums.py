"""Words of accounts: kinds of users and customers, roles of staff, states, limits, topics, permissions."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UserKind(TextChoices):
    """Whose login it is; a member of staff who is also a customer has two."""

    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Staff")


class Role(TextChoices):
    """What a member of staff works as."""

    SUPPORT_AGENT = "support_agent", _("Support agent")
    KYC_ANALYST = "kyc_analyst", _("KYC analyst")
    KYC_SENIOR = "kyc_senior", _("KYC lead")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class LoginResult(TextChoices):
    """How an attempt to sign in ended."""

    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused")


class Credential(TextChoices):
    """What proves that somebody is who they say."""

    PASSWORD = "password", _("Password")
    TOTP = "totp", _("Authenticator app")
    RECOVERY_CODES = "recovery_codes", _("Recovery codes")


class CredentialAction(TextChoices):
    """What happened to a credential."""

    ADDED = "added", _("Added")
    REMOVED = "removed", _("Removed")
    USED = "used", _("Used")
    RESET = "reset", _("Reset")


class CustomerKind(TextChoices):
    """Who is a customer."""

    PERSON = "person", _("Person")


class CustomerStatus(TextChoices):
    """The life of a customer. Restricted: may do less; frozen: may do nothing that moves money."""

    PROSPECT = "prospect", _("Prospect")
    PENDING_KYC = "pending_kyc", _("Identity under review")
    ACTIVE = "active", _("Active")
    RESTRICTED = "restricted", _("Restricted")
    FROZEN = "frozen", _("Frozen")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")

    @classmethod
    def moves(cls) -> dict["CustomerStatus", tuple["CustomerStatus", ...]]:
        """Return what may follow what."""
        return {
            cls.PROSPECT: (cls.PENDING_KYC, cls.FROZEN, cls.CLOSING),
            cls.PENDING_KYC: (cls.ACTIVE, cls.PROSPECT, cls.FROZEN, cls.CLOSING),
            cls.ACTIVE: (cls.RESTRICTED, cls.FROZEN, cls.CLOSING),
            cls.RESTRICTED: (cls.ACTIVE, cls.FROZEN, cls.CLOSING),
            cls.FROZEN: (cls.PROSPECT, cls.PENDING_KYC, cls.ACTIVE, cls.RESTRICTED, cls.CLOSING),
            cls.CLOSING: (cls.CLOSED,),
            cls.CLOSED: (),
        }


class ContactKind(TextChoices):
    """By what a person can be reached."""

    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")


class WalletKind(TextChoices):
    """What a wallet is for."""

    PERSONAL = "personal", _("Personal")


class WalletStatus(TextChoices):
    """The life of a wallet. Frozen: money comes in and does not go out."""

    ACTIVE = "active", _("Active")
    FROZEN = "frozen", _("Frozen")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")

    @classmethod
    def moves(cls) -> dict["WalletStatus", tuple["WalletStatus", ...]]:
        """Return what may follow what."""
        return {
            cls.ACTIVE: (cls.FROZEN, cls.CLOSING),
            cls.FROZEN: (cls.ACTIVE, cls.CLOSING),
            cls.CLOSING: (cls.CLOSED,),
            cls.CLOSED: (),
        }


class BalanceStatus(TextChoices):
    """The life of one currency of a wallet."""

    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")

    @classmethod
    def moves(cls) -> dict["BalanceStatus", tuple["BalanceStatus", ...]]:
        """Return what may follow what."""
        return {cls.ACTIVE: (cls.CLOSED,), cls.CLOSED: (cls.ACTIVE,)}


class OwnerRole(TextChoices):
    """What a customer is to a wallet."""

    OWNER = "owner", _("Owner")


class Operation(TextChoices):
    """What is limited."""

    P2P_SEND = "p2p_send", _("Transfers to people")
    CARD_IN = "card_in", _("Top-ups by card")


class Direction(TextChoices):
    """Which way money goes, seen from the wallet."""

    IN = "in", _("In")
    OUT = "out", _("Out")


class Window(TextChoices):
    """The span that a limit counts over. Days are those of the customer's time zone."""

    PER_TXN = "per_txn", _("Per transaction")
    DAY = "day", _("Per day")
    ROLLING_30D = "rolling_30d", _("In 30 days")
    LIFETIME = "lifetime", _("In all")


class Topic(TextChoices):
    """News of accounts."""

    CUSTOMER_CREATED = "accounts.customer.created"
    CUSTOMER_CHANGED = "accounts.customer.changed"
    CUSTOMER_FROZEN = "accounts.customer.frozen"
    CUSTOMER_UNFROZEN = "accounts.customer.unfrozen"
    TIER_GRANTED = "accounts.tier.granted"
    WALLET_OPENED = "accounts.wallet.opened"
    WALLET_FROZEN = "accounts.wallet.frozen"
    WALLET_UNFROZEN = "accounts.wallet.unfrozen"
    LOGIN_SUCCEEDED = "accounts.login.succeeded"
    LOGIN_FAILED = "accounts.login.failed"
    CREDENTIAL_CHANGED = "accounts.credential.changed"
    ROLE_CHANGED = "accounts.role.changed"


class Permission(TextChoices):
    """What staff may do in accounts."""

    CUSTOMER_VIEW = "accounts.customer.view"
    CUSTOMER_FREEZE = "accounts.customer.freeze"
    CUSTOMER_UNFREEZE = "accounts.customer.unfreeze"
    WALLET_FREEZE = "accounts.wallet.freeze"
    WALLET_UNFREEZE = "accounts.wallet.unfreeze"
    ROLE_GRANT = "accounts.role.grant"


_READING: Final = frozenset(
    {"accounts.customer.view", "ledger.account.view", "ledger.hold.view", "ledger.journal.view"}
)
_KYC: Final = _READING | {"workflow.work_item.claim", "compliance.application.decide", "console.reveal.make"}

ROLE_PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    Role.SUPPORT_AGENT: _READING
    | {
        "accounts.customer.freeze",
        "accounts.wallet.freeze",
        "console.reveal.make",
        "workflow.work_item.claim",
        "notifications.delivery.view",
        "helpdesk.ticket.read",
        "helpdesk.ticket.reply",
        "helpdesk.ticket.note",
        "helpdesk.ticket.assign",
        "helpdesk.chat.take",
    },
    Role.KYC_ANALYST: _KYC,
    Role.KYC_SENIOR: _KYC
    | {"workflow.work_item.assign", "workflow.work_item.steal", "compliance.application.approve_exception"},
    Role.ADMINISTRATOR: _READING
    | {
        "accounts.customer.freeze",
        "accounts.customer.unfreeze",
        "accounts.wallet.freeze",
        "accounts.wallet.unfreeze",
        "accounts.role.grant",
        "p2p.transfer.reverse",
        "notifications.delivery.view",
        "payments.attempt.view",
        "payments.attempt.resolve",
        "payments.inbox.view",
        "workflow.work_item.claim",
        "workflow.reason_code.manage",
        "console.audit.view",
        "ledger.chain.view",
        "ledger.trial_balance.view",
        "helpdesk.config.manage",
    },
    Role.AUDITOR: _READING
    | {
        "console.audit.view",
        "console.record.view",
        "ledger.chain.view",
        "ledger.trial_balance.view",
        "payments.attempt.view",
        "payments.inbox.view",
        "helpdesk.ticket.read",
    },
}
"""Which codes each role holds: plain strings, so that no import leads upwards."""

TOXIC_ROLES: Final = tuple(
    frozenset({Role.ADMINISTRATOR, other}) for other in (Role.SUPPORT_AGENT, Role.KYC_ANALYST, Role.KYC_SENIOR)
)
"""Roles that nobody holds together: who sets the rules does not handle customers under them."""
