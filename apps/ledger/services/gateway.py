"""The only caller of the SQL functions that post and that keep accounts: values in, results out, no rule.

It uses the unit's own psycopg connection with a binary cursor; the ORM would cost many times the posting.
"""

import re
from collections.abc import Sequence
from dataclasses import astuple
from functools import cache
from itertools import count
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg import RawCursor

from apps.core import db, inserts
from apps.core.inserts import Part
from apps.ledger.enums import PostingStatus
from apps.ledger.selectors import batches, postings
from apps.ledger.selectors.arrays import Bigints, Smallints, Texts
from apps.ledger.selectors.batches import Answer, Item, Left, Result
from apps.ledger.selectors.postings import Posting
from apps.ledger.selectors.promises import HoldChange, HoldResult, Placing

_POST_ONE: Final = (
    "SELECT status, txn, booked_at, balances, versions, available FROM ledger_post_one("
    "%s::uuid, %s::uuid, %s::bytea, %s::smallint, %s::date, %s::timestamptz, %s::text, %s::uuid, %s::text, %s::text, "
    "%s::jsonb, %s::uuid, %s::smallint[], %s::bigint[], %s::bigint[], %s::text[], %s::uuid, %s::bigint, %s::boolean)"
)
_POST_BATCH: Final = (
    "SELECT statuses, txns, booked, refusals, details, moved, balances, versions, available FROM ledger_post_batch("
    "%s::timestamptz, %s::text, %s::uuid, %s::uuid[], %s::uuid[], %s::bytea[], %s::smallint[], %s::date[], %s::text[], "
    "%s::text[], %s::text[]::jsonb[], %s::uuid[], %s::boolean[], %s::boolean[], %s::smallint[], %s::bigint[], "
    "%s::smallint[], %s::smallint[], %s::bigint[], %s::text[], %s::smallint[], %s::bigint[], %s::bigint[])"
)
_LOCK_BALANCES: Final = "SELECT ledger_lock_balances(%s::bigint[])"
_NO_HOLD: Final = (None, None, None)
_EVENT: Final = (
    "replayed, (event).hold_id, (event).id, (event).amount, (event).remaining_after, (event).held_after, "
    "(event).available_after, (event).at"
)
_HOLD_PLACE: Final = (
    f"SELECT {_EVENT} FROM ledger_hold_place("  # noqa: S608 - own text
    "%s::uuid, %s::uuid, %s::bytea, %s::bigint, %s::text, %s::bigint, %s::text, %s::text, "
    "%s::text, %s::int, %s::timestamptz, %s::timestamptz, %s::text)"
)
_HOLD_CHANGE: Final = (
    f"SELECT {_EVENT} FROM ledger_hold_change("  # noqa: S608 - own text
    "%s::text, %s::uuid, %s::uuid, %s::bytea, %s::bigint, %s::text, %s::timestamptz, "
    "%s::text, %s::timestamptz, %s::text)"
)
_OPEN_BALANCE: Final = "SELECT ledger_open_balance(%s::uuid, %s::bigint, %s::bigint, %s::text, %s::timestamptz)"
_SET_BOUNDS: Final = (
    "SELECT ledger_set_bounds(%s::uuid, %s::bigint, %s::bigint, %s::smallint, %s::text, %s::text, %s::timestamptz)"
)


def post_one(*, posting: Posting, txn: UUID) -> Result:
    """Write a posting as the transaction `txn`, in one round trip. Works inside an open unit.

    Actor and instant are the unit's. A posting that is there already keeps its transaction, which the result names.
    """
    order = _order(posting)
    # Before the balances are locked: everybody's postings wait for the rows of busy accounts.
    db.current().flush()
    replayed, found, posted_at, balances, versions, available = _one(_POST_ONE, *_arguments(posting, txn, order))
    amounts = [posting.legs[place].amount for place in order]
    left = dict(zip(order, map(Left, amounts, balances, available, versions), strict=True))
    status = PostingStatus.REPLAYED if replayed else PostingStatus.POSTED
    return Result(status, found, posted_at, tuple(left[place] for place in range(len(order))))


def post_last(*, posting: Posting, txn: UUID) -> None:
    """Write a posting by the end of the open unit, in one round trip with all that waits there."""
    arguments = _arguments(posting, txn, _order(posting))

    def send(parts: list[Part]) -> None:
        text, values = inserts.joined(parts, _POST_ONE)
        with connection.wrap_database_errors:
            RawCursor(connection.connection).execute(_numbered(text), [*values, *arguments])

    db.current().end_with(send)


@cache
def _numbered(text: str) -> str:
    """Return a statement with the server's own placeholders: the driver would convert one so long at every call."""
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", text)


def _order(posting: Posting) -> list[int]:
    """Return the places of the legs in the order in which balances are locked."""
    return sorted(range(len(posting.legs)), key=lambda place: posting.legs[place].account)


def _arguments(posting: Posting, txn: UUID, order: list[int]) -> tuple[Any, ...]:
    unit = db.current()
    by = unit.by
    legs = [posting.legs[place] for place in order]
    return (
        txn,
        postings.key_id(posting.key),
        postings.digest(posting),
        posting.kind,
        posting.effective_on,
        unit.at,
        by.id,
        _uuid(by.via.request_id),
        posting.subject,
        posting.reason,
        None if posting.meta is None else postings.meta_text(posting.meta),
        posting.reverses,
        Smallints.of([place + 1 for place in order]),
        Bigints.of([leg.account for leg in legs]),
        Bigints.of([leg.amount for leg in legs]),
        Texts.of([leg.asset for leg in legs]),
        *(_NO_HOLD if posting.capture is None else astuple(posting.capture)),
    )


def post_batch(*, items: Sequence[Item]) -> list[Answer]:
    """Write postings one after the other and return what became of each: None for one that was left without amounts.

    One call of the database for up to 1,000 items on 2,000 accounts; chains stay together. A key that comes again opens
    the next call, which finds it posted. Works inside an open unit.
    """
    unit = db.current()
    unit.flush()
    calls = list(batches.calls(items))
    if len(calls) > 1:
        _one(_LOCK_BALANCES, sorted({no for call in calls for no in call.accounts}))
    answers: list[Answer] = []
    for call in calls:
        row = _one(_POST_BATCH, unit.at, unit.by.id, _uuid(unit.by.via.request_id), *call.values())
        answers += call.answers(row, unit.at)
    return answers


def change_hold(*, act: Placing | HoldChange) -> HoldResult:
    """Place a hold, or change an open one, in one round trip. Works inside an open unit; actor and instant are its.

    A hold that is there already under the key of its placing keeps its id, which the result names.
    """
    unit = db.current()
    unit.flush()
    statement = _HOLD_PLACE if isinstance(act, Placing) else _HOLD_CHANGE
    replayed, *event = _one(statement, *act.values(), unit.at, unit.by.id)
    return HoldResult(PostingStatus.REPLAYED if replayed else PostingStatus.POSTED, *event)


def next_account_number() -> int:
    """Return a number that no account has. Works inside an open unit."""
    db.current()
    return int(_one("SELECT nextval('ledger_account_numbers')")[0])


def open_balance(*, account: UUID, floor: int | None, ceiling: int | None) -> None:
    """Make the hot row of an account. Works inside an open unit.

    Raises: floor_above_balance when nothing posted lies outside the bounds.
    """
    unit = db.current()
    _one(_OPEN_BALANCE, account, floor, ceiling, unit.by.id, unit.at)


def set_bounds(*, account: UUID, floor: int | None, ceiling: int | None, blocks: int, reason: str) -> None:
    """Set bounds and blocks on the hot row. Works inside an open unit.

    Raises: floor_above_balance, account_in_use, account_closed.
    """
    unit = db.current()
    _one(_SET_BOUNDS, account, floor, ceiling, int(blocks), reason, unit.by.id, unit.at)


def ensure_partitions(*, months_ahead: int) -> int:
    """Make the missing partitions of this month and the next ones; return how many. Works inside an open unit."""
    db.current()
    return int(_one("SELECT ledger_ensure_partitions(%s::int)", months_ahead)[0])


def _one(statement: str, *values: Any) -> tuple[Any, ...]:
    # Django's cursor would add its text protocol and its wrappers; its errors are wrapped the same way here.
    with connection.wrap_database_errors, connection.connection.cursor(binary=True) as cursor:
        row: tuple[Any, ...] = cursor.execute(statement, values).fetchone()
    return row


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
