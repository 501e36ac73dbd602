"""What a connector can do, said as data: pages show it, tests are made of it, an undeclared call is never sent."""

from dataclasses import dataclass
from typing import Literal

Idempotency = Literal["header", "body_field", "reference_unique", "none"]
Fidelity = Literal["high", "medium", "low"]


class UnsupportedOperation(Exception):
    """An operation, or a currency, that the connector does not declare. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the largest amount of one currency, in minor units."""

    least: int
    largest: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One connector's declaration.

    `currencies` maps each code to its range; `query_by_reference` tells whether our own reference finds the partner's
    object; `webhooks` names the scheme of signatures; `fidelity` how closely the adapter is known to follow it.
    """

    operations: frozenset[str]
    currencies: dict[str, Range]
    idempotency: Idempotency
    query_by_reference: bool
    webhooks: str
    fidelity: Fidelity

    def require(self, operation: str) -> None:
        """Refuse what is not declared. Raises: UnsupportedOperation."""
        if operation not in self.operations:
            raise UnsupportedOperation(operation)
