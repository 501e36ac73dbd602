"""What a customer may still do: the bounds of the tier, the windows, and what of them is used."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from apps.accounts.enums import Direction, Operation, Window
from apps.accounts.errors import LimitExceeded
from apps.accounts.models import LimitUsage, LimitUsageEntry
from apps.core.money import Money

ROLLING: Final = timedelta(days=30)
SHORTEST_DAY: Final = timedelta(hours=20)
"""A change of time zone opens no second day before this has passed."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The most within a window: minor units and acts, None without bound."""

    window: Window
    max_amount: int | None
    max_count: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """The customer's present day: its key (local date), the instants at which it began and at which the next begins."""

    key: str
    opens_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class Used:
    """A bounded window with amount (minor units) and number of its acts, and the rows in which acts are counted."""

    bound: Bound
    amount: int
    acts: int
    day: Day
    lifetime: UUID
    of_day: UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """One bounded window as the customer sees it, in minor units of `currency`; `resets_at` is None where it slides."""

    operation: Operation
    direction: Direction
    currency: str
    window: Window
    limit: int
    used: int
    left: int
    resets_at: datetime | None


def day_of(*, tz: str, at: datetime, last_key: str | None = None, last_opens_at: datetime | None = None) -> Day:
    """Return the day that an instant counts in; a day once begun lasts 20 hours, whatever becomes of the time zone."""
    zone = ZoneInfo(tz)
    today = at.astimezone(zone).date()
    key, opens_at = today.isoformat(), _midnight(today, zone)
    ends_at = _midnight(today + timedelta(days=1), zone)
    if last_key is None or last_opens_at is None or key == last_key:
        return Day(key, last_opens_at if key == last_key and last_opens_at else opens_at, ends_at)
    if key < last_key or at < last_opens_at + SHORTEST_DAY:
        return Day(last_key, last_opens_at, max(ends_at, last_opens_at + SHORTEST_DAY))
    return Day(key, opens_at, ends_at)


def frees_at(usage: UUID, *, at: datetime, excess: int) -> datetime | None:
    """Return when `excess` minor units of the last 30 days will have left; None when that never suffices."""
    entries = LimitUsageEntry.objects.filter(usage_id=usage, at__gt=at - ROLLING).order_by("at", "id")
    for entered_at, amount in entries.values_list("at", "delta_amount"):
        excess -= amount
        if excess <= 0:
            freed: datetime = entered_at + ROLLING
            return freed
    return None


def refusal(*, operation: Operation, money: Money, full: list[Used], at: datetime) -> LimitExceeded:
    """Return what is told of an act for which these windows have no room: the one that frees last, and all."""
    blocking = [_told(one, money, at) for one in full]
    last = max(blocking, key=lambda one: (one["resets_at"] is None, one["resets_at"] or at))
    return LimitExceeded(operation=operation.value, currency=money.currency, **last, blocking=blocking)


def _told(full: Used, money: Money, at: datetime) -> dict[str, Any]:
    """Return what is told of a window without room: amounts in minor units, the act itself left out."""
    return {
        "window": full.bound.window.value,
        "limit": full.bound.max_amount,
        "used": full.amount - money.amount,
        "requested": money.amount,
        "resets_at": _resets_at(full, money, at),
    }


def _resets_at(full: Used, money: Money, at: datetime) -> datetime | None:
    """Return when this act fits; None when waiting does not help."""
    bound = full.bound
    if bound.max_amount is not None and money.amount > bound.max_amount:
        return None
    if bound.window == Window.DAY:
        return full.day.ends_at
    if bound.window == Window.ROLLING_30D and bound.max_amount is not None:
        # Where older entries do not suffice, acts of this very unit have to leave: the act alone is not too large.
        return frees_at(full.lifetime, at=at, excess=full.amount - bound.max_amount) or at + ROLLING
    return None


_STANDING: Final = """
SELECT l.operation, l.direction, l.currency, l.window, l.max_amount, c.tz, d.window_key, d.opens_at,
       coalesce(d.used_amount, 0), coalesce(u.used_amount, 0),
       coalesce((SELECT sum(e.delta_amount) FROM accounts_limitusageentry e
                  WHERE e.usage_id = u.id AND e.at > %s), 0)::bigint
  FROM accounts_customer c
  JOIN accounts_tierlimit l ON l.tier_id = c.tier_id AND l.max_amount IS NOT NULL
  LEFT JOIN accounts_limitusage u ON u.customer_id = c.id AND u.operation = l.operation
        AND u.direction = l.direction AND u.currency = l.currency AND u.window = 'lifetime'
  LEFT JOIN LATERAL (
       SELECT window_key, opens_at, used_amount FROM accounts_limitusage t
        WHERE t.customer_id = c.id AND t.operation = l.operation AND t.direction = l.direction
          AND t.currency = l.currency AND t.window = 'day'
        ORDER BY window_key DESC LIMIT 1) d ON true
 WHERE c.id = %s::uuid AND l.currency = ANY(%s)
 ORDER BY l.operation, l.currency, l.window
"""


def standing(*, customer: UUID, currencies: list[str], at: datetime) -> list[Standing]:
    """Return every bounded window of a customer in these currencies, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [at - ROLLING, customer, currencies])
        return [_standing(row, at) for row in cursor.fetchall()]


def _standing(row: tuple[Any, ...], at: datetime) -> Standing:
    operation, direction, currency, window, limit, tz, key, opens_at, of_day, of_life, rolling = row
    day = day_of(tz=tz, at=at, last_key=key, last_opens_at=opens_at)
    used = {
        Window.PER_TXN: 0,
        Window.DAY: of_day if day.key == key else 0,
        Window.ROLLING_30D: rolling,
        Window.LIFETIME: of_life,
    }[Window(window)]
    resets_at = day.ends_at if window == Window.DAY else None
    left = max(0, limit - used)
    return Standing(Operation(operation), Direction(direction), currency, Window(window), limit, used, left, resets_at)


def entries_of(subject: str) -> list[LimitUsageEntry]:
    """Return what an act (typed id) has used, the lifetime row first; what was given back already is left out."""
    found = LimitUsageEntry.objects.filter(subject=subject).select_related("usage").order_by("usage_id")
    given_back = {entry.releases_id for entry in found if entry.releases_id}
    open_ = [entry for entry in found if entry.releases_id is None and entry.pk not in given_back]
    return sorted(open_, key=lambda entry: (entry.usage.window != Window.LIFETIME, str(entry.usage_id)))


def usage_rows(customer: UUID) -> list[LimitUsage]:
    """Return what a customer has used, by window."""
    return list(LimitUsage.objects.filter(customer_id=customer).order_by("operation", "currency", "window", "id"))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
