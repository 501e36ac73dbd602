"""Addresses of payments below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.payments.api.views import attempts, methods, top_ups

typed_ids("pme", "top", "att")

_ATTEMPTS = "staff/payments/attempts"

urlpatterns = [
    path("payment-methods", methods.MethodsView.as_view(), name="payment_methods"),
    path("payment-methods/<pme:payment_method>", methods.MethodView.as_view(), name="payment_method"),
    path("top-ups", top_ups.TopUpsView.as_view(), name="top_ups"),
    path("top-ups/<top:top_up>", top_ups.TopUpView.as_view(), name="top_up"),
    path("top-ups/<top:top_up>/confirm", top_ups.ConfirmView.as_view(), name="top_up_confirm"),
    path("top-ups/<top:top_up>/cancel", top_ups.CancelView.as_view(), name="top_up_cancel"),
    path(_ATTEMPTS, attempts.AttemptsView.as_view(), name="staff_attempts"),
    path(f"{_ATTEMPTS}/<att:attempt>", attempts.AttemptView.as_view(), name="staff_attempt"),
    path(f"{_ATTEMPTS}/<att:attempt>/evidence", attempts.EvidenceView.as_view(), name="staff_attempt_evidence"),
    path(f"{_ATTEMPTS}/<att:attempt>/reread", attempts.RereadView.as_view(), name="staff_attempt_reread"),
    path(f"{_ATTEMPTS}/<att:attempt>/resolve", attempts.ResolveView.as_view(), name="staff_attempt_resolve"),
]
