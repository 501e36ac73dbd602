"""`make demo-status`: processes, ports and memory of the running demo."""

from typing import Any

from tools.demo.folders import ROSTER, run_path
from tools.supervise import processes
from tools.supervise.roster import Roster

_MIB = 1024


def status() -> int:
    """Print the state; returns 1 when no demo runs."""
    found = Roster(run_path() / ROSTER).running()
    if found is None:
        print(f"No demo is running in {run_path()}. `make demo` starts one.")
        return 1
    print(_table(found))
    return 0


def _table(found: dict[str, Any]) -> str:
    ports = found.get("ports", {})
    simulators = ", ".join(str(ports[name]) for name in ("mail_smtp", "mail_web", "stripe") if name in ports)
    doors = {name: str(ports[name]) for name in ("web", "sockets", "metrics") if name in ports} | {
        "simulators": simulators
    }
    supervisor = {"name": "supervisor", "restarts": 0, **found["supervisor"]}
    rows = []
    total = 0
    for entry in (*found["processes"], supervisor):
        members = [entry["pid"]]
        if entry is not supervisor:
            members += [process.pid for process in processes.descendants(entry["pid"])]
        memory = sum(processes.pss_kib(pid) for pid in members)
        total += memory
        rows.append(
            f"  {entry['name']:<12}{entry['pid']:>8}{doors.get(entry['name']) or '-':>20}"
            f"{len(members):>11}{entry['restarts']:>10}{memory / _MIB:>9.0f} MB"
        )
    head = f"  {'':<12}{'pid':>8}{'ports':>20}{'processes':>11}{'restarts':>10}{'memory':>12}"
    url = found.get("url", "The demo is starting.")
    return "\n".join([f"{url}", "", head, *rows, f"  {'total':<61}{total / _MIB:>9.0f} MB (proportional, PSS)"])
