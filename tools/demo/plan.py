"""What runs in the demo beside the servers: both doors, the worker, the schedule and the simulators."""

import http.client
import signal
from collections.abc import Mapping

from tools.demo.environment import python
from tools.demo.folders import ROOT
from tools.demo.ports import HOST, Ports
from tools.supervise.children import Spec, Start, command

READY_PATH = "/api/v1/health/ready"
_QUEUES = (
    "money",
    "default",
    "partner_calls",
    "webhooks_in",
    "webhooks_out",
    "files",
    "recon",
    "mail_fast",
    "mail",
    "bulk",
    "analytics",
    "screening",
)
_WEB_THREADS = 8
_WORKER_THREADS = 6
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
    web = (
        f"granian --interface wsgi --no-ws --host {HOST} --port {ports.web} --workers 1"
        f" --blocking-threads {_WEB_THREADS} config.wsgi:application"
    )
    worker = (
        f"celery --app config.celery worker --pool threads --concurrency {_WORKER_THREADS}"
        f" --queues {','.join(_QUEUES)} --without-gossip --without-mingle --loglevel INFO"
    )
    simulators = (
        f"simulators --mail-smtp-port {ports.mail_smtp} --mail-web-port {ports.mail_web}"
        f" --stripe-port {ports.stripe} --stripe-webhook-url {ports.url}/hooks/stripe"
    )

    def start(words: str, death_signal: signal.Signals = signal.SIGTERM) -> Start:
        return command(python("-m", *words.split()), env=env, cwd=ROOT, death_signal=death_signal)

    return [
        Spec(name="web", start=start(web), is_ready=lambda: answers(ports.web, READY_PATH)),
        Spec(
            name="sockets",
            start=start(f"config.sockets --host {HOST} --port {ports.sockets}"),
            # It has no page; that it says so shows that it is up.
            is_ready=lambda: answers(ports.sockets, "/", http.client.NOT_FOUND),
        ),
        # On SIGTERM it would finish its tasks first, with nobody left to wait for it; they are done again anyway.
        Spec(name="worker", start=start(worker, signal.SIGKILL)),
        Spec(name="beat", start=start("celery --app config.celery beat --pidfile= --loglevel INFO")),
        Spec(name="simulators", start=start(simulators), is_ready=lambda: answers(ports.mail_web, "/")),
    ]
