"""The guards of holds against raw SQL of the owner; the processes' role writes none of their tables."""

import pytest
from psycopg import errors

from tests.factories import ledger as make


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("remaining = 599", "ledger_hold_equation"),
        ("amount = 700", "ledger_hold_equation"),
        ("captured = 100", "ledger_hold_equation"),
        ("remaining = 601, released = -1", "ledger_hold_amounts"),
        (
            "remaining = 0, captured = 601, over_captured = 1, status = 'captured', resolved_at = now()",
            "ledger_hold_tolerance",
        ),
        ("remaining = 0, released = 600", "ledger_hold_resolved"),
        ("status = 'released', resolved_at = now()", "ledger_hold_resolved"),
        ("remaining = 0, released = 600, status = 'released'", "ledger_hold_resolved"),
        ("account_no = account_no + 1", None),
        ("tolerance_bps = 10000", None),
        ("subject = 'other'", None),
    ],
)
def test_a_hold_outside_its_equation_is_refused(kept, raw, change, rule):
    with pytest.raises((errors.CheckViolation, errors.RestrictViolation)) as refused:
        raw("owner").execute(f"UPDATE ledger_hold SET {change} WHERE id = %s", [kept.hold])

    assert rule is None or refused.value.diag.constraint_name == rule


def test_a_hold_that_has_ended_does_not_open_again(kept, raw, unit):
    with unit():
        make.holds.release(kept.hold, reason="test", key=make.key())

    with pytest.raises(errors.CheckViolation) as refused:
        raw("owner").execute(
            "UPDATE ledger_hold SET status = 'open', remaining = 600, released = 0, resolved_at = NULL WHERE id = %s",
            [kept.hold],
        )

    assert refused.value.diag.constraint_name == "core_moves"


@pytest.mark.parametrize("change", ["delta = 0", "amount = 1", "remaining_after = 0", "at = now()"])
def test_an_event_of_a_hold_is_not_changed_by_the_owner(kept, raw, change):
    with pytest.raises(errors.RestrictViolation):
        raw("owner").execute(f"UPDATE ledger_holdevent SET {change} WHERE hold_id = %s", [kept.hold])


def test_events_of_a_hold_are_counted_once(kept, raw):
    owner = raw("owner")
    owner.execute("CREATE TEMP TABLE copy AS SELECT * FROM ledger_holdevent WHERE hold_id = %s", [kept.hold])
    owner.execute("UPDATE copy SET id = uuidv7()")

    with pytest.raises(errors.UniqueViolation) as refused:
        owner.execute("INSERT INTO ledger_holdevent SELECT * FROM copy")

    assert refused.value.diag.constraint_name == "ledger_holdevent_number"
