"""`make demo`: starts everything, shows one screen, and keeps it running until Ctrl-C."""

import json
import sys
from dataclasses import asdict, dataclass

from tools.demo import environment, plan, ports, servers
from tools.demo.environment import python
from tools.demo.folders import LOGS, ROOT, ROSTER, STAFF, claim, short
from tools.demo.screen import screen
from tools.demo.seed.people import PEOPLE
from tools.embedded.folder import FolderBusy, RunFolder
from tools.supervise.children import Spec, command
from tools.supervise.roster import Roster
from tools.supervise.signals import EndAskedFor
from tools.supervise.supervisor import Supervisor
from tools.supervise.terminal import Terminal

_READY_S = 120.0
_PREPARATIONS = {
    "Database schema": ("migrate", ["-m", "tools.migrate"]),
    "Company": ("seed", ["-m", "tools.demo.seed"]),
}
_SHOWN = 5
_INTERRUPTED = 130


def start() -> int:
    """Run the demo until it is asked to end; return the exit code."""
    terminal = Terminal()
    if sys.platform != "linux":
        terminal.say(f"The demo needs Linux; this is {sys.platform}. A Linux container or virtual machine will do.")
        return 1
    try:
        _run(claim(terminal), terminal)
    except (EndAskedFor, KeyboardInterrupt):
        terminal.say("Stopped before everything ran.")
        return _INTERRUPTED
    except (FolderBusy, ports.PortRefused, *servers.REFUSALS) as error:
        terminal.say(f"\nThe demo did not start: {error}")
        return 1
    terminal.say("Stopped. The data is kept; `make demo` goes on with it.")
    return 0


def _run(folder: RunFolder, terminal: Terminal) -> None:
    terminal.say(f"Strongroom's demo keeps everything in {short(folder.path)}.")
    roster = Roster(folder.path / ROSTER)
    try:
        Demo(folder, terminal, roster).run()
    finally:
        roster.remove()


@dataclass(frozen=True)
class Demo:
    """One run of the demo in a locked folder."""

    folder: RunFolder
    terminal: Terminal
    roster: Roster

    def run(self) -> None:
        """Start everything and keep it running; at the end nothing is left."""
        name, value = environment.marker(self.folder)
        self.roster.end_leftovers(
            f"{name}={value}", lambda process: self.terminal.say(f"  Ending an earlier {process} ...")
        )
        environment.empty_metrics(self.folder)
        chosen = ports.choose(self.terminal)
        logs = self.folder.path / LOGS
        with (
            ports.Reserved(chosen) as reserved,
            Supervisor(logs_folder=logs, terminal=self.terminal, record=self.roster.write) as supervisor,
        ):
            addresses = servers.start(supervisor, self.folder, self.terminal)
            env = environment.build(self.folder, addresses, chosen)
            marked = {**env, name: value, "PYTHONUNBUFFERED": "1"}
            self._prepare(supervisor, marked)
            reserved.release_others()
            self._start_processes(supervisor, marked, chosen)
            self.terminal.write(self._screen(chosen))
            supervisor.watch()
            self.terminal.say("\nStopping ...")

    def _screen(self, chosen: ports.Ports) -> str:
        path = self.folder.path / STAFF
        staff = json.loads(path.read_text()) if path.exists() else []
        customers = [person.email for person in PEOPLE[:2]]
        return screen(chosen, short(self.folder.path), customers=customers, staff=staff)

    def _prepare(self, supervisor: Supervisor, env: dict[str, str]) -> None:
        for title, (program, arguments) in _PREPARATIONS.items():
            with self.terminal.step(title) as step:
                supervisor.run(Spec(name=program, start=command(python(*arguments), env=env, cwd=ROOT)), step)

    def _start_processes(self, supervisor: Supervisor, env: dict[str, str], chosen: ports.Ports) -> None:
        with self.terminal.step("Processes") as step:
            for spec in plan.specs(env, chosen):
                supervisor.start(spec)
            supervisor.wait_ready(step, _READY_S)
        self.roster.facts = {
            "url": chosen.url,
            "mail_url": chosen.mail_url,
            "metrics_url": chosen.metrics_url,
            "ports": asdict(chosen),
            "customers": [{"email": person.email, "name": person.name} for person in PEOPLE[:_SHOWN]],
        }
        self.roster.write(supervisor.children)
