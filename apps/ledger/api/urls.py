"""Addresses of the ledger below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.ledger.api import views

typed_ids("lac", "lbk")

_BASE = "staff/ledger"

urlpatterns = [
    path(f"{_BASE}/accounts/<lac:account>/balance", views.BalanceView.as_view(), name="staff_ledger_balance"),
    path(f"{_BASE}/accounts/<lac:account>/days", views.DaysView.as_view(), name="staff_ledger_days"),
    path(f"{_BASE}/accounts/<lac:account>/holds", views.HoldsView.as_view(), name="staff_ledger_holds"),
    path(f"{_BASE}/trial-balances/current", views.TrialBalanceView.as_view(), name="staff_ledger_trial_balance"),
    path(f"{_BASE}/chain/head", views.HeadView.as_view(), name="staff_ledger_head"),
    path(f"{_BASE}/blocks", views.BlocksView.as_view(), name="staff_ledger_blocks"),
    path(f"{_BASE}/blocks/<lbk:block>", views.BlockView.as_view(), name="staff_ledger_block"),
    path(f"{_BASE}/anchors", views.AnchorsView.as_view(), name="staff_ledger_anchors"),
]
