"""Lists of accounts."""

from apps.accounts.admin import contacts, customers, limits, logins, wallets

__all__ = ["contacts", "customers", "limits", "logins", "wallets"]
