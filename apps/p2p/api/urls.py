"""Addresses of p2p below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.p2p.api.views import batches, reversals, transfers

typed_ids("trf")

urlpatterns = [
    path("transfers", transfers.TransfersView.as_view(), name="transfers"),
    path("transfers/batch", batches.BatchView.as_view(), name="transfers_batch"),
    path("transfers/preview", transfers.PreviewView.as_view(), name="transfers_preview"),
    path("transfers/<trf:transfer>", transfers.TransferView.as_view(), name="transfer"),
    path("staff/p2p/transfers/<trf:transfer>/reverse", reversals.ReversalView.as_view(), name="staff_transfer_reverse"),
]
