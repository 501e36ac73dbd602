"""What runs in the demo beside the servers: the HTTP door, the worker, the schedule and the simulators."""

import http.client
from collections.abc import Callable, Mapping

from tools.demo.environment import python
from tools.demo.folders import ROOT
from tools.demo.ports import HOST, Ports
from tools.supervise.children import Spec, command

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


def answers(port: int, path: str) -> bool:
    """Whether the address answers 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PROBE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def specs(env: Mapping[str, str], ports: Ports) -> list[Spec]:
    """Return the processes to start."""
    programs: dict[str, tuple[str, Callable[[], bool]]] = {
        "web": (
            (
                f"granian --interface wsgi --no-ws --host {HOST} --port {ports.web} --workers 1"
                f" --blocking-threads {_WEB_THREADS} config.wsgi:application"
            ),
            lambda: answers(ports.web, READY_PATH),
        ),
        "worker": (
            (
                f"celery --app config.celery worker --pool threads --concurrency {_WORKER_THREADS}"
                f" --queues {','.join(_QUEUES)} --without-gossip --without-mingle --loglevel INFO"
            ),
            lambda: True,
        ),
        "beat": ("celery --app config.celery beat --pidfile= --loglevel INFO", lambda: True),
        "simulators": (
            f"simulators --mail-smtp-port {ports.mail_smtp} --mail-web-port {ports.mail_web}",
            lambda: answers(ports.mail_web, "/"),
        ),
    }
    return [
        Spec(name=name, start=command(python("-m", *words.split()), env=env, cwd=ROOT), is_ready=is_ready)
        for name, (words, is_ready) in programs.items()
    ]
