"""Ports of the demo: the usual ones when they are free, else the next free ones."""

import errno
import os
import socket
from contextlib import suppress
from dataclasses import astuple, dataclass
from typing import Self

from tools.supervise.terminal import Terminal

HOST = "127.0.0.1"
METRICS_PATH = "/metrics"
_TRIES = 200
_HIGHEST = 65535


class PortRefused(Exception):
    """The port that was asked for is none or in use, or all usual ones are."""


@dataclass(frozen=True)
class Ports:
    """Where the demo listens."""

    web: int = 8000
    mail_smtp: int = 2525
    mail_web: int = 8025
    stripe: int = 8026
    sockets: int = 8001
    metrics: int = 8002

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.web}"

    @property
    def sockets_url(self) -> str:
        return f"ws://{HOST}:{self.sockets}"

    @property
    def mail_url(self) -> str:
        return f"http://{HOST}:{self.mail_web}"

    @property
    def metrics_url(self) -> str:
        return f"http://{HOST}:{self.metrics}{METRICS_PATH}"

    @property
    def stripe_url(self) -> str:
        return f"http://{HOST}:{self.stripe}"


def is_free(port: int) -> bool:
    """Whether nothing listens on the port, and no other demo counts on it."""
    with socket.socket() as probe, socket.socket(socket.AF_UNIX) as name:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            name.bind(_name(port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


class Reserved:
    """Keeps chosen ports from other demos, as a context manager.

    Each port has a name in the kernel for as long as the demo lasts, also while the process behind it starts again.
    HTTP servers share a port without a word (SO_REUSEPORT): two demos that start at once would answer in turns. The
    same option lets our own server listen beside the reservation; the others lack it, so theirs end early.
    """

    def __init__(self, chosen: Ports) -> None:
        self._shared = [_held(port) for port in (chosen.web, chosen.metrics)]
        self._names = [_named(port) for port in astuple(chosen)]
        self._others = [_held(port) for port in (chosen.mail_smtp, chosen.mail_web, chosen.stripe, chosen.sockets)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release_others()
        for held in (*self._shared, *self._names):
            held.close()

    def release_others(self) -> None:
        """Free the ports of the simulators and of the sockets, which start now."""
        for held in self._others:
            held.close()


def _held(port: int) -> socket.socket:
    """Return a socket on the port that does not listen; an unbound one while the port rests after its last use."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    with suppress(OSError):
        held.bind((HOST, port))
    return held


def _name(port: int) -> str:
    """Return an address of sockets that is no file: it ends with its process, and with the machine's network."""
    return f"\0strongroom-demo-port-{port}"


def _named(port: int) -> socket.socket:
    held = socket.socket(socket.AF_UNIX)
    with suppress(OSError):
        held.bind(_name(port))
    return held


def _asked() -> list[int]:
    """Return the port that PORT names, if it names one."""
    asked = os.environ.get("PORT")
    if asked is None:
        return []
    if not (asked.isascii() and asked.isdecimal() and 0 < int(asked) <= _HIGHEST):
        message = f"PORT={asked} is not a port: give a number from 1 to {_HIGHEST}, or leave PORT out."
        raise PortRefused(message)
    if not is_free(int(asked)):
        message = f"Port {asked} is taken, or not for this user. Choose another by PORT=, or leave PORT out."
        raise PortRefused(message)
    return [int(asked)]


def choose(terminal: Terminal) -> Ports:
    """Return free ports and say which usual ones are taken. Raises PortRefused."""
    usual = Ports()
    chosen = _asked()
    wanted = (
        ("HTTP", usual.web),
        ("mail (SMTP)", usual.mail_smtp),
        ("mail page", usual.mail_web),
        ("card partner", usual.stripe),
        ("sockets", usual.sockets),
        ("measures", usual.metrics),
    )
    for name, port in wanted[len(chosen) :]:
        free = next((other for other in range(port, port + _TRIES) if other not in chosen and is_free(other)), None)
        if free is None:
            message = f"The ports from {port} to {port + _TRIES - 1} are all taken; {name} needs one of them."
            raise PortRefused(message)
        if free != port:
            terminal.say(f"  Port {port} is taken; {name} uses {free}.")
        chosen.append(free)
    return Ports(*chosen)
