"""The follower: what was posted is sealed once, in the order of the chain, and added to the sums of its days."""

import pytest
from django.core.management import call_command
from django.db import connection

from apps.core import actors, clock, db
from apps.core.models import OutboxMessage
from apps.ledger.models import BalanceDay, BalanceMark, Block, Txn
from apps.ledger.selectors import chain
from apps.ledger.services import follower, journal
from apps.ledger.tasks import follow
from tests.factories import ledger as make
from tests.support.threads import together

pytestmark = [pytest.mark.own_cluster, pytest.mark.usefixtures("committed_db")]
BY = actors.system("tests.ledger")


def run(**options):
    return follower.run(**options, by=BY, at=clock.now())


@pytest.fixture(autouse=True)
def sealed(committed_db):
    run()


@pytest.fixture
def pair(unit):
    with unit():
        accounts = make.house(), make.wallet()
    run()
    return accounts


@pytest.fixture
def send(unit, pair):
    house, wallet = pair

    def once(amount, **words):
        with unit():
            return make.move(house.pk, wallet.pk, amount, **words)

    return once


def newest():
    return Block.objects.order_by("-seq").first()


def days(account):
    return list(BalanceDay.objects.filter(account_id=account.no).values_list("effective_on", "net", "count"))


def marks(account):
    return list(BalanceMark.objects.filter(account_id=account.no).values_list("booked_on", "last_version", "posted"))


def test_postings_are_sealed_into_a_block_that_follows_the_last(send):
    before = newest()
    for amount in (1, 2, 3):
        send(amount)

    assert run() == 3

    block = newest()
    assert (block.seq, block.count, len(block.leaves)) == (before.seq + 1, 3, 96)
    assert block.epoch >= before.epoch
    assert (block.prev_hash, block.xid_from) == (before.hash, before.xid_to)
    told = OutboxMessage.objects.get(topic="ledger.block.sealed", subject=block.ref)
    assert told.data == {"seq": block.seq, "count": 3, "assets": ["USD"]}


def test_openings_and_returns_are_sealed_too(unit, send):
    sent = send(100)
    with unit():
        journal.reverse(txn=sent.txn, key=make.key(), reason="mistake")
    with unit():
        make.wallet()

    assert run() == 1 + 1 + 2 + 1


def test_nothing_new_makes_no_block():
    before = newest()

    assert run() == 0
    assert newest().seq == before.seq


def test_days_and_marks_add_up_and_nothing_is_added_twice(pair, send):
    house, wallet = pair
    today = clock.now().date()
    send(100)
    run()
    send(50)
    send(25)
    run()
    run()

    assert (days(wallet), days(house)) == ([(today, 175, 3)], [(today, -175, 3)])
    assert (marks(wallet), marks(house)) == ([(today, 3, 175)], [(today, 3, -175)])


def test_a_back_dated_posting_is_added_to_its_value_date(pair, send):
    _, wallet = pair
    today = clock.now().date()
    first = today.replace(day=1)
    send(100)
    send(7, effective_on=first)
    run()

    assert sum(net for day, net, _ in days(wallet) if day == first) == (107 if first == today else 7)
    assert sum(net for _, net, _ in days(wallet)) == 107
    assert marks(wallet) == [(today, 2, 107)]


def test_an_open_transaction_is_waited_for_and_not_skipped(pair, send):
    house, wallet = pair
    send(1)
    with db.unit(by=BY, at=clock.now()):
        make.move(house.pk, wallet.pk, 2)

        assert together(run)[0] in (0, 1)
        assert chain.waiting().txns >= 1

    run()
    assert chain.waiting().txns == 0
    assert days(wallet) == [(clock.now().date(), 3, 2)]


def test_versions_sealed_out_of_order_leave_the_last_balance(pair, send):
    """A transaction that began first may post last: its version is higher, and it is sealed before."""
    house, wallet = pair
    with db.unit(by=BY, at=clock.now()):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        together(lambda: send(1))
        make.move(house.pk, wallet.pk, 2)

    assert run(block_max=1) == 2

    assert marks(wallet) == [(clock.now().date(), 2, 3)]
    assert Txn.objects.order_by("-id").first().xid < newest().xid_to


def test_only_one_runner_seals(send):
    for amount in (1, 2, 3, 4, 5):
        send(amount)

    assert sum(together(*[run] * 4)) == 5


def test_a_block_is_cut_at_the_border_of_a_transaction(send):
    for amount in (1, 2, 3):
        send(amount)
    before = newest().seq

    assert run(block_max=2) == 3
    assert list(Block.objects.filter(seq__gt=before).order_by("seq").values_list("count", flat=True)) == [2, 1]


def test_the_task_and_the_command_do_the_same(send, capsys):
    send(1)
    follow()
    assert chain.waiting().txns == 0
    send(2)
    call_command("follow_ledger", once=True)

    assert capsys.readouterr().out == "1 rows sealed.\n"


def test_what_waits_is_measured(send):
    assert chain.waiting() == chain.Waiting(0, 0)
    sent = send(5)

    waiting = chain.waiting()

    assert waiting.txns == 1
    assert 0 <= waiting.age_s <= (clock.now() - sent.posted_at).total_seconds() + 1
