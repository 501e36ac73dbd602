"""Addresses of core below `/api/v1/`."""

from django.urls import path

from apps.core.api import views

urlpatterns = [
    path("health/live", views.LiveView.as_view(), name="health_live"),
    path("health/ready", views.ReadyView.as_view(), name="health_ready"),
    path("problems", views.ProblemsView.as_view(), name="problems"),
    path("problems/<slug:code>", views.ProblemView.as_view(), name="problem"),
]
