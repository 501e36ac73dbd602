"""`/api/v1/`: the operations of all apps, and the document of them."""

from django.urls import include, path

from config.openapi.views import DocumentView

urlpatterns = [
    path("", include("apps.core.api.urls")),
    path("", include("apps.accounts.api.urls")),
    path("", include("apps.notifications.api.urls")),
    path("", include("apps.ledger.api.urls")),
    path("", include("apps.compliance.api.urls")),
    path("", include("apps.p2p.api.urls")),
    path("", include("apps.console.api.urls")),
    path("", include("apps.helpdesk.api.urls")),
    path("", include("apps.payments.api.urls")),
    path("openapi", DocumentView.as_view(), name="openapi"),
]
