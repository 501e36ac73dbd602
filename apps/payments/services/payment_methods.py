"""Payment methods: added by the partner's token, removed by their owner. No card number ever comes here."""

import math
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import audit, db, ids, outbox
from apps.core.actors import Actor
from apps.core.errors import Stale
from apps.core.services import data_keys
from apps.partners.services import attempts
from apps.payments.adapters import registry
from apps.payments.adapters.stripe_account import ADD_CUSTOMER, ATTACH, DETACH
from apps.payments.enums import MethodStatus, Topic
from apps.payments.errors import MethodInUse, MethodNotReady, TooManyCards
from apps.payments.models import PaymentMethod
from apps.payments.selectors import methods

_DAY: Final = timedelta(hours=24)


def add(*, token: str, most: int, by: Actor, at: datetime) -> PaymentMethod:
    """Keep a card of the caller by the partner's token; the partner is asked after the commit.

    At most `most` cards are added within any 24 hours, refused and removed ones counted: each asks a bank about a card.
    Order: method with its token sealed, call prepared, audit, topic payments.payment_method.created.
    Raises: customer_required, data_erased, too_many_cards, card_in_progress.
    """
    connector, customer = registry.card_acquirer(), customers.own(by)
    with db.unit(by=by, at=at, why="add"):
        number = _next_number(customer.pk, most, at)
        known = methods.partner_customer(customer.pk, connector=connector.name, environment=connector.environment)
        method = PaymentMethod(
            pk=ids.new(),
            customer_id=customer.pk,
            number=number,
            connector=connector.name,
            environment=connector.environment,
            token_sealed=data_keys.seal(owner=customer.ref, column=methods.TOKEN, text=token),
            partner_customer=known,
        )
        method.save()
        attempts.prepare(
            connector=method.connector,
            environment=method.environment,
            operation=ATTACH if known else ADD_CUSTOMER,
            subject=method.ref,
            content={"payment_method": method.ref},
        )
        audit.record(action="payments.payment_method.add", subject=method, customer=customer.ref)
        outbox.publish(Topic.METHOD_CREATED, subject=method, customer=customer.ref)
    return method


def remove(payment_method: UUID, *, version: int, by: Actor, at: datetime) -> PaymentMethod:
    """Let the caller drop a card; the partner forgets it after the commit.

    Order: card, call prepared, audit, topic payments.payment_method.removed. A card that was refused has nothing to
    forget. Raises: customer_required, not_found, version_conflict, payment_method_not_ready while it is being added,
    payment_method_in_use while money may still come by it.
    """
    customer = customers.own(by)
    method = methods.one_for(payment_method, by=by)
    with db.unit(by=by, at=at, why="remove"):
        (held,) = db.lock(PaymentMethod, method.pk, mode="remove")
        if held.version != version:
            raise Stale(version=held.version)
        if held.status == MethodStatus.PENDING:
            raise MethodNotReady(payment_method=held.ref, state=held.status)
        if methods.is_in_use(held.pk):
            raise MethodInUse(payment_method=held.ref)
        held.delete()
        audit.record(action="payments.payment_method.remove", subject=held, customer=customer.ref)
        if held.status == MethodStatus.ACTIVE:
            attempts.prepare(
                connector=held.connector,
                environment=held.environment,
                operation=DETACH,
                subject=held.ref,
                content={"payment_method": held.ref},
            )
            outbox.publish(Topic.METHOD_REMOVED, subject=held, customer=customer.ref)
    return held


def _next_number(customer: UUID, most: int, at: datetime) -> int:
    """Return the number of the customer's next card, unless as many as allowed are of the last 24 hours."""
    newest = methods.newest(customer, limit=most)
    if len(newest) == most and (resets_at := newest[-1].created_at + _DAY) > at:
        seconds = math.ceil((resets_at - at).total_seconds())
        raise TooManyCards(most=most, resets_at=resets_at, retry_after_s=seconds)
    return newest[0].number + 1 if newest else 1
