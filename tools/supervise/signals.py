"""Wishes of the outside: to end (Ctrl-C, SIGTERM, a closed terminal), and to hurry when asked twice."""

import os
import select
import signal
import time
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAME_WISH_S = 0.5


class EndAskedFor(BaseException):
    """Somebody asked to end while the start was under way. Not an error, so no `except Exception` swallows it."""


class Signals:
    """Notes the signals and wakes `wait`. While `raises` is set, the first wish to end raises `EndAskedFor`."""

    def __init__(self) -> None:
        self.raises = True
        self._first_at: float | None = None
        self._hurry = False
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._woken, select.POLLIN)
        self._watch_terminal()
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for signum in _ENDINGS:
            # A script's background starts with SIGINT ignored; only an ignored hang-up (nohup) is somebody's wish.
            if signum != signal.SIGHUP or signal.getsignal(signum) is not signal.SIG_IGN:
                signal.signal(signum, self._end)

    @property
    def end(self) -> bool:
        """Whether somebody asked to end."""
        return self._first_at is not None

    @property
    def hurry(self) -> bool:
        """Whether somebody asked again. One wish may arrive twice at once (to the group and through make)."""
        return self._hurry

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes (the end of a child is one), at most `seconds`."""
        for descriptor, _ in self._poll.poll(max(0.0, seconds) * 1000):
            if descriptor == self._woken:
                os.read(self._woken, 4096)
            else:
                self._poll.unregister(descriptor)
                self._end()

    def _watch_terminal(self) -> None:
        """Watch for a hang-up: its signal reaches the first process of the terminal, and that may keep it to itself."""
        terminal = next((descriptor for descriptor in (0, 1, 2) if os.isatty(descriptor)), None)
        if terminal is not None and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            self._poll.register(terminal, 0)

    def _end(self, _signum: int = 0, _frame: FrameType | None = None) -> None:
        now = time.monotonic()
        if self._first_at is not None:
            self._hurry = self._hurry or now - self._first_at > _SAME_WISH_S
            return
        self._first_at = now
        if self.raises:
            raise EndAskedFor
