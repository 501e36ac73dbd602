"""Moving a row from one state to another: checked against the enum, written only from the state that was seen."""

import re
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist

from apps.core import audit, db
from apps.core.errors import InvalidState, ProgrammingFault, Stale

_WORD_BORDER: Final = re.compile(r"(?<!^)(?=[A-Z])")


def move(
    row: Any, to: Any, *, customer: str | None = None, reason_code: str = "", reason_text: str = "", **stamp: Any
) -> None:
    """Move `row.status` to `to`, with history and the audit event `<app>.<noun>.<to>`. Works inside an open unit.

    `to` is a member of the status enum, whose `moves()` tells what may follow what. `<to>_at` is stamped where the row
    has such a column; `stamp` sets further columns.
    Raises: invalid_state, also when somebody else moved the row meanwhile; the context names the current state.
    version_conflict when it changed within its state. ProgrammingFault when `row` carries other unsaved changes.
    """
    pending = row.unsaved()
    if pending:
        message = f"save {', '.join(sorted(pending))} of {row.ref} before the move, or pass them along"
        raise ProgrammingFault(message)
    source = type(to)(row.status)
    if to not in type(to).moves()[source]:
        raise InvalidState(id=row.ref, state=source.value, wanted=to.value)
    values = {"status": to.value, **_stamped(row, to), **stamp}
    try:
        row.change_row(values, status=source.value)
    except Stale as error:
        raise _lost(row, source, to, error) from error
    for name, value in values.items():
        setattr(row, name, value)
    row.accept_change(db.current().at, values)
    meta = row._meta
    audit.record(
        action=f"{meta.app_label}.{_noun(row)}.{to.value}",
        subject=row,
        customer=customer,
        before={"status": source.value},
        after={"status": to.value},
        reason_code=reason_code,
        reason_text=reason_text,
    )


def _lost(row: Any, source: Any, to: Any, error: Stale) -> Exception:
    """Tell a row that somebody moved from one that somebody changed in its old state."""
    current = type(row).all_objects.values_list("status", flat=True).get(pk=row.pk)
    return error if current == source.value else InvalidState(id=row.ref, state=current, wanted=to.value)


def _stamped(row: Any, to: Any) -> dict[str, Any]:
    column = f"{to.value}_at"
    try:
        row._meta.get_field(column)
    except FieldDoesNotExist:
        return {}
    return {column: db.current().at}


def _noun(row: Any) -> str:
    """Return the noun of audit actions and topics: the model's name in words."""
    return _WORD_BORDER.sub("_", type(row).__name__).lower()
