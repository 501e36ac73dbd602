"""Stripe: payment methods and payment intents by the official client, over our own transport.

Pure translation: money and ids in, outcomes out. The client's own repetitions and reports are off.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import stripe

from apps.core.money import Money
from apps.partners.outcomes import ErrorRule, Outcome, Reply, Retryable, Unknown
from apps.partners.transport import NoAnswer, NotSent, Transport
from apps.payments.adapters import stripe_answers as answers
from apps.payments.adapters.stripe_account import (
    ADD_CUSTOMER,
    ATTACH,
    CAPABILITIES,
    DETACH,
    Account,
)
from apps.payments.adapters.stripe_http import StripeHttp
from apps.payments.enums import CANCEL, CHARGE, READ, SEARCH

stripe.enable_telemetry = False


class StripeAdapter:
    """Calls to one Stripe account, from any thread."""

    def __init__(self, account: Account) -> None:
        """Connect at the first call."""
        self._http = StripeHttp(Transport(account.limits))
        self._client = stripe.StripeClient(
            account.secret_key,
            base_addresses={"api": account.api_base},
            http_client=self._http,
            max_network_retries=0,
        ).v1

    def add_customer(self, *, key: str, reference: str, rules: Iterable[ErrorRule]) -> Reply:
        """Make the partner's record of a customer; nothing personal goes over."""
        params: Any = {"metadata": {"reference": reference}}
        return self._call(
            ADD_CUSTOMER,
            params,
            rules,
            answers.read_customer,
            lambda: self._client.customers.create(params, _under(key)),
        )

    def attach(self, *, key: str, token: str, customer: str, rules: Iterable[ErrorRule]) -> Reply:
        """Bind a card, by its token, to the partner's record of the customer."""
        params: Any = {"customer": customer}
        return self._call(
            ATTACH,
            params,
            rules,
            answers.read_method,
            lambda: self._client.payment_methods.attach(token, params, _under(key)),
        )

    def detach(self, *, key: str, token: str, rules: Iterable[ErrorRule]) -> Reply:
        """Unbind a card for ever."""
        params: Any = {}
        return self._call(
            DETACH,
            params,
            rules,
            answers.read_method,
            lambda: self._client.payment_methods.detach(token, params, _under(key)),
        )

    def charge(
        self, *, key: str, money: Money, token: str, customer: str, reference: str, rules: Iterable[ErrorRule]
    ) -> Reply:
        """Take money from a card at once; its bank may ask the owner to confirm first."""
        params: Any = {
            "amount": money.amount,
            "currency": money.currency.lower(),
            "confirm": True,
            "customer": customer,
            "metadata": {"reference": reference},
            "payment_method": token,
            "payment_method_types": ["card"],
        }
        return self._call(
            CHARGE, params, rules, answers.read_intent, lambda: self._client.payment_intents.create(params, _under(key))
        )

    def read(self, *, payment: str, rules: Iterable[ErrorRule]) -> Reply:
        """Read a payment by the partner's id."""
        return self._call(
            READ, {"id": payment}, rules, answers.read_intent, lambda: self._client.payment_intents.retrieve(payment)
        )

    def cancel(self, *, key: str, payment: str, rules: Iterable[ErrorRule]) -> Reply:
        """End a payment of which nothing was taken yet."""
        params: Any = {"cancellation_reason": "abandoned"}
        return self._call(
            CANCEL,
            params,
            rules,
            answers.read_intent,
            lambda: self._client.payment_intents.cancel(payment, params, _under(key)),
        )

    def search(self, *, reference: str, rules: Iterable[ErrorRule]) -> Reply:
        """Look a payment up by our reference; the partner's index may lag behind by a minute."""
        params: Any = {"query": f"metadata['reference']:'{reference}'", "limit": 2}
        return self._call(
            SEARCH, params, rules, answers.read_search, lambda: self._client.payment_intents.search(params)
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        rules: Iterable[ErrorRule],
        read: Callable[[Mapping[str, Any]], Outcome],
        send: Callable[[], object],
    ) -> Reply:
        """Make one call and turn whatever comes of it into an outcome."""
        CAPABILITIES.require(operation)
        self._http.forget()
        try:
            send()
            outcome = read(self._http.answer())
        except NotSent as error:
            outcome = Retryable(f"not_sent_{error}")
        except NoAnswer as error:
            outcome = Unknown(str(error))
        except stripe.StripeError:
            outcome = answers.refusal(self._http.last, operation=operation, rules=rules)
        except answers.UNREADABLE:
            outcome = Unknown("unreadable")
        return Reply(outcome, answers.wire(self._http.last, params))


def _under(key: str) -> Any:
    return {"idempotency_key": key}
