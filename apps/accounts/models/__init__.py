"""Rows of accounts."""

from apps.accounts.models.contacts import ContactPoint, CustomerSearch
from apps.accounts.models.customers import Customer, Profile
from apps.accounts.models.events import CredentialEvent, LoginEvent
from apps.accounts.models.limits import LimitUsage, LimitUsageEntry, Tier, TierLimit
from apps.accounts.models.logins import RoleGrant, User
from apps.accounts.models.second_factors import StaffApp
from apps.accounts.models.wallets import Wallet, WalletBalance, WalletOwner

__all__ = [
    "ContactPoint",
    "CredentialEvent",
    "Customer",
    "CustomerSearch",
    "LimitUsage",
    "LimitUsageEntry",
    "LoginEvent",
    "Profile",
    "RoleGrant",
    "StaffApp",
    "Tier",
    "TierLimit",
    "User",
    "Wallet",
    "WalletBalance",
    "WalletOwner",
]
