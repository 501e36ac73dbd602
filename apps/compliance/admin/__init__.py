"""Lists of compliance."""

from apps.compliance.admin import kyc

__all__ = ["kyc"]
