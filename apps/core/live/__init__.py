"""Telling connected clients at once what was written: rows first, hints after the commit.

A hint says that there is something to read, never what: losing one loses nothing, and nothing personal leaves the rows.
"""

from apps.core.live.hints import group, hint, recheck
from apps.core.live.presence import connected

__all__ = ["connected", "group", "hint", "recheck"]
