"""Addresses of notifications below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.notifications.api import views

typed_ids("ntf")

urlpatterns = [
    path("inbox", views.InboxView.as_view(), name="inbox"),
    path("inbox/unread-count", views.UnreadView.as_view(), name="inbox_unread"),
    path("inbox/read-all", views.ReadAllView.as_view(), name="inbox_read_all"),
    path("inbox/<ntf:id>/read", views.ReadView.as_view(), name="inbox_read"),
]
