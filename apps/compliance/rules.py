"""Who may review whom."""

from apps.accounts.selectors import customers
from apps.compliance.models import KycApplication
from apps.core import ids
from apps.core.actors import Actor


def is_conflicted(by: Actor, application: KycApplication) -> bool:
    """Tell whether an application is of the very person who would review it, whichever of their logins they use."""
    return ids.encode("cus", application.customer_id) in customers.own_refs(by)
