"""URL roots, and the answers of Django itself."""

from django.urls import include, path

from apps.accounts.api.views.sign_in import SignInView, SignOutView
from apps.payments.api.views.hooks import HookView
from config import admin
from config.openapi.views import ReaderView

handler400 = "apps.core.api.exceptions.bad_request"
handler403 = "apps.core.api.exceptions.permission_denied"
handler404 = "apps.core.api.exceptions.not_found"
handler500 = "apps.core.api.exceptions.server_error"

urlpatterns = [
    path("api/v1/", include("config.api")),
    path("console/sign-in/", SignInView.as_view(), name="sign_in"),
    path("console/sign-out/", SignOutView.as_view(), name="sign_out"),
    path("_allauth/", include("allauth.headless.urls")),
    path("hooks/stripe", HookView.as_view(), name="hook_stripe"),
    path("api/docs/", ReaderView.as_view(), name="docs"),
    path("console/", admin.urls()),
]
