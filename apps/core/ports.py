"""What core needs from outside the process, as protocols.

Core has a local implementation of each; others live with their adapters and are chosen by settings.
"""

from typing import Protocol


class KeyRing(Protocol):
    """Master keys that never leave their keeper: they wrap data keys and compute fingerprints."""

    @property
    def active_id(self) -> str:
        """Return the id of the master key that wraps from now on."""

    def wrap(self, data_key: bytes, *, owner: str) -> bytes:
        """Return `data_key` encrypted under the active master key, readable for this owner (typed id) only."""

    def unwrap(self, wrapped: bytes, *, key_id: str, owner: str) -> bytes:
        """Return the data key that `wrap` was given.

        Raises: crypto.Unreadable for another owner, a changed text, or a master key that is gone.
        """

    def mac(self, message: bytes) -> bytes:
        """Return 32 bytes that only this ring can compute from `message`, the same every time."""
