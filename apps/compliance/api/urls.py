"""Addresses of compliance below `/api/v1/`."""

from django.urls import path

from apps.compliance.api.views import applications, reviews
from apps.core.api.paths import typed_ids

typed_ids("kyc", "doc")

_OWN = "kyc/applications"
_STAFF = "staff/compliance/applications"

urlpatterns = [
    path(_OWN, applications.ApplicationsView.as_view(), name="kyc_applications"),
    path(f"{_OWN}/<kyc:application>", applications.ApplicationView.as_view(), name="kyc_application"),
    path(f"{_OWN}/<kyc:application>/submit", applications.SubmitView.as_view(), name="kyc_submit"),
    path(f"{_OWN}/<kyc:application>/documents", applications.DocumentsView.as_view(), name="kyc_documents"),
    path("kyc/documents/<doc:document>", applications.DocumentView.as_view(), name="kyc_document"),
    path(_STAFF, reviews.ReviewsView.as_view(), name="staff_kyc_applications"),
    path(f"{_STAFF}/<kyc:application>", reviews.ReviewView.as_view(), name="staff_kyc_application"),
    path(f"{_STAFF}/<kyc:application>/decisions", reviews.DecisionsView.as_view(), name="staff_kyc_decisions"),
    path(
        f"{_STAFF}/<kyc:application>/information-requests",
        reviews.InformationRequestsView.as_view(),
        name="staff_kyc_information_requests",
    ),
    path(
        "staff/compliance/documents/<doc:document>/content",
        reviews.ContentView.as_view(),
        name="staff_kyc_document_content",
    ),
]
