"""Simulators: stand-ins for everything outside Strongroom, each on loopback ports of its own.

They share no code with `apps` or `config`, so that a mistake made there cannot cancel itself out here.
"""

from typing import Protocol


class Simulator(Protocol):
    """One stand-in; its ports are bound when it is made, so that a taken port is known before anything runs."""

    name: str

    @property
    def addresses(self) -> dict[str, str]:
        """Where it listens, by the kind of door ("smtp", "web", ...)."""

    def start(self) -> None:
        """Answer from now on, in threads of its own; returns at once."""

    def stop(self) -> None:
        """Close every door and return when its threads have ended; harmless when called twice."""
