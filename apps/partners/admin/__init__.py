"""Lists of the floor of partner calls."""

from apps.partners.admin import attempts

__all__ = ["attempts"]
