"""What runs in the demo beside the servers: the doors, the workers, the schedule, the measures and the simulators."""

import http.client
import signal
from collections.abc import Mapping

from tools.demo.environment import python
from tools.demo.folders import ROOT
from tools.demo.ports import HOST, METRICS_PATH, Ports
from tools.supervise.children import Spec, Start, command

READY_PATH = "/api/v1/health/ready"
QUEUES = {
    "worker": (
        "money",
        "default",
        "partner_calls",
        "webhooks_in",
        "webhooks_out",
        "files",
        "recon",
        "mail",
        "bulk",
        "analytics",
        "screening",
    ),
    "codes": ("mail_fast",),
}
"""Of each worker. A one-time code never waits behind other work."""
_THREADS = {"web": 4, "worker": 6, "codes": 2, "metrics": 1}
_PROBE_S = 2.0


def answers(port: int, path: str, status: int = http.client.OK) -> bool:
    """Whether the address answers, with 200 or another status."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PROBE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def specs(env: Mapping[str, str], ports: Ports) -> list[Spec]:
    """Return the processes to start."""
    simulators = (
        f"simulators --mail-smtp-port {ports.mail_smtp} --mail-web-port {ports.mail_web}"
        f" --stripe-port {ports.stripe} --stripe-webhook-url {ports.url}/hooks/stripe"
    )

    def start(words: str, death_signal: signal.Signals = signal.SIGTERM) -> Start:
        return command(python("-m", *words.split()), env=env, cwd=ROOT, death_signal=death_signal)

    return [
        Spec(
            name="web",
            start=start(_granian("web", "config.wsgi", ports.web)),
            is_ready=lambda: answers(ports.web, READY_PATH),
        ),
        Spec(
            name="sockets",
            start=start(f"config.sockets --host {HOST} --port {ports.sockets}"),
            # It has no page; that it says so shows that it is up.
            is_ready=lambda: answers(ports.sockets, "/", http.client.NOT_FOUND),
        ),
        # On SIGTERM they would finish their tasks first, with nobody left to wait for it; they are done again anyway.
        *(Spec(name=name, start=start(_worker(name), signal.SIGKILL)) for name in QUEUES),
        Spec(name="beat", start=start("celery --app config.celery beat --pidfile= --loglevel INFO")),
        Spec(
            name="metrics",
            start=start(_granian("metrics", "config.metrics", ports.metrics)),
            is_ready=lambda: answers(ports.metrics, METRICS_PATH),
        ),
        Spec(name="simulators", start=start(simulators), is_ready=lambda: answers(ports.mail_web, "/")),
    ]


def _granian(name: str, module: str, port: int) -> str:
    return (
        f"granian --interface wsgi --no-ws --host {HOST} --port {port} --workers 1"
        f" --blocking-threads {_THREADS[name]} {module}:application"
    )


def _worker(name: str) -> str:
    return (
        f"celery --app config.celery worker --hostname {name}@%h --pool threads --concurrency {_THREADS[name]}"
        f" --queues {','.join(QUEUES[name])} --without-gossip --without-mingle --loglevel INFO"
    )
