"""Balances in time and the chain of the books as staff see them; on the console's host only."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.serializers import PageQuery
from apps.core.errors import NotFound, UnknownCurrency
from apps.core.money import Money
from apps.ledger.api import serializers
from apps.ledger.enums import Permission
from apps.ledger.errors import TwoTimes
from apps.ledger.selectors import anchors, balances, chain, holds, times, trial_balance
from apps.ledger.selectors.balances import Triple

_ACCOUNTS = "staff: ledger"
_CHAIN = "staff: chain of the books"


class BalanceView(ApiView):
    permission = Permission.ACCOUNT_VIEW
    query = serializers.BalanceQuery

    @operation(
        "staff_ledger_accounts_balance",
        summary="Read what an account has or had",
        tag=_ACCOUNTS,
        answers={200: serializers.AccountBalanceSerializer},
        errors=(NotFound, TwoTimes),
        description="Now, or as booked at an instant (`at`), or by value date (`effective_on`).",
    )
    def get(self, _request: Request, account: UUID) -> Response:
        now = _triple(account)
        at, on = self.params.get("at"), self.params.get("effective_on")
        if at is not None and on is not None:
            raise TwoTimes
        if at is not None:
            return self._past(times.booked(account, at=at), now.asset)
        if on is not None:
            return self._past(times.effective(account, on=on), now.asset)
        figures = {"posted": now.posted, "available": now.available, "pending_in": now.pending_in}
        told = {name: Money(figure, now.asset) for name, figure in figures.items()}
        return self.show({**told, "holds": holds.open_of(account)})

    def _past(self, posted: int, asset: str) -> Response:
        return self.show({"posted": Money(posted, asset), "available": None, "pending_in": None, "holds": None})


class DaysView(ApiView):
    permission = Permission.ACCOUNT_VIEW
    query = serializers.DaysQuery

    @operation(
        "staff_ledger_accounts_days",
        summary="Read what an account moved by value date",
        tag=_ACCOUNTS,
        answers={200: serializers.AccountDaysSerializer},
        errors=(NotFound,),
        description="Days without movement are left out.",
    )
    def get(self, _request: Request, account: UUID) -> Response:
        asset = _triple(account).asset
        found = times.days(account, **self.params)
        days = [{"effective_on": one.effective_on, "net": Money(one.net, asset), "count": one.count} for one in found]
        return self.show({"results": days})


class HoldsView(ApiView):
    permission = Permission.HOLD_VIEW
    query = serializers.HoldsQuery

    @operation(
        "staff_ledger_accounts_holds",
        summary="List the holds of an account",
        tag=_ACCOUNTS,
        answers={200: serializers.HoldSerializer},
        errors=(NotFound,),
        is_list=True,
    )
    def get(self, _request: Request, account: UUID) -> Response:
        _triple(account)
        return self.page(pagination.of_queryset(holds.of_account(account, status=self.params.get("status"))))


class TrialBalanceView(ApiView):
    permission = Permission.TRIAL_BALANCE_VIEW
    query = serializers.TrialBalanceQuery

    @operation(
        "staff_ledger_trial_balances_current",
        summary="Read the trial balance of an asset",
        tag=_ACCOUNTS,
        answers={200: serializers.TrialBalanceSerializer},
        errors=(UnknownCurrency,),
        description="What the accounts of each code come to, by value date. Codes without movement are left out.",
    )
    def get(self, _request: Request) -> Response:
        found = trial_balance.at(asset=self.params["asset"], on=self.params.get("on") or self.at.date())
        lines = [
            {
                "code": one.code,
                "name": one.name,
                "balance": Money(one.balance, found.asset),
                "accounts": one.accounts,
            }
            for one in found.lines
        ]
        told = {"asset": found.asset, "on": found.on, "lines": lines}
        return self.show({**told, "debit": found.debit, "credit": found.credit})


class HeadView(ApiView):
    permission = Permission.CHAIN_VIEW

    @operation(
        "staff_ledger_chain_head",
        summary="Read where the chain of the books stands",
        tag=_CHAIN,
        answers={200: serializers.HeadSerializer},
    )
    def get(self, _request: Request) -> Response:
        head, waiting = chain.head(), chain.waiting()
        told = {"seq": head.seq, "hash": head.hash, "sealed_at": head.sealed_at}
        return self.show({**told, "unsealed": waiting.txns, "lag_s": waiting.age_s})


class BlocksView(ApiView):
    permission = Permission.CHAIN_VIEW
    query = PageQuery

    @operation(
        "staff_ledger_blocks_list",
        summary="List the blocks of the books",
        tag=_CHAIN,
        answers={200: serializers.BlockSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(chain.blocks(), ("-seq",)))


class BlockView(ApiView):
    permission = Permission.CHAIN_VIEW

    @operation(
        "staff_ledger_blocks_read",
        summary="Read a block of the books",
        tag=_CHAIN,
        answers={200: serializers.BlockSerializer},
        errors=(NotFound,),
    )
    def get(self, _request: Request, block: UUID) -> Response:
        found = chain.named(block)
        if found is None:
            raise NotFound
        return self.show(found)


class AnchorsView(ApiView):
    permission = Permission.CHAIN_VIEW
    query = PageQuery

    @operation(
        "staff_ledger_anchors_list",
        summary="List where heads of the books were published",
        tag=_CHAIN,
        answers={200: serializers.AnchorSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(anchors.listed()))


def _triple(account: UUID) -> Triple:
    found = balances.triple(account).get(account)
    if found is None:
        raise NotFound
    return found
