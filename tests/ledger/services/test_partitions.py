"""Partitions are made ahead with their guards, and a row that found none raises the alarm."""

import datetime as dt

import pytest
from psycopg import errors as pg

from apps.core import actors, clock, ids
from apps.core.models import OutboxMessage
from apps.ledger.selectors import health
from apps.ledger.services import partitions
from apps.ledger.tasks import ensure_partitions
from tests.factories import ledger as make
from tests.ledger import books
from tests.support import database

BY = actors.system("ledger.partitions.ensure")


def test_months_are_made_once_with_their_guards(committed_db):
    made = partitions.ensure(months_ahead=5, by=BY, at=clock.now())

    again = partitions.ensure(months_ahead=5, by=BY, at=clock.now())

    assert (made > 0, again) == (True, 0)
    assert health.unguarded() == []


def test_a_new_partition_refuses_what_does_not_balance(committed_db, raw, unit):
    with unit():
        house, wallet = make.house(), make.wallet()
    owner = raw("owner")
    later = owner.execute("SELECT now() + interval '7 months'").fetchone()[0]
    owner.execute("SELECT ledger_add_partition(%s::date)", [later])
    leaf = f"ledger_entry_{later:%Y%m}"
    books.move(owner, (house.no, -5), (wallet.no, 6))
    txn = ids.new(later)
    owner.execute(books.HEADER.format(table="ledger_txn"), [txn, 10, 2])

    with pytest.raises(pg.CheckViolation) as refused:
        books.enter(owner, txn, (house.no, -5), (wallet.no, 6), table=leaf)

    assert refused.value.diag.constraint_name == "ledger_unbalanced"


@pytest.mark.django_db
def test_three_months_lie_ahead():
    assert partitions.ensure(by=BY, at=clock.now()) == 0


def test_a_row_without_partition_is_kept_and_told(committed_db, raw, unit):
    with unit():
        house, wallet = make.house(), make.wallet()
    owner = raw("owner")
    far = ids.new(dt.datetime(2150, 1, 1, tzinfo=dt.UTC))
    legs = (house.no, -5), (wallet.no, 5)
    books.move(owner, *legs)
    owner.execute(books.HEADER.format(table="ledger_txn"), [far, 10, 2])
    books.enter(owner, far, *legs)

    found = owner.execute(
        "SELECT (SELECT count(*) FROM ledger_txn_default), (SELECT count(*) FROM ledger_entry_default)"
    ).fetchone()

    assert found == (1, 2)


def test_the_alarm_names_the_tables(postgres, django_test_environment, django_db_blocker, unit):
    name = database.clone(postgres, f"test_{database.worker()}_default")
    with django_db_blocker.unblock(), database.pointed(postgres, name):
        with unit():
            house, wallet = make.house(), make.wallet()
        with postgres.connect(name) as administrator:
            administrator.execute("BEGIN")
            far = ids.new(dt.datetime(2150, 1, 1, tzinfo=dt.UTC))
            books.move(administrator, (house.no, -5), (wallet.no, 5))
            administrator.execute(books.HEADER.format(table="ledger_txn"), [far, 10, 2])
            books.enter(administrator, far, (house.no, -5), (wallet.no, 5))
            administrator.execute("COMMIT")

        partitions.ensure(by=BY, at=clock.now())

        message = OutboxMessage.objects.get(topic="ledger.default_partition.used")
        assert message.data == {"tables": ["ledger_txn", "ledger_entry"]}


@pytest.mark.django_db
def test_the_timed_job_makes_them_and_ignores_unknown_words():
    ensure_partitions(stale="argument")

    assert health.filled_defaults() == []
