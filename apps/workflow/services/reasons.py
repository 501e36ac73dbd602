"""Dictionaries of reasons: loaded from `reference/<app>/reasons.csv`, asked for at each decision that needs one."""

import csv
from pathlib import Path
from typing import Final

from apps.core import db
from apps.workflow import selectors
from apps.workflow.errors import ReasonTextRequired, ReasonUnknown
from apps.workflow.models import ReasonCode

OTHER: Final = "other"
_SHORTEST: Final = 10


def require(*, action: str, code: str, text: str = "") -> ReasonCode:
    """Return the reason that was given for an action. Works inside an open unit, or before it.

    Raises: reason_unknown; reason_text_required when `other` comes without at least 10 characters of text.
    """
    found: ReasonCode | None = selectors.reasons(action).filter(code=code).first()
    if found is None:
        raise ReasonUnknown(action=action, code=code)
    if code == OTHER and len(text.strip()) < _SHORTEST:
        raise ReasonTextRequired(shortest=_SHORTEST)
    return found


def load(*, folder: Path) -> int:
    """Load the reasons.csv of every app's folder; return how many were new or renamed. Works inside an open unit."""
    db.current()
    kept = {(row.action, row.code): row for row in ReasonCode.objects.all()}
    new, renamed = [], []
    for path in sorted(folder.glob("*/reasons.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                row = kept.get((line["action"], line["code"]))
                if row is None:
                    new.append(ReasonCode(action=line["action"], code=line["code"], label=line["label"]))
                elif row.label != line["label"]:
                    row.label = line["label"]
                    renamed.append(row)
    if new:
        ReasonCode.objects.bulk_create(new)
    if renamed:
        ReasonCode.objects.bulk_change(renamed, ["label"])
    return len(new) + len(renamed)
