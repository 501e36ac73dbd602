"""Wallets of the calling customer, and what is in them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import serializers
from apps.accounts.errors import CurrencyThere, CustomerRequired, NoSuchBalance, WalletClosed
from apps.accounts.models import Wallet
from apps.accounts.selectors import transactions
from apps.accounts.selectors import wallets as reads
from apps.accounts.selectors.transactions import WalletEntry
from apps.accounts.services import wallets
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.pagination import Source, Window
from apps.core.api.permissions import CUSTOMER
from apps.core.api.serializers import PageQuery
from apps.core.errors import UnknownCurrency
from apps.core.services.idempotency import Answer


class WalletView(ApiView):
    """Base of what lies below one wallet of the caller."""

    permission = CUSTOMER

    def own(self, wallet: UUID) -> Wallet:
        """Return the wallet. Raises: not_found for anybody else's."""
        return reads.one_for(wallet, by=self.actor)


class WalletsView(ApiView):
    permission = CUSTOMER
    query = PageQuery

    @operation(
        "wallets_list",
        summary="List my wallets",
        tag="wallets",
        answers={200: serializers.WalletSerializer},
        errors=(CustomerRequired,),
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(reads.wallets_for(by=self.actor)))


class OneWalletView(WalletView):
    @operation(
        "wallets_read",
        summary="Read a wallet",
        tag="wallets",
        answers={200: serializers.WalletSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, wallet: UUID) -> Response:
        return self.show(self.own(wallet))


class CurrenciesView(WalletView):
    @operation(
        "wallets_add_currency",
        summary="Add a currency",
        tag="wallets",
        request=serializers.NewCurrencySerializer,
        answers={201: serializers.BalanceSerializer},
        errors=(CustomerRequired, CurrencyThere, UnknownCurrency, WalletClosed),
        key="accepted",
        example={"currency": "JPY"},
    )
    def post(self, _request: Request, wallet: UUID) -> Response:
        own, given = self.own(wallet), self.body()
        return self.once(lambda: self._added(own, given["currency"]))

    def _added(self, own: Wallet, currency: str) -> Answer:
        wallets.add_currency(own.pk, currency=currency, by=self.actor, at=self.at)
        return self.answer(reads.balance_of(own.pk, currency=currency))


class BalancesView(WalletView):
    query = PageQuery

    @operation(
        "wallets_balances",
        summary="List the balances of a wallet",
        tag="wallets",
        answers={200: serializers.BalanceSerializer},
        errors=(CustomerRequired,),
        is_list=True,
    )
    def get(self, _request: Request, wallet: UUID) -> Response:
        found = reads.balances_of(self.own(wallet).pk)
        return self.page(pagination.of_sequence(found, lambda balance: str(balance.currency)))


class TransactionsView(WalletView):
    query = serializers.EntriesQuery

    @operation(
        "wallets_transactions",
        summary="List what happened in one currency",
        tag="wallets",
        answers={200: serializers.EntrySerializer},
        errors=(CustomerRequired, NoSuchBalance),
        is_list=True,
        description="Newest first.",
    )
    def get(self, _request: Request, wallet: UUID) -> Response:
        account = reads.account_of(self.own(wallet).pk, currency=self.params["currency"])
        return self.page(Source(lambda window: _window(account, window), lambda entry: (entry.version,)))


class StatementView(WalletView):
    query = serializers.StatementQuery

    @operation(
        "wallets_statement",
        summary="Read the current statement of one currency",
        tag="wallets",
        answers={200: serializers.StatementSerializer},
        errors=(CustomerRequired, NoSuchBalance),
        description="Unnumbered, over booking instants. Without `until` it closes on what is booked now.",
    )
    def get(self, _request: Request, wallet: UUID) -> Response:
        asked: dict[str, Any] = self.params
        found = transactions.statement(
            self.own(wallet).pk, currency=asked["currency"], since=asked.get("since"), until=asked.get("until")
        )
        return self.show(found)


def _window(account: UUID, window: Window) -> Sequence[WalletEntry]:
    after = window.after[0] if window.after else None
    if window.is_backward:
        return transactions.following(account=account, after=after or 0, limit=window.limit)
    return transactions.newest(account=account, before=after, limit=window.limit)
