"""Addresses of accounts below `/api/v1/`."""

from django.urls import path

from apps.accounts.api.views import customers, sockets, wallets
from apps.core.api.paths import typed_ids

typed_ids("wal")

urlpatterns = [
    path("customers", customers.CustomersView.as_view(), name="customers"),
    path("me", customers.MeView.as_view(), name="me"),
    path("me/limits", customers.LimitsView.as_view(), name="me_limits"),
    path("ws-tickets", sockets.SocketTicketsView.as_view(), name="ws_tickets"),
    path("staff/accounts/ws-tickets", sockets.StaffSocketTicketsView.as_view(), name="staff_ws_tickets"),
    path("wallets", wallets.WalletsView.as_view(), name="wallets"),
    path("wallets/<wal:wallet>", wallets.OneWalletView.as_view(), name="wallet"),
    path("wallets/<wal:wallet>/currencies", wallets.CurrenciesView.as_view(), name="wallet_currencies"),
    path("wallets/<wal:wallet>/balances", wallets.BalancesView.as_view(), name="wallet_balances"),
    path("wallets/<wal:wallet>/transactions", wallets.TransactionsView.as_view(), name="wallet_transactions"),
    path("wallets/<wal:wallet>/statements/current", wallets.StatementView.as_view(), name="wallet_statement"),
]
