"""What partners' codes mean: dated reference rows, loaded after every migration; a meaning once given stays dated."""

import csv
from datetime import date
from pathlib import Path

from apps.core import db
from apps.partners.models import PartnerErrorMap


def load(*, path: Path) -> int:
    """Load a connector's codes from a CSV file; return how many were new. Works inside an open unit.

    A row that is there keeps what operators made of it.
    """
    db.current()
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = set(PartnerErrorMap.objects.values_list("connector", "operation", "http_status", "code", "valid_from"))
    new = [
        PartnerErrorMap(
            connector=row["connector"],
            operation=row["operation"],
            http_status=int(row["http_status"] or 0),
            code=row["code"],
            verdict=row["verdict"],
            user_message=row["user_message"],
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        for row in rows
        if (
            row["connector"],
            row["operation"],
            int(row["http_status"] or 0),
            row["code"],
            date.fromisoformat(row["valid_from"]),
        )
        not in known
    ]
    if new:
        PartnerErrorMap.objects.bulk_create(new)
    return len(new)
