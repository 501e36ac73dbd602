"""Who may look at whom."""

from apps.accounts.selectors import customers
from apps.core.actors import Actor


def is_own(by: Actor, customer: str) -> bool:
    """Tell whether a customer (typed id) is the very person who asks, by whichever login."""
    return customer in customers.own_refs(by)
