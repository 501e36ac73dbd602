"""Rows of compliance."""

from apps.compliance.models.kyc import Document, InformationRequest, KycApplication

__all__ = ["Document", "InformationRequest", "KycApplication"]
