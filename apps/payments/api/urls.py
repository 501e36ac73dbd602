"""Addresses of payments below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.payments.api.views import methods, top_ups

typed_ids("pme", "top")

urlpatterns = [
    path("payment-methods", methods.MethodsView.as_view(), name="payment_methods"),
    path("payment-methods/<pme:payment_method>", methods.MethodView.as_view(), name="payment_method"),
    path("top-ups", top_ups.TopUpsView.as_view(), name="top_ups"),
    path("top-ups/<top:top_up>", top_ups.TopUpView.as_view(), name="top_up"),
]
