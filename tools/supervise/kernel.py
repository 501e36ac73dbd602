"""What the Linux kernel does for the supervisor: death signals and the adoption of orphans."""

import ctypes
import os
import signal
from collections.abc import Callable

_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """Return a function for `Popen(preexec_fn=)`: the child gets `signum` when its parent is gone.

    The wish is bound to the thread that forks, so only a main thread may use it; a change of uid clears it.
    """
    parent = os.getpid()

    def between_fork_and_exec() -> None:
        _libc.prctl(_SET_DEATH_SIGNAL, int(signum), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return between_fork_and_exec


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent ends, so none escapes it."""
    _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
