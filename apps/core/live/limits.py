"""How fast one connection may send."""

import time
from collections import deque


class Meter:
    """Counts what happens within a span of seconds."""

    def __init__(self, most: int, span_s: float) -> None:
        """Allow `most` in any span."""
        self._most, self._span_s = most, span_s
        self._seen: deque[float] = deque()

    def is_over(self) -> bool:
        """Count one, and tell whether that is one too many; what is too many is not counted."""
        now = time.monotonic()
        while self._seen and self._seen[0] <= now - self._span_s:
            self._seen.popleft()
        if len(self._seen) >= self._most:
            return True
        self._seen.append(now)
        return False

    def free_in_ms(self) -> int:
        """Return after how many milliseconds one more is allowed."""
        if len(self._seen) < self._most:
            return 0
        return max(1, round((self._seen[0] + self._span_s - time.monotonic()) * 1_000))
