"""Rows of the floor of partner calls."""

from apps.partners.models.attempts import Attempt
from apps.partners.models.error_maps import PartnerErrorMap

__all__ = ["Attempt", "PartnerErrorMap"]
