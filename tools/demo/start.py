"""`make demo`: starts everything, shows one screen, and keeps it running until Ctrl-C."""

import sys

from tools.demo import environment, plan, ports, servers
from tools.demo.environment import python
from tools.demo.folders import LOGS, ROOT, ROSTER, claim, short
from tools.demo.screen import screen
from tools.embedded.binaries import ServerMissing
from tools.embedded.folder import RunFolder
from tools.embedded.processes import ServerFailed
from tools.supervise.children import Spec, command
from tools.supervise.roster import Roster
from tools.supervise.signals import EndAskedFor
from tools.supervise.supervisor import ChildFailed, Supervisor
from tools.supervise.terminal import Terminal

_READY_S = 120.0
_PREPARATIONS = {"Database schema": ("migrate", ["-m", "tools.migrate"])}


def start() -> int:
    """Run the demo until it is asked to end; returns the exit code."""
    terminal = Terminal()
    if sys.platform != "linux":
        terminal.say(f"The demo needs Linux; this is {sys.platform}. A Linux container or virtual machine will do.")
        return 1
    folder = claim(terminal)
    terminal.say(f"Strongroom's demo keeps everything in {short(folder.path)}.")
    roster = Roster(folder.path / ROSTER)
    if left := roster.end_leftovers("=".join(environment.marker(folder)), lambda _: None):
        terminal.say(f"  Ended what an earlier demo had left: {', '.join(left)}.")
    try:
        with Supervisor(logs_folder=folder.path / LOGS, terminal=terminal, record=roster.write) as supervisor:
            _run(supervisor, folder, roster, terminal)
    except EndAskedFor:
        terminal.say("Stopped before everything ran.")
    except (ChildFailed, ports.PortTaken, servers.AddressMissing, ServerFailed, ServerMissing) as error:
        terminal.say(f"\nThe demo did not start: {error}")
        return 1
    else:
        terminal.say("Stopped. The data is kept; `make demo` goes on with it.")
    finally:
        roster.remove()
    return 0


def _run(supervisor: Supervisor, folder: RunFolder, roster: Roster, terminal: Terminal) -> None:
    chosen = ports.choose(terminal)
    addresses = servers.start(supervisor, folder, terminal)
    env = environment.build(folder, addresses, chosen)
    name, value = environment.marker(folder)
    marked = {**env, name: value, "PYTHONUNBUFFERED": "1"}
    for title, (program, arguments) in _PREPARATIONS.items():
        with terminal.step(title) as step:
            supervisor.run(Spec(name=program, start=command(python(*arguments), env=marked, cwd=ROOT)), step)
    with terminal.step("Processes") as step:
        for spec in plan.specs(marked, chosen):
            supervisor.start(spec)
        supervisor.wait_ready(step, _READY_S)
    roster.facts = {
        "url": chosen.url,
        "mail_url": chosen.mail_url,
        "ports": {"web": chosen.web, "mail_smtp": chosen.mail_smtp, "mail_web": chosen.mail_web},
    }
    roster.write(supervisor.children)
    terminal.write(screen(chosen, short(folder.path)))
    supervisor.watch()
    terminal.say("\nStopping ...")
