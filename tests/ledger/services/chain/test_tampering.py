"""The chain of the books: whatever a superuser changes in it, with every guard off, is found and named."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import actors, ids
from apps.ledger.models import Block, BoundsChange, HoldEvent, Txn, TxnLink
from apps.ledger.services.chain import Fault
from tests.ledger.services.chain.reading import newest, verify

pytestmark = [pytest.mark.own_cluster, pytest.mark.usefixtures("committed_db")]
BY = actors.system("tests.ledger")

SEALED = ("ledger_txn", "ledger_entry", "ledger_boundschange", "ledger_txnlink", "ledger_holdevent")
FLIPPED = {
    "uuid": "coalesce(encode(set_byte(uuid_send({0}), 15, get_byte(uuid_send({0}), 15) # 1), 'hex')::uuid, uuidv7())",
    "text": "coalesce(overlay({0} placing chr(ascii({0}) # 1) from 1 for 1), 'x')",
    "jsonb": "coalesce({0} || '{{\"x\": 1}}', '{{}}')",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "date": "{0} + 1",
    "xid8": "({0}::text::bigint + 1)::text::xid8",
    "bytea": "set_byte({0}, 0, get_byte({0}, 0) # 1)",
    **dict.fromkeys(("smallint", "integer", "bigint"), "coalesce({0} # 64, 64)"),
}
FLIPPED["character varying"] = FLIPPED["text"]
# A row under another id, or in another place, is named by what it now is, or by the place that it left.
PLACES = {"id", "txn_id", "xid", "epoch"}
COLUMNS = {
    "ledger_txn": (
        "id epoch xid posted_at effective_on kind legs actor correlation subject reverses approval reason_code meta"
    ),
    "ledger_entry": "txn_id account_id amount balance_after version posted_at effective_on leg asset",
    "ledger_boundschange": "id epoch xid account_id at_version floor ceiling flags reason_code actor at",
    "ledger_txnlink": "id epoch xid txn origin_txn origin_leg relation amount",
    "ledger_holdevent": (
        "id epoch xid hold_id number act amount delta remaining_after expires_at account_no held_after account_version"
        " available_after txn reason_code actor at"
    ),
}
ROWS = [table for table in SEALED if table != "ledger_entry"]
EACH = [(table, column) for table, columns in COLUMNS.items() for column in columns.split()]


def where(table):
    return "txn_id = %s AND leg = 1" if table == "ledger_entry" else "id = %s"


def ref_of(row):
    return ids.encode(row.id_prefix, row.pk)


def test_books_that_are_whole_verify_from_the_first_block(rows):
    verdict = verify(from_block=1)

    assert verdict.faults == ()
    assert verdict.blocks == Block.objects.count()
    assert verdict.rows == sum(Block.objects.values_list("count", flat=True))
    assert verdict.rows == sum(model.objects.count() for model in (Txn, BoundsChange, TxnLink, HoldEvent))


def test_every_column_is_tried():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_name = ANY(%s)", [list(SEALED)]
        )
        assert sorted(cursor.fetchall()) == sorted(EACH)


@pytest.mark.parametrize(("table", "column"), EACH)
def test_one_changed_byte_is_found_and_its_row_is_named(rows, tamper, table, column):
    seq, row = newest().seq, rows[table]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE (table_name, column_name) = (%s, %s)",
            [table, column],
        )
        (kind,) = cursor.fetchone()
    # A number that no account has, whichever tests were here before.
    flipped = (
        "account_id + 1000000" if (table, column) == ("ledger_entry", "account_id") else FLIPPED[kind].format(column)
    )
    change = f"UPDATE {table} SET {column} = {flipped} WHERE {where(table)}"

    with tamper(change, params=[row.pk]):
        faults = verify().faults

        assert {fault.block for fault in faults} == {seq}
        if column not in PLACES:
            assert faults == (Fault("altered", seq, ref_of(row)),)


@pytest.mark.parametrize("table", ROWS)
def test_a_removed_row_is_missing(rows, tamper, table):
    with tamper(f"DELETE FROM {table} WHERE id = %s", params=[rows[table].pk]):
        (fault,) = verify().faults

    assert (fault.kind, fault.block) == ("missing", newest().seq)


def test_a_removed_entry_alters_its_transaction(rows, tamper):
    txn = rows["ledger_txn"]

    with tamper("DELETE FROM ledger_entry WHERE txn_id = %s AND leg = 2", params=[txn.pk]):
        assert verify().faults == (Fault("altered", newest().seq, ref_of(txn)),)


def test_an_added_entry_alters_its_transaction(rows, tamper):
    txn = rows["ledger_txn"]
    copy = (
        "INSERT INTO ledger_entry SELECT txn_id, account_id, amount, balance_after, NULL, posted_at, effective_on, 3,"
        " asset FROM ledger_entry WHERE txn_id = %s AND leg = 1"
    )

    with tamper(copy, params=[txn.pk]):
        assert verify().faults == (Fault("altered", newest().seq, ref_of(txn)),)


@pytest.mark.parametrize("table", ROWS)
def test_an_added_row_is_named(rows, tamper, table):
    key = ids.new()
    copy = f"INSERT INTO {table} SELECT (jsonb_populate_record(t, %s::text::jsonb)).* FROM {table} t WHERE id = %s"

    with tamper(copy, params=[f'{{"id": "{key}", "txn": "{key}", "number": 9}}', rows[table].pk]):
        assert verify().faults == (Fault("added", newest().seq, ids.encode(rows[table].id_prefix, key)),)


def test_rows_that_change_places_are_both_named(rows, tamper):
    first, second = Txn.objects.order_by("-id")[:2]
    swap = "UPDATE ledger_txn t SET xid = o.xid FROM ledger_txn o WHERE t.id <> o.id AND {0} AND {1}"
    named = [f"{one}.id IN ('{first.pk}', '{second.pk}')" for one in ("t", "o")]

    with tamper(swap.format(*named)):
        assert {(fault.kind, fault.row) for fault in verify().faults} == {
            ("altered", ref_of(first)),
            ("altered", ref_of(second)),
        }


def test_an_entry_without_its_transaction_is_outside(rows, tamper):
    key = ids.new()
    copy = (
        f"INSERT INTO ledger_entry SELECT '{key}', account_id, amount, balance_after, NULL, posted_at, effective_on,"
        " leg, asset FROM ledger_entry WHERE txn_id = %s"
    )

    with tamper(copy, params=[rows["ledger_txn"].pk]):
        outside = verify().faults

    assert outside == tuple(Fault("outside", 0, f"{ids.encode('txn', key)}-{leg}") for leg in (1, 2))


@pytest.mark.parametrize("epoch", [0, 9])
def test_a_row_of_an_epoch_that_never_was_is_outside(rows, tamper, epoch):
    key = ids.new()
    copy = (
        f'INSERT INTO ledger_boundschange SELECT (jsonb_populate_record(t, \'{{"id": "{key}", "epoch": {epoch}}}\')).*'
        " FROM ledger_boundschange t WHERE id = %s"
    )

    with tamper(copy, params=[rows["ledger_boundschange"].pk]):
        assert verify().faults == (Fault("outside", 0, ids.encode("bch", key)),)


@pytest.mark.parametrize(
    "column", ["seq", "format", "epoch", "xid_from", "xid_to", "count", "leaves", "root", "prev_hash", "hash"]
)
def test_a_changed_block_is_named(rows, tamper, column):
    seq = newest().seq
    kind = "bytea" if column in ("leaves", "root", "prev_hash", "hash") else "bigint"
    flipped = "seq + 100000" if column == "seq" else FLIPPED[kind].format(column)

    with tamper(f"UPDATE ledger_block SET {column} = {flipped} WHERE seq = {seq}"):
        assert verify(from_block=seq - 1).faults == (Fault("block", seq),)


def test_a_removed_block_is_named(rows, tamper):
    seq = newest().seq

    with tamper(f"DELETE FROM ledger_block WHERE seq = {seq - 1}"):
        assert verify(from_block=seq - 2).faults == (Fault("block", seq - 1),)
        assert verify(from_block=seq).faults == (Fault("block", seq - 1),)


def test_a_range_is_read_alone_and_goes_on_behind(rows):
    last = newest().seq

    assert verify(from_block=1, to_block=2).blocks == 2
    assert verify(from_block=3).blocks == last - 2


def test_the_command_tells_what_was_read_and_what_is_wrong(rows, tamper, capsys):
    row = rows["ledger_txn"]

    call_command("verify_ledger")
    assert capsys.readouterr().out.endswith("rows, intact.\n")
    call_command("verify_ledger", from_block=1, to_block=2)
    assert (
        capsys.readouterr().out
        == f"2 blocks, {sum(Block.objects.filter(seq__lte=2).values_list('count', flat=True))} rows, intact.\n"
    )
    with (
        tamper("UPDATE ledger_txn SET subject = 'trf_other' WHERE id = %s", params=[row.pk]),
        pytest.raises(CommandError, match=f"altered in block {newest().seq} {ref_of(row)}"),
    ):
        call_command("verify_ledger")
