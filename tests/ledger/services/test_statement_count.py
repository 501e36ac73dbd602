"""What a posting costs: one statement from Python, and a fixed number inside."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import gateway, holds, journal
from tests.factories import ledger as make
from tests.ledger.drafts import lines

FROM_PYTHON = 1
INSIDE = 8
HOLDS_INSIDE = {"placed": 9, "increased": 10, "captured": 15, "released": 10}
BATCH_INSIDE = 4
CALLS = (
    "SELECT sum(calls) FILTER (WHERE toplevel), sum(calls) FILTER (WHERE NOT toplevel) FROM pg_stat_statements s"
    " JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = %s AND query ~ 'ledger_'"
    # The server tells checks of references apart by no table: the text is that of the first one which ever ran.
    " AND query !~ '^SELECT [^ ]+ FROM ONLY'"
)


@pytest.fixture
def statements(postgres, committed_database):
    """Return what counts the ledger's statements since the last call: those from outside, those of functions."""
    switch = f'ALTER DATABASE "{committed_database}" {{}} pg_stat_statements.track'
    with postgres.connect(committed_database) as administrator:
        administrator.execute(switch.format("SET") + " = 'all'")
        before = [0, 0]

        def since():
            row = administrator.execute(CALLS, [committed_database]).fetchone()
            now = [int(one or 0) for one in row]
            found = [one - other for one, other in zip(now, before, strict=True)]
            before[:] = now
            return found

        yield since
        administrator.execute(switch.format("RESET"))


def test_a_posting_is_one_round_trip(statements, committed_db, unit):
    connection.close()  # a new one counts what functions do, too
    with unit():
        house, wallet = make.house(), make.wallet(floor=None)
    with unit():
        make.move(house.pk, wallet.pk, 1)
    statements()

    for _ in range(3):
        with unit():
            make.move(house.pk, wallet.pk, 1)

    outside, inside = statements()
    assert outside == 3 * FROM_PYTHON
    assert inside == 3 * INSIDE


def test_an_act_on_a_hold_is_one_round_trip(statements, committed_db, unit):
    connection.close()
    with unit():
        house, wallet = make.house(), make.wallet(floor=None)
    acts = {
        "placed": lambda hold: make.held(wallet.pk, 10),
        "increased": lambda hold: holds.increase(hold, money=Money(5, "USD"), reason="more", key=make.key()),
        "captured": lambda hold: holds.capture(
            hold, lines=lines(wallet, house, 5), kind="p2p.transfer", key=make.key(), subject="trf_test", final=False
        ),
        "released": lambda hold: holds.release(hold, reason="over", key=make.key()),
    }
    for _ in range(2):
        found = {}
        hold = None
        for name, act in acts.items():
            statements()
            with unit():
                answer = act(hold)
            hold = hold or answer.hold
            found[name] = statements()

    assert found == {name: [FROM_PYTHON, inside] for name, inside in HOLDS_INSIDE.items()}


@pytest.mark.parametrize("size", [1, 200])
def test_a_batch_takes_the_same_statements_at_any_size(statements, committed_db, unit, size):
    connection.close()
    with unit():
        house, wallet = make.house(), make.wallet(floor=None)
    money = Money(1, "USD")
    lines = [journal.line(house.pk, money, Side.DR), journal.line(wallet.pk, money, Side.CR)]

    def batch():
        with unit():
            journal.post_many(
                postings=[
                    Draft(lines=lines, kind="p2p.transfer", key=make.key(), subject="trf_test") for _ in range(size)
                ]
            )

    batch()
    statements()

    batch()

    assert statements() == [FROM_PYTHON, BATCH_INSIDE]


def test_the_gateway_sends_errors_of_the_database_as_they_come(committed_db, unit):
    with pytest.raises(DatabaseError) as refused, unit():
        gateway._one("SELECT ledger_refuse('LG099', 'ledger_something_new')")

    assert isinstance(refused.value.__cause__, psycopg.DatabaseError)
