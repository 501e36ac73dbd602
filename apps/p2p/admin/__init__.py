"""Lists of transfers between people."""

from apps.p2p.admin import transfers

__all__ = ["transfers"]
