"""The canonical form: what SQL seals is what Python reads, whatever stands in the columns."""

import json

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import actors, clock, ids
from apps.ledger.models import Block
from apps.ledger.selectors import leaves
from apps.ledger.services import follower
from tests.factories import ledger as make
from tests.ledger import books

BY = actors.system("tests.ledger")

texts = st.none() | st.text(st.sampled_from("ab|;,~\\ \u00e9\u20ac\n\"'{}"), max_size=12)
keys = st.none() | st.uuids()
names = st.text(st.sampled_from("ab|;,~\\\u00e9 "), max_size=4)
metas = st.none() | st.dictionaries(names, st.integers() | names, max_size=3)
HEADER = (
    "INSERT INTO ledger_txn (id, posted_at, effective_on, kind, legs, actor, correlation, subject, reverses, approval,"
    " reason_code, meta) VALUES (%s, now(), (now() AT TIME ZONE 'UTC')::date, 10, 2, %s, %s, %s, %s, %s, %s, %s)"
)


@pytest.mark.own_cluster
@given(facts=st.tuples(texts, keys, texts, keys, keys, texts), meta=metas, amount=st.integers(1, 2**40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_python_make_the_same_leaf(committed_db, own_cluster, unit, facts, meta, amount):
    server, name = own_cluster
    follower.run(by=BY, at=clock.now())
    with unit():
        house, wallet = make.house(), make.wallet()
    legs = (house.no, -amount), (wallet.no, amount)
    with server.connect(name) as owner, owner.transaction():
        books.move(owner, *legs)
        txn = ids.new()
        owner.execute(HEADER, [txn, *facts, None if meta is None else json.dumps(meta)])
        books.enter(owner, txn, *legs)

    assert follower.run(by=BY, at=clock.now()) >= 3

    block = Block.objects.order_by("-seq").first()
    with unit():
        found = leaves.of_range(epoch=block.epoch, xid_from=block.xid_from, xid_to=block.xid_to)
    assert b"".join(row.hash for row in found) == bytes(block.leaves)
    assert [row.ref for row in found if row.ref.startswith("txn")] == [ids.encode("txn", txn)]


@pytest.mark.django_db
@given(hashes=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_sql_and_python_make_the_same_root(hashes):
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_tree_root(%s::bytea)", [b"".join(hashes)])
        assert bytes(cursor.fetchone()[0]) == leaves.root(hashes)
