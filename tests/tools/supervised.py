"""A small program for the supervisor's tests: `supervised.py FOLDER CHILD...` keeps the named children running."""

import os
import sys
from pathlib import Path

from tools.supervise.children import Spec, command
from tools.supervise.roster import Roster
from tools.supervise.signals import EndAskedFor
from tools.supervise.supervisor import ChildFailed, Supervisor
from tools.supervise.terminal import Terminal

SLEEP = "import time; time.sleep(600)"
PROGRAMS = {
    "sleeper": SLEEP,
    "stubborn": f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}",
    "hesitant": (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: signal.signal(signal.SIGTERM, signal.SIG_DFL))\n"
        "time.sleep(600)\n"
    ),
    # The worker is seen as soon as it is there, and from then on it must not outlive its leader.
    "leader": (
        "import signal, subprocess, sys\n"
        "mask = lambda how: signal.pthread_sigmask(how, {signal.SIGTERM})\n"
        "mask(signal.SIG_BLOCK)\n"
        f"worker = subprocess.Popen([sys.executable, '-c', {SLEEP!r}], preexec_fn=lambda: mask(signal.SIG_UNBLOCK))\n"
        "signal.signal(signal.SIGTERM, lambda *_: (worker.terminate(), sys.exit(0)))\n"
        "mask(signal.SIG_UNBLOCK)\n"
        "worker.wait()\n"
    ),
    "failing": "print('no ink'); raise SystemExit(3)",
}


def main(folder: Path, names: list[str]) -> None:
    roster = Roster(folder / "roster.json")
    terminal = Terminal()
    terminal.say(f"leftovers: {len(roster.end_leftovers(os.environ['MARKER'], lambda _: None))}")
    name, _, value = os.environ["MARKER"].partition("=")
    env = {**os.environ, name: value}
    with Supervisor(logs_folder=folder / "log", terminal=terminal, record=roster.write) as supervisor:
        for child in names:
            argv = [sys.executable, "-c", PROGRAMS[child]]
            start = command(argv, env=env, cwd=folder)
            supervisor.start(Spec(name=child, start=start, is_ready=lambda child=child: child != "failing"))
        with terminal.step("children") as step:
            supervisor.wait_ready(step, timeout_s=20)
        terminal.say("up and watching")
        supervisor.watch()
    roster.remove()
    terminal.say("ended")


try:
    main(Path(sys.argv[1]), sys.argv[2:])
except EndAskedFor:
    sys.exit(0)
except ChildFailed as failure:
    sys.exit(str(failure))
