"""What the person at the terminal sees: lines, and steps with their time while they run."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

_QUIET_S = 5.0


class Step:
    """One step that is under way. Call it with a few words each time there is something to tell, or nothing new."""

    def __init__(self, terminal: "Terminal", title: str) -> None:
        self._terminal = terminal
        self._title = title
        self._began = time.monotonic()
        self._told = self._began

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def __call__(self, note: str = "") -> None:
        """Show the note: on a terminal in place, elsewhere as a line at most every few seconds."""
        line = f"  {self._title:<24}{self.seconds:6.0f} s  {note}"
        if self._terminal.is_live:
            self._terminal.write(f"\r\033[K{line[: self._terminal.width]}")
        elif time.monotonic() - self._told >= _QUIET_S:
            self._told = time.monotonic()
            self._terminal.say(line)


class Terminal:
    """Writes to a stream. Errors are ignored: after a hang-up every write fails, and the work must go on."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self.is_live = stream.isatty()
        self.width = shutil.get_terminal_size().columns - 1

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()

    def say(self, line: str = "") -> None:
        """Write one line."""
        self.write(f"{line}\n")

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step while its block runs, and its time at the end."""
        step = Step(self, title)
        step()
        try:
            yield step
        except BaseException:
            self.write("\r\033[K" if self.is_live else "")
            raise
        self.write("\r\033[K" if self.is_live else "")
        self.say(f"  {title:<24}{step.seconds:6.1f} s")
