"""Look-ups of payees: by asking, a customer learns at most so many names a day.

The count is kept under the lock of one row a customer; a day is one of the customer's time zone, as for limits.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from apps.accounts.selectors import customers, limits
from apps.accounts.selectors.limits import Day
from apps.core import audit, db, ids
from apps.core.actors import Actor
from apps.p2p.models import PayeeLookup

_ENSURE: Final = """
INSERT INTO p2p_payeelookup (id, customer_id, day_key, opens_at, used) VALUES (%s::uuid, %s::uuid, %s, %s, 0)
    ON CONFLICT (customer_id) DO NOTHING
"""


def count(*, customer: UUID, tz: str, most: int, by: Actor, at: datetime) -> bool:
    """Count a look-up of the customer if fewer than `most` were made today; return whether it was.

    Order: counter, audit.
    """
    with db.unit(by=by, at=at, why="look up"):
        held = _held(customer, limits.day_of(tz=tz, at=at))
        day = limits.day_of(tz=tz, at=at, last_key=held.day_key, last_opens_at=held.opens_at)
        used = held.used if held.day_key == day.key else 0
        if used >= most:
            return False
        held.day_key, held.opens_at, held.used = day.key, day.opens_at, used + 1
        held.save()
        ref = customers.ref_of(customer)
        audit.record(action="p2p.payee.look_up", subject=ref, customer=ref, data={"day": day.key, "used": used + 1})
    return True


def _held(customer: UUID, day: Day) -> PayeeLookup:
    with connection.cursor() as cursor:
        cursor.execute(_ENSURE, [ids.new(), customer, day.key, day.opens_at])
    key = PayeeLookup.objects.values_list("pk", flat=True).get(customer_id=customer)
    (held,) = db.lock(PayeeLookup, key)
    return held
