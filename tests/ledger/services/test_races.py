"""Several connections at once: nothing is paid twice, nothing is overdrawn, nothing deadlocks."""

import pytest
from django.db import connection

from apps.core.errors import Busy, LostRace
from apps.core.money import Money
from apps.ledger import errors
from apps.ledger.enums import PostingStatus, Side
from apps.ledger.models import Entry, PostingKey
from apps.ledger.selectors import balances, invariants
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import accounts, journal
from apps.ledger.services.journal import Posted
from tests.factories import ledger as make
from tests.support.threads import together


@pytest.fixture
def wallet(committed_db, unit):
    with unit():
        house, wallet = make.house(), make.wallet()
    with unit():
        make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
    return wallet, house


def in_unit(unit, call):
    def run():
        with unit():
            return call()

    return run


def outcomes(found):
    return sorted(type(one).__name__ for one in found)


def test_two_transfers_that_together_overdraw_pass_once(wallet, unit):
    wallet, house = wallet
    pay = in_unit(unit, lambda: make.move(wallet.pk, house.pk, 600))

    found = together(pay, pay)

    assert outcomes(found) == ["InsufficientFunds", "Posted"]
    assert balances.triple(wallet.pk)[wallet.pk].posted == 400


def test_many_writers_on_one_account_lose_no_update(wallet, unit):
    wallet, house = wallet
    pay = in_unit(unit, lambda: make.move(wallet.pk, house.pk, 130))

    found = together(*[pay] * 10)

    assert outcomes(found) == ["InsufficientFunds"] * 3 + ["Posted"] * 7
    assert balances.triple(wallet.pk)[wallet.pk].posted == 1_000 - 7 * 130


def test_one_key_at_once_that_takes_all_there_is_refuses_nobody(wallet, unit):
    wallet, house = wallet
    key = make.key()
    pay = in_unit(unit, lambda: make.move(wallet.pk, house.pk, 1_000, key=key))

    found = together(*[pay] * 6)

    assert {type(one) for one in found} <= {Posted, errors.KeyRace}
    assert sum(isinstance(one, Posted) and one.status == PostingStatus.POSTED for one in found) == 1
    assert pay().status == PostingStatus.REPLAYED


def test_one_key_at_once_posts_once_and_repeats_give_that_posting(wallet, unit):
    wallet, house = wallet
    key = make.key()
    pay = in_unit(unit, lambda: make.move(wallet.pk, house.pk, 100, key=key))

    found = together(*[pay] * 6)
    again = pay()

    posted = [one for one in found if isinstance(one, Posted)]
    assert [type(one) for one in found if not isinstance(one, Posted)] == [errors.KeyRace] * (6 - len(posted))
    assert {one.txn for one in posted} == {again.txn}
    assert [one.status for one in posted].count(PostingStatus.POSTED) == 1
    assert again.status == PostingStatus.REPLAYED
    assert balances.triple(wallet.pk)[wallet.pk].posted == 900
    assert PostingKey.objects.filter(result_id=again.txn).count() == 1


def test_a_lost_race_for_a_key_may_be_tried_again():
    assert issubclass(errors.KeyRace, LostRace)
    assert issubclass(errors.KeyRace, Busy)


def test_a_transaction_is_reversed_once(wallet, unit):
    wallet, house = wallet
    with unit():
        sent = make.move(wallet.pk, house.pk, 300)
    back = in_unit(unit, lambda: journal.reverse(txn=sent.txn, key=make.key(), reason="mistake"))

    found = together(*[back] * 4)

    assert outcomes(found) == ["Posted"] + ["ReturnExceedsOriginal"] * 3
    assert balances.triple(wallet.pk)[wallet.pk].posted == 1_000


def test_opposite_transfers_and_rings_never_deadlock(wallet, unit):
    first, _ = wallet
    with unit():
        others = [make.wallet(floor=None) for _ in range(2)]
    ring = [first, *others]
    moves = [(ring[n], ring[(n + step) % 3]) for n in range(3) for step in (1, 2)]

    def many(payer, payee):
        def run():
            for _ in range(15):
                with unit():
                    make.move(payer.pk, payee.pk, 1)

        return run

    found = together(*[many(*move) for move in moves])

    assert found == [None] * 6
    assert sum(one.posted for one in balances.triple(*[one.pk for one in ring]).values()) == 1_000


def test_batches_in_opposite_order_never_deadlock_and_keep_the_sum(wallet, unit):
    first, _ = wallet
    with unit():
        ring = [first, *(make.wallet(floor=None) for _ in range(3))]
    drafts = [(payer, payee) for payer in ring for payee in ring if payer is not payee]

    def batches(order):
        def run():
            codes = set()
            for _ in range(15):
                with unit():
                    outcomes = journal.post_many(postings=[transfer(*one) for one in order])
                codes |= {type(one) for one in outcomes}
            return codes

        return run

    def single():
        for _ in range(30):
            with unit():
                make.move(ring[2].pk, ring[1].pk, 1)

    *found, alone = together(batches(drafts), batches(drafts[::-1]), batches(drafts[::2]), single)

    assert (found, alone) == ([{Posted}] * 3, None)
    assert sum(one.posted for one in balances.triple(*[one.pk for one in ring]).values()) == 1_000


def test_one_key_by_both_paths_at_once_posts_once(wallet, unit):
    wallet, house = wallet
    one = transfer(wallet, house)
    alone = in_unit(unit, lambda: journal.post(lines=one.lines, kind=one.kind, key=one.key, subject=one.subject))
    batch = in_unit(unit, lambda: journal.post_many(postings=[one])[0])

    found = together(alone, batch, alone, batch)

    posted = [one for one in found if isinstance(one, Posted)]
    assert [type(one) for one in found if not isinstance(one, Posted)] == [errors.KeyRace] * (4 - len(posted))
    assert [one.status for one in posted].count(PostingStatus.POSTED) == 1
    assert balances.triple(wallet.pk)[wallet.pk].posted == 999


def transfer(payer, payee):
    lines = [journal.line(payer.pk, Money(1, "USD"), Side.DR), journal.line(payee.pk, Money(1, "USD"), Side.CR)]
    return Draft(lines=lines, kind="p2p.transfer", key=make.key(), subject="trf_test")


def test_no_posting_passes_a_freeze_that_has_returned(wallet, unit):
    wallet, house = wallet

    def freeze():
        with unit():
            accounts.freeze(wallet.pk, sides=[Side.DR], reason="fraud")
        return Entry.objects.filter(account_id=wallet.no).count()

    def pay():
        for _ in range(20):
            with unit():
                make.move(wallet.pk, house.pk, 1)

    at_freeze, *rest = together(freeze, pay, pay)

    assert [type(one) for one in rest] == [errors.AccountFrozen] * 2
    assert Entry.objects.filter(account_id=wallet.no).count() == at_freeze


def test_an_account_of_one_purpose_opens_once(committed_db, unit):
    owner = make.owner()
    open_ = in_unit(unit, lambda: accounts.open_(code="L:WALLET", asset="USD", owner=owner))

    found = together(open_, open_, open_)

    assert len({one.pk for one in found if not isinstance(one, Exception)}) == 1
    assert {getattr(one, "code", "") for one in found if isinstance(one, Exception)} <= {"duplicate"}


def test_readers_see_a_constant_total_and_no_overdraft(wallet, unit):
    wallet, house = wallet

    def read():
        seen = set()
        for _ in range(40):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT sum(posted), min(CASE WHEN account_id = %s THEN posted END) FROM ledger_balance"
                    " WHERE account_id = ANY(%s)",
                    [wallet.no, [wallet.no, house.no]],
                )
                total, least = cursor.fetchone()
            seen.add((int(total), least >= 0))
        return seen

    def pay():
        for _ in range(20):
            with unit():
                make.move(wallet.pk, house.pk, 40)
            with unit():
                make.move(house.pk, wallet.pk, 40)

    seen, *rest = together(read, pay)

    assert (seen, rest) == ({(0, True)}, [None])


def test_the_books_are_whole_after_all_that(committed_db):
    assert {code: check() for code, check in invariants.checks() if check()} == {}
