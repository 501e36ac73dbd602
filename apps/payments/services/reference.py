"""Reference rows of payments: what partners' codes mean, release policies, receivables, the key of partners' events."""

import csv
from datetime import date
from pathlib import Path

from apps.core import db
from apps.core.errors import NotFound
from apps.core.selectors import data_keys as key_reads
from apps.core.services import data_keys
from apps.ledger.services import accounts
from apps.partners.services import error_maps
from apps.payments.adapters import stripe_account
from apps.payments.models import ReleasePolicy
from apps.payments.selectors import inbox


def load(*, folder: Path) -> int:
    """Load error_maps.csv and release_policies.csv; return how many rows were new. Works inside an open unit.

    Order: codes, policies, receivables of each offered currency, the data key of the partner's events.
    """
    db.current()
    count = error_maps.load(path=folder / "error_maps.csv") + _policies(folder / "release_policies.csv")
    for currency in stripe_account.CAPABILITIES.currencies:
        accounts.open_(code="A:RECV", asset=currency, qualifier=stripe_account.NAME)
    _ensure_key(inbox.owner(stripe_account.NAME))
    return count


def _policies(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = set(ReleasePolicy.objects.values_list("connector", "valid_from"))
    new = [
        ReleasePolicy(connector=row["connector"], mode=row["mode"], valid_from=date.fromisoformat(row["valid_from"]))
        for row in rows
        if (row["connector"], date.fromisoformat(row["valid_from"])) not in known
    ]
    if new:
        ReleasePolicy.objects.bulk_create(new)
    return len(new)


def _ensure_key(owner: str) -> None:
    try:
        key_reads.id_of(owner)
    except NotFound:
        data_keys.create(owner=owner)
