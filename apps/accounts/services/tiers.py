"""Tiers and what each allows: reference rows, loaded after every migration; granted by whoever knows the customer.

Loading again changes names and bounds, with history; a tier or a window that was there stays.
"""

import csv
from pathlib import Path
from typing import Any
from uuid import UUID

from apps.accounts.enums import Topic
from apps.accounts.errors import TierUnknown
from apps.accounts.models import Customer, Tier, TierLimit
from apps.core import audit, db, outbox


def load(*, folder: Path) -> int:
    """Load tiers.csv and limits.csv; return how many rows were new or changed. Works inside an open unit."""
    db.current()
    tiers = {row.code: row for row in Tier.objects.all()}
    written = 0
    for line in _lines(folder / "tiers.csv"):
        row = tiers.setdefault(line["code"], Tier(code=line["code"]))
        row.rank, row.name = int(line["rank"]), line["name"]
        written += _save(row)
    limits = {_window(row): row for row in TierLimit.objects.all()}
    for line in _lines(folder / "limits.csv"):
        wanted = TierLimit(
            tier=tiers[line["tier"]],
            operation=line["operation"],
            direction=line["direction"],
            currency=line["currency"],
            window=line["window"],
        )
        row = limits.setdefault(_window(wanted), wanted)
        row.max_amount, row.max_count = _number(line["max_amount"]), _number(line["max_count"])
        written += _save(row)
    return written


def grant(*, customer: UUID, tier: str) -> None:
    """Put a customer into a tier. Works inside an open unit, which has locked, or now locks, the customer.

    Order: tier of the customer, audit, topic accounts.tier.granted. Raises: tier_unknown, not_found.
    """
    wanted = Tier.objects.filter(code=tier).first()
    if wanted is None:
        raise TierUnknown(tier=tier)
    (held,) = db.lock(Customer, customer)
    before = held.tier_id
    if before == wanted.pk:
        return
    held.tier = wanted
    held.save()
    audit.record(
        action="accounts.tier.grant",
        subject=held,
        customer=held.ref,
        before={"tier": Tier.ref_of(before)},
        after={"tier": wanted.ref, "code": tier},
    )
    outbox.publish(Topic.TIER_GRANTED, subject=held, customer=held.ref, data={"tier": tier})


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _save(row: Any) -> int:
    before = None if row._state.adding else row.version
    row.save()
    return int(before != row.version)


def _window(row: TierLimit) -> tuple[object, ...]:
    return (row.tier_id, str(row.operation), str(row.direction), row.currency, str(row.window))


def _number(text: str) -> int | None:
    return int(text) if text else None
