"""Accounts: opening, freezing, closing, bounds."""

import uuid

import pytest

from apps.core import states
from apps.core.errors import InvalidState, NotFound
from apps.core.models import AuditEvent, OutboxMessage
from apps.ledger import errors
from apps.ledger.enums import AccountStatus, Flag, Side, Strength
from apps.ledger.models import Account, Balance, BoundsChange, GlCode
from apps.ledger.selectors import balances
from apps.ledger.services import accounts
from tests.factories import ledger as make

pytestmark = pytest.mark.django_db


def test_an_account_opens_with_its_balance_and_its_first_bounds(unit):
    with unit():
        account = make.wallet(floor=-50, ceiling=900)

    balance = Balance.objects.get(pk=account.no)
    assert (balance.posted, balance.held, balance.floor, balance.ceiling, balance.version) == (0, 0, -50, 900, 0)
    assert (balance.flags, balance.asset) == (0, "USD")
    assert list(BoundsChange.objects.filter(account=account).values_list("reason_code", "at_version", "floor")) == [
        ("opened", 0, -50)
    ]
    assert account.history.count() == 1


def test_an_account_opens_once_per_purpose(unit):
    owner = make.owner()

    with unit():
        first, second, other = (
            accounts.open_(code="L:WALLET", asset="USD", owner=owner, qualifier=qualifier)
            for qualifier in ("", "", "b")
        )

    assert (first.pk == second.pk, first.pk == other.pk) == (True, False)


def test_a_position_account_is_marked(unit):
    with unit():
        account = make.house("T:FX")

    assert Flag(Balance.objects.get(pk=account.no).flags) == Flag.FX_POSITION


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"code": "L:NOTHING"}, errors.CodeUnknown),
        ({"asset": "XXX"}, errors.AssetUnknown),
        ({"asset": "usd"}, errors.AssetUnknown),
        ({"owner": "a person"}, errors.ReferenceInvalid),
        ({"qualifier": "two words"}, errors.ReferenceInvalid),
        ({"floor": 1}, errors.BoundsRefused),
        ({"ceiling": -1}, errors.BoundsRefused),
        ({"pending_of": uuid.uuid4()}, errors.AssetMismatch),
    ],
)
def test_what_cannot_be_an_account_is_refused(unit, words, error):
    before = Account.objects.count()

    with pytest.raises(error), unit():
        accounts.open_(**{"code": "L:WALLET", "asset": "USD", "owner": make.owner(), **words})

    assert Account.objects.count() == before


def test_a_pending_account_shows_in_the_triple_and_blocks_closing(unit):
    with unit():
        wallet, house = make.wallet(), make.house()
        pending = accounts.open_(code="L:PEND", asset="USD", owner=wallet.owner_ref, pending_of=wallet.pk)
    with unit():
        make.move(house.pk, pending.pk, 70)

    assert figures(wallet) == (0, 0, 70)
    with pytest.raises(errors.AccountInUse) as refused, unit():
        accounts.close(wallet.pk, reason="requested")
    assert refused.value.context == {"posted": 0, "held": 0, "pending_in": 70}


def figures(account):
    found = balances.triple(account.pk)[account.pk]
    return found.available, found.posted, found.pending_in


@pytest.mark.parametrize(
    ("sides", "strength", "flags"),
    [
        ((Side.DR,), Strength.HARD, Flag.DEBIT_BLOCKED),
        ((Side.DR,), Strength.SOFT, Flag.NEW_DEBITS_BLOCKED),
        ((Side.CR,), Strength.SOFT, Flag.CREDIT_BLOCKED),
        ((Side.DR, Side.CR), Strength.HARD, Flag.DEBIT_BLOCKED | Flag.CREDIT_BLOCKED),
    ],
)
def test_a_freeze_is_on_the_hot_row_told_and_kept(unit, funded, sides, strength, flags):
    wallet, _ = funded

    with unit():
        (frozen,) = accounts.freeze(wallet.pk, sides=sides, strength=strength, reason="fraud")

    assert frozen.status == AccountStatus.FROZEN
    assert Flag(Balance.objects.get(pk=wallet.no).flags) == flags
    assert OutboxMessage.objects.get(topic="ledger.account.frozen", subject=wallet.ref).data == {
        "sides": sorted(sides),
        "strength": strength,
    }
    assert AuditEvent.objects.filter(action="ledger.account.frozen", subject=wallet.ref).count() == 1
    change = BoundsChange.objects.filter(account=wallet).latest("id")
    assert (change.reason_code, change.at_version, change.flags) == ("fraud", 1, int(flags))


def test_several_accounts_freeze_in_one_unit(unit):
    with unit():
        first, second = make.wallet(), make.wallet()

    with unit():
        frozen = accounts.freeze(second.pk, first.pk, reason="fraud")

    assert [(one.pk, one.status) for one in frozen] == [(second.pk, "frozen"), (first.pk, "frozen")]


def test_lifting_one_side_leaves_the_other(unit, funded):
    wallet, house = funded
    with unit():
        accounts.freeze(wallet.pk, reason="fraud")

    with unit():
        (account,) = accounts.unfreeze(wallet.pk, sides=[Side.CR], reason="cleared")
    with unit():
        make.move(house.pk, wallet.pk, 1)

    assert account.status == AccountStatus.FROZEN
    with pytest.raises(errors.AccountFrozen), unit():
        make.move(wallet.pk, house.pk, 1)


def test_an_unfrozen_account_moves_again(unit, funded):
    wallet, house = funded
    with unit():
        accounts.freeze(wallet.pk, reason="fraud")

    with unit():
        (account,) = accounts.unfreeze(wallet.pk, reason="cleared")
    with unit():
        make.move(wallet.pk, house.pk, 1)

    assert account.status == AccountStatus.ACTIVE


def test_an_account_with_money_is_not_closed(unit, funded):
    wallet, _ = funded

    with pytest.raises(errors.AccountInUse) as refused, unit():
        accounts.close(wallet.pk, reason="requested")

    assert refused.value.context == {"posted": 1_000, "held": 0, "pending_in": 0}
    assert Account.objects.get(pk=wallet.pk).status == AccountStatus.ACTIVE


def test_a_closed_account_stays_closed(unit, funded):
    wallet, house = funded
    with unit():
        make.move(wallet.pk, house.pk, 1_000)
    with unit():
        closed = accounts.close(wallet.pk, reason="requested")

    assert (closed.status, closed.closed_on) == (AccountStatus.CLOSED, closed.updated_at.date())
    with pytest.raises(errors.AccountClosed), unit():
        make.move(house.pk, wallet.pk, 1)
    for act in (accounts.freeze, accounts.unfreeze, accounts.close):
        with pytest.raises(errors.AccountClosed), unit():
            act(wallet.pk, reason="again")
    with pytest.raises(errors.AccountClosed), unit():
        accounts.set_bounds(wallet.pk, floor=None, ceiling=None, reason="again")


def test_bounds_follow_what_is_set(unit, funded):
    wallet, house = funded
    with unit():
        accounts.set_bounds(wallet.pk, floor=-200, ceiling=None, reason="overdraft")

    with unit():
        make.move(wallet.pk, house.pk, 1_200)

    assert figures(wallet)[1] == -200
    with pytest.raises(errors.InsufficientFunds) as refused, unit():
        make.move(wallet.pk, house.pk, 1)
    assert refused.value.context == {"line": 1, "available": 0, "needed": 1}


@pytest.mark.parametrize("bounds", [{"floor": 1_001, "ceiling": None}, {"floor": 0, "ceiling": 999}])
def test_bounds_beside_the_balance_are_refused(unit, funded, bounds):
    wallet, _ = funded

    with pytest.raises(errors.BoundsRefused) as refused, unit():
        accounts.set_bounds(wallet.pk, **bounds, reason="limit")

    assert refused.value.context == {"posted": 1_000, "held": 0}


def test_a_stranger_is_not_frozen(unit):
    with pytest.raises(NotFound), unit():
        accounts.freeze(uuid.uuid4(), reason="fraud")


def test_a_closed_account_does_not_move_again(unit):
    with unit():
        wallet = make.wallet()
    with unit():
        accounts.close(wallet.pk, reason="requested")

    closed = Account.objects.get(pk=wallet.pk)

    with pytest.raises(InvalidState), unit():
        states.move(closed, AccountStatus.ACTIVE)


def test_a_code_is_registered_once(unit):
    with unit():
        first = accounts.register_code(code="L:TEST", normal_side=Side.CR, name="Test")
        second = accounts.register_code(code="L:TEST", normal_side=Side.CR, name="Test")

    assert (first.pk, GlCode.objects.get(code="L:TEST").account_class) == (second.pk, "L")


def test_a_code_of_no_class_is_refused(unit):
    with pytest.raises(errors.CodeUnknown), unit():
        accounts.register_code(code="X:TEST", normal_side=Side.CR, name="Test")
