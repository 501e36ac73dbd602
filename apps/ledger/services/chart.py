"""The chart of accounts, the assets and the kinds of transactions: reference rows, loaded after every migration.

A code once given keeps its meaning; loading again changes names and nothing else.
"""

import csv
from pathlib import Path
from typing import Any

from apps.core import db
from apps.ledger.models import Asset, GlCode, TxnKind

_CHANGING: dict[type[Any], tuple[str, ...]] = {
    Asset: ("name",),
    GlCode: ("name",),
    TxnKind: ("name", "reversible", "meta_keys"),
}


def load(*, folder: Path) -> int:
    """Load assets.csv, codes.csv and kinds.csv; return how many rows were new or changed. Works inside an open unit."""
    db.current()
    assets = [
        Asset(code=row["code"], exponent=int(row["exponent"]), kind=row["kind"], name=row["name"])
        for row in _rows(folder / "assets.csv")
    ]
    codes = [
        GlCode(code=row["code"], account_class=row["code"][:1], normal_side=row["normal_side"], name=row["name"])
        for row in _rows(folder / "codes.csv")
    ]
    kinds = [
        TxnKind(
            no=int(row["no"]),
            code=row["code"],
            name=row["name"],
            reversible=row["reversible"] == "yes",
            meta_keys=row["meta_keys"].split(),
        )
        for row in _rows(folder / "kinds.csv")
    ]
    return _merge(Asset, assets) + _merge(GlCode, codes) + _merge(TxnKind, kinds)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _merge(model: Any, wanted: list[Any]) -> int:
    kept = {row.code: row for row in model.objects.all()}
    new = [row for row in wanted if row.code not in kept]
    changed = []
    for row in wanted:
        old = kept.get(row.code)
        values = {name: getattr(row, name) for name in _CHANGING[model]}
        if old is not None and any(getattr(old, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(old, name, value)
            changed.append(old)
    if new:
        model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_change(changed, _CHANGING[model])
    return len(new) + len(changed)
