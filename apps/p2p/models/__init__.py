"""Rows of p2p."""

from apps.p2p.models.lookups import PayeeLookup
from apps.p2p.models.transfers import Transfer

__all__ = ["PayeeLookup", "Transfer"]
