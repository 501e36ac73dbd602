"""Starts children, starts dead ones again, and ends all of them in order, whatever ends the supervisor itself."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from tools.supervise import logs, processes
from tools.supervise.children import Child, Spec
from tools.supervise.kernel import adopt_orphans
from tools.supervise.signals import Signals
from tools.supervise.terminal import Step, Terminal

_GRACE_S = 10.0
_HURRY_S = 2.0
_LOOK_S = 1.0
_FAIR_STARTS = 2


class ChildFailed(Exception):
    """A child that has to succeed or to become ready did not. Says which, how, and the end of its log."""

    def __init__(self, child: Child, what: str) -> None:
        tail = logs.tail(child.logs, child.spec.name)
        super().__init__(f"{child.spec.name} {what}. Its log ends with:\n\n{tail}\n")


class Supervisor:
    """Use it as a context manager in the main thread; at the end of the block nothing that was started is left."""

    def __init__(self, *, logs_folder: Path, terminal: Terminal, record: Callable[[Sequence[Child]], None]) -> None:
        """`record` is told the children after each start, so that a next start can find them."""
        self.children: list[Child] = []
        self._logs = logs_folder
        self._terminal = terminal
        self._record = record

    def __enter__(self) -> Self:
        adopt_orphans()
        self.signals = Signals()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, spec: Spec) -> Child:
        """Start a child and keeps it alive from now on."""
        child = Child(spec, self._logs)
        self.children.append(child)
        child.launch()
        self._record(self.children)
        return child

    def run(self, spec: Spec, progress: Callable[[str], None]) -> None:
        """Run a command to its end. Raises ChildFailed when it fails."""
        child = self.start(spec)
        while child.is_running:
            self.signals.wait(_LOOK_S / 2)
            progress(logs.tail(self._logs, spec.name, 1).strip())
        child.kill_group()
        self.children.remove(child)
        if child.returncode:
            raise ChildFailed(child, f"ended with {child.ending}")

    def wait_ready(self, step: Step, timeout_s: float) -> None:
        """Wait until every child is ready; raises ChildFailed for one that dies three times or takes too long."""
        until = time.monotonic() + timeout_s
        while waiting := [child for child in self.children if not (child.is_running and child.spec.is_ready())]:
            step("waiting for " + ", ".join(child.spec.name for child in waiting))
            for child in waiting:
                if child.restarts >= _FAIR_STARTS and not child.is_running:
                    raise ChildFailed(child, f"ended with {child.ending} each time it was started")
            if time.monotonic() > until:
                raise ChildFailed(waiting[0], f"was not ready within {timeout_s:.0f} s")
            self.signals.wait(0.1)
            self._tend()

    def watch(self) -> None:
        """Keep the children alive until somebody asks to end."""
        self.signals.raises = False
        while not self.signals.end:
            self._tend()
            logs.trim(self._logs)
            due = [child.due - time.monotonic() for child in self.children if child.due is not None]
            self.signals.wait(min([*due, _LOOK_S]))

    def stop(self) -> None:
        """End the children stage by stage, each with its grace, then whatever else descends from this process."""
        self.signals.raises = False
        for stage in sorted({child.spec.stage for child in self.children}):
            self._stop_stage([child for child in self.children if child.spec.stage == stage])
        self._kill_descendants()

    def _tend(self) -> None:
        for child in self.children:
            if child.due is None and not child.is_running:
                child.bury()
                self._terminal.say(f"{child.spec.name} ended ({child.ending}); it is started again.")
            if child.due is not None and time.monotonic() >= child.due:
                child.launch()
                self._record(self.children)
        self._reap_adopted()

    def _stop_stage(self, children: list[Child]) -> None:
        for child in children:
            child.send(child.spec.stop_signal)
        self._wait_gone(children, _GRACE_S, lambda: self.signals.hurry)
        for child in children:
            if child.is_running:
                child.send(child.spec.hurry_signal)
        self._wait_gone(children, _HURRY_S, lambda: False)
        for child in children:
            child.kill_group()

    def _wait_gone(self, children: list[Child], seconds: float, is_enough: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while any(child.is_running for child in children) and time.monotonic() < until and not is_enough():
            self.signals.wait(0.1)

    def _kill_descendants(self) -> None:
        until = time.monotonic() + _HURRY_S
        while found := processes.descendants(os.getpid()):
            for process in found:
                if not process.ended:
                    with suppress(ProcessLookupError, PermissionError):
                        os.kill(process.pid, signal.SIGKILL)
            self._reap_adopted()
            if time.monotonic() > until:
                return
            self.signals.wait(0.02)

    def _reap_adopted(self) -> None:
        own = {child.pid for child in self.children}
        for process in processes.descendants(os.getpid()):
            if process.ended and process.parent == os.getpid() and process.pid not in own:
                with suppress(ChildProcessError):
                    os.waitpid(process.pid, os.WNOHANG)
