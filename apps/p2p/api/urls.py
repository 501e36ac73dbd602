"""Addresses of p2p below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.p2p.api import views

typed_ids("trf")

urlpatterns = [
    path("transfers", views.TransfersView.as_view(), name="transfers"),
    path("transfers/preview", views.PreviewView.as_view(), name="transfers_preview"),
    path("transfers/<trf:transfer>", views.TransferView.as_view(), name="transfer"),
]
