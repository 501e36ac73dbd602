"""Reads of top-ups."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.selectors import customers
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.partners.selectors import attempts
from apps.payments.enums import OPEN, TopUpStatus
from apps.payments.models import ReleasePolicy, TopUp

SECRET: Final = "payments.TopUp.client_secret_sealed"  # noqa: S105 - the name of a column


@dataclass(frozen=True, slots=True)
class NextAction:
    """What the owner of the card does: confirm the payment with the bank, by the partner's code, until an instant."""

    connector: str
    client_secret: str = field(repr=False)
    action_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """A top-up with what its owner does now."""

    row: TopUp
    next_action: NextAction | None

    def __getattr__(self, name: str) -> Any:
        """Return what the row itself says."""
        return getattr(self.row, name)


def top_ups_for(*, by: Actor) -> QuerySet[TopUp]:
    """Return the top-ups of the calling customer. Raises: customer_required."""
    found: QuerySet[TopUp] = TopUp.objects.filter(customer=customers.own(by))
    return found


def of_customer(customer: UUID) -> QuerySet[TopUp]:
    """Return the top-ups of a customer, for staff. The caller orders by id."""
    rows: QuerySet[TopUp] = TopUp.objects.filter(customer_id=customer)
    return rows


def one_for(top_up: UUID, *, by: Actor) -> TopUp:
    """Return a top-up of the calling customer. Raises: customer_required; not_found for any other one."""
    found = top_ups_for(by=by).filter(pk=top_up).first()
    if found is None:
        raise NotFound(top_up=TopUp.ref_of(top_up))
    return found


def by_id(top_up: UUID) -> TopUp:
    """Return a top-up."""
    found: TopUp = TopUp.objects.get(pk=top_up)
    return found


def state_of(top_up: TopUp) -> State:
    """Return a top-up with what its owner does now. Raises: data_erased."""
    if top_up.status != TopUpStatus.REQUIRES_ACTION:
        return State(top_up, None)
    owner = customers.ref_of(top_up.customer_id)
    secret = data_keys.open_text(owner=owner, column=SECRET, sealed=top_up.client_secret_sealed)
    return State(top_up, NextAction(top_up.connector, secret, top_up.action_expires_at))


def of_attempt(attempt: UUID) -> TopUp:
    """Return the top-up that a call is about. Raises: not_found, also for a call about anything else."""
    return of_ref(attempts.by_id(attempt).subject)


def of_ref(ref: str) -> TopUp:
    """Return a top-up by its typed id. Raises: not_found."""
    try:
        found: TopUp | None = TopUp.objects.filter(pk=ids.decode(TopUp.id_prefix, ref)).first()
    except ids.BadId as error:
        raise NotFound from error
    if found is None:
        raise NotFound(top_up=ref)
    return found


def by_partner(*, connector: str, environment: str, reference: str, payment: str) -> TopUp | None:
    """Return the top-up that a partner speaks of, by our reference or by the partner's id of the payment."""
    rows = TopUp.objects.filter(connector=connector, environment=environment)
    if reference:
        try:
            rows = rows.filter(pk=ids.decode(TopUp.id_prefix, reference))
        except ids.BadId:
            return None
    else:
        rows = rows.filter(partner_ref=payment)
    found: TopUp | None = rows.first()
    return found


def due(*, at: datetime, limit: int) -> list[UUID]:
    """Return open top-ups that are to be looked at again, the longest overdue first."""
    rows = TopUp.objects.filter(status__in=OPEN, next_check_at__lte=at).order_by("next_check_at", "id")
    return list(rows.values_list("pk", flat=True)[:limit])


def overdue(*, since: datetime, limit: int) -> list[UUID]:
    """Return top-ups that have had no outcome since before an instant and that nobody looks at, the oldest first."""
    rows = TopUp.objects.filter(status=TopUpStatus.UNKNOWN, escalated_at__isnull=True, unknown_at__lte=since)
    return list(rows.order_by("unknown_at", "id").values_list("pk", flat=True)[:limit])


def release_policy(connector: str, *, on: date) -> ReleasePolicy:
    """Return the policy of a day. Raises: not_found when none is dated so."""
    rows = ReleasePolicy.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), connector=connector)
    found: ReleasePolicy | None = rows.filter(valid_from__lte=on).order_by("-valid_from").first()
    if found is None:
        raise NotFound(release_policy=connector)
    return found
