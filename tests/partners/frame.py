"""Who acts in these tests, and when."""

from datetime import UTC, datetime

from apps.core import actors

BY = actors.system("test")
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
