"""Run a command against the servers of the demo: `python -m tools.runtime exec -- COMMAND...`.

Those of the running demo, those that DATABASE_URL and REDIS_URL name, or the embedded ones, started for it alone.
"""

import argparse
import subprocess
import sys

from tools.demo import environment, servers
from tools.demo.folders import LOGS, ROOT, ROSTER, run_path
from tools.demo.ports import Ports
from tools.embedded.folder import FolderBusy, RunFolder
from tools.supervise.roster import Roster
from tools.supervise.signals import EndAskedFor
from tools.supervise.supervisor import Supervisor
from tools.supervise.terminal import Terminal

_GRACE_S = 10.0
_INTERRUPTED = 130


def execute(command: list[str]) -> int:
    """Run the command and return its exit code."""
    folder = RunFolder(run_path())
    roster = Roster(folder.path / ROSTER)
    if demo := roster.running():
        if "ports" not in demo:
            print("The demo is still starting; try again when it is up.", file=sys.stderr)
            return 1
        env = environment.build(folder, servers.addresses(folder), Ports(**demo["ports"]))
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    try:
        folder.lock()
        return _with_own_servers(folder, roster, command)
    except FolderBusy:
        print(f"{folder.path} is used by another command; try again when that has ended.", file=sys.stderr)
    except servers.REFUSALS as error:
        print(error, file=sys.stderr)
    except EndAskedFor:
        return _INTERRUPTED
    return 1


def _with_own_servers(folder: RunFolder, roster: Roster, command: list[str]) -> int:
    terminal = Terminal(sys.stderr)
    roster.end_leftovers("=".join(environment.marker(folder)), lambda _: None)
    try:
        with Supervisor(logs_folder=folder.path / LOGS, terminal=terminal, record=roster.write) as supervisor:
            addresses = servers.start(supervisor, folder, terminal)
            env = environment.build(folder, addresses, Ports())
            return _run(command, env)
    finally:
        roster.remove()


def _run(command: list[str], env: dict[str, str]) -> int:
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        try:
            return process.wait()
        except EndAskedFor:
            process.terminate()
            try:
                process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()
            raise


def main() -> int:
    """Return the exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.runtime", description=__doc__)
    parser.add_argument("action", choices=["exec"])
    parser.add_argument("command", nargs="+")
    return execute(parser.parse_args().command)


if __name__ == "__main__":
    sys.exit(main())
