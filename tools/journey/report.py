"""What the journey prints: one line for each step, a countdown while it waits, and what went wrong."""

import os
import sys
import time
from collections.abc import Sequence
from typing import TextIO

TITLE_WIDTH = 62
STATUS_WIDTH = 18
_MOST_STATUSES = 4
_COLOURS = {"ok": "32", "FAILED": "31"}


class Report:
    """The table of steps, printed line by line as they end."""

    def __init__(self, out: TextIO | None = None) -> None:
        """Print to `out`, else to the standard output; colours and a running countdown only on a terminal."""
        self._out = out or sys.stdout
        self._is_terminal = self._out.isatty()
        self._coloured = self._is_terminal and "NO_COLOR" not in os.environ
        self._number = 0

    def begin(self, url: str, mail_url: str) -> None:
        """Print the head of the table."""
        self._print(f"Journey through {url}, mails at {mail_url}\n")
        self._print(f"{'':>3}  {'step':<{TITLE_WIDTH}} {'':<7} {'HTTP':<{STATUS_WIDTH}} {'time':>9}")

    def step(self, title: str, result: str, *, statuses: Sequence[int], seconds: float) -> None:
        """Print one line: number, what was done, ok or FAILED, statuses received, time."""
        self._number += 1
        self._wipe()
        painted = self._paint(f"{result:<7}", _COLOURS.get(result, ""))
        codes = _codes(statuses)
        self._print(f"{self._number:>3}  {title:<{TITLE_WIDTH}} {painted} {codes:<{STATUS_WIDTH}} {_time(seconds):>9}")

    def countdown(self, seconds: float) -> None:
        """Wait, saying how long: a running line on a terminal, one line elsewhere."""
        until = time.monotonic() + seconds
        if not self._is_terminal:
            self._print(f"     waiting {seconds:.0f} s for the next one-time code")
        while (left := until - time.monotonic()) > 0:
            if self._is_terminal:
                self._out.write(f"\r     next one-time code in {left:2.0f} s ")
                self._out.flush()
            time.sleep(min(1.0, left))
        self._wipe()

    def failure(self, reason: str) -> None:
        """Print why the journey ended early."""
        self._print("\n" + self._paint("The journey failed.", _COLOURS["FAILED"]))
        self._print(reason)

    def end(self, seconds: float) -> None:
        """Print the last line of a journey that reached its end."""
        done = self._paint("The journey is complete.", _COLOURS["ok"])
        self._print(f"\n{done} {self._number} steps in {seconds:.0f} s.")

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured and colour else text

    def _wipe(self) -> None:
        if self._is_terminal:
            self._out.write("\r\x1b[K")

    def _print(self, line: str) -> None:
        self._out.write(line + "\n")
        self._out.flush()


def _codes(statuses: Sequence[int]) -> str:
    if len(statuses) <= _MOST_STATUSES:
        return " ".join(str(status) for status in statuses)
    return f"{len(statuses)} answers, {statuses[-1]}"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
