"""Applications of persons: the customer states and submits, a reviewer with a lease decides. Nothing is automatic.

Each submission waits in the queue `compliance.kyc`; a decision closes that work in its own unit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.accounts.enums import CustomerKind, CustomerStatus
from apps.accounts.selectors import customers as customer_rows
from apps.accounts.services import customers, identities, tiers
from apps.compliance import rules
from apps.compliance.enums import EDITABLE, KYC, ApplicationStatus, RequestStatus, TargetTier, Topic
from apps.compliance.errors import AlreadyApproved, ChecksIncomplete, ConflictOfInterest
from apps.compliance.models import InformationRequest, KycApplication
from apps.compliance.selectors import applications, facts
from apps.compliance.selectors.facts import Facts
from apps.compliance.services import sealing
from apps.core import audit, db, outbox, states
from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.workflow.commands import staff_command
from apps.workflow.services import queues, reasons

_REVIEW_WITHIN: Final = timedelta(hours=24)
_ANSWER_WITHIN: Final = timedelta(days=14)
_ANSWERED_FIRST: Final = 1


def start(*, customer: UUID, tier: TargetTier = TargetTier.TIER1, by: Actor, at: datetime) -> KycApplication:
    """Open a draft for a tier. Order: row, audit.

    Raises: application_open, already_approved, invalid_state for a customer who may not apply, not_found.
    """
    with db.unit(by=by, at=at, why="start"):
        applicant = customer_rows.by_id(customer)
        if applicant.status == CustomerStatus.ACTIVE:
            raise AlreadyApproved
        if applicant.status not in (CustomerStatus.PROSPECT, CustomerStatus.PENDING_KYC):
            raise InvalidState(state=applicant.status)
        draft = KycApplication(customer_id=customer, kind=CustomerKind.PERSON, target_tier=tier)
        draft.save()
        audit.record(action="compliance.application.start", subject=draft, customer=applications.customer_ref(draft))
        return draft


def update(application: UUID, *, stated: Facts, version: int, by: Actor, at: datetime) -> KycApplication:
    """Take over what is stated in `stated`; what is None there stays as it was. Order: row, audit.

    Raises: invalid_state unless a draft or asked for more, version_conflict, fact_invalid, country_unknown, not_found.
    """
    sealing.require_possible(stated=stated, on=at.date())
    with db.unit(by=by, at=at, why="state facts"):
        (held,) = db.lock(KycApplication, application)
        require_editable(application=held)
        db.require_version(held, version)
        named = sealing.take(application=held, stated=stated)
        held.save()
        audit.record(
            action="compliance.application.update",
            subject=held,
            customer=applications.customer_ref(held),
            data={"facts": named},
        )
        return held


def submit(application: UUID, *, by: Actor, at: datetime) -> KycApplication:
    """Hand a complete application in for review; after a request for more, that is its answer.

    Order: state, work in the queue compliance.kyc, topic compliance.application.submitted, customer under review.
    Raises: checks_incomplete naming what is missing, invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="submit"):
        (held,) = db.lock(KycApplication, application)
        require_editable(application=held)
        lacking = applications.view(held).missing
        if lacking:
            raise ChecksIncomplete(missing=lacking)
        customer, is_answer = applications.customer_ref(held), held.status == ApplicationStatus.INFO_REQUESTED
        if is_answer:
            _close_request(held)
        else:
            states.move(held, ApplicationStatus.SUBMITTED, customer=customer)
        states.move(held, ApplicationStatus.IN_REVIEW, customer=customer)
        queues.open_(
            queue=KYC.code,
            subject=held,
            title=f"Identity of a person, {held.target_tier}",
            customer=customer,
            priority=_ANSWERED_FIRST if is_answer else 0,
            due_at=at + _REVIEW_WITHIN,
        )
        outbox.publish(Topic.APPLICATION_SUBMITTED, subject=held, customer=customer)
        if not is_answer:
            customers.begin_review(held.customer_id)
        return held


@staff_command(
    "compliance.application.approve",
    permission="compliance.application.decide",
    subject="kyc",
    reasons="compliance.application.approve",
)
def approve(
    application: UUID, *, item: UUID, version: int, reason: str, note: str = "", by: Actor, at: datetime
) -> KycApplication:
    """Confirm the identity of an applicant. `item` is the work that the reviewer holds, in the version they saw.

    Order: lease, state, work closed, topic compliance.application.approved, customer active, tier, facts in force.
    Raises: lease_lost, version_conflict, conflict_of_interest, reason_unknown, reason_text_required, invalid_state,
    not_found.
    """
    with db.unit(by=by, at=at, why="approve"):
        held = _taken(application, item, version, by)
        reasons.require(action="compliance.application.approve", code=reason, text=note)
        proved = facts.identity(held)
        _decide(held, ApplicationStatus.APPROVED, item, reason, note)
        outbox.publish(Topic.APPLICATION_APPROVED, subject=held, customer=applications.customer_ref(held))
        customers.activate(held.customer_id)
        tiers.grant(customer=held.customer_id, tier=held.target_tier)
        identities.confirm(held.customer_id, legal_name=proved.legal_name, born_on=proved.born_on)
        return held


@staff_command(
    "compliance.application.reject",
    permission="compliance.application.decide",
    subject="kyc",
    reasons="compliance.application.reject",
)
def reject(
    application: UUID, *, item: UUID, version: int, reason: str, note: str = "", by: Actor, at: datetime
) -> KycApplication:
    """Reject an application; the customer reads the approved wording of the reason and may apply again.

    Order: lease, state, work closed, topic compliance.application.rejected, customer a prospect again.
    Raises: lease_lost, version_conflict, conflict_of_interest, reason_unknown, reason_text_required, invalid_state,
    not_found.
    """
    with db.unit(by=by, at=at, why="reject"):
        held = _taken(application, item, version, by)
        reasons.require(action="compliance.application.reject", code=reason, text=note)
        _decide(held, ApplicationStatus.REJECTED, item, reason, note)
        outbox.publish(Topic.APPLICATION_REJECTED, subject=held, customer=applications.customer_ref(held))
        customers.end_review(held.customer_id)
        return held


@staff_command(
    "compliance.application.request_more",
    permission="compliance.application.decide",
    subject="kyc",
    reasons="compliance.application.request_more",
)
def request_more(
    application: UUID, *, item: UUID, version: int, wanted: Sequence[str], note: str = "", by: Actor, at: datetime
) -> InformationRequest:
    """Ask the customer for more, in approved words, within 14 days; the next submission opens new work.

    Order: lease, state, request, work closed, topic compliance.information.requested.
    Raises: lease_lost, version_conflict, conflict_of_interest, reason_unknown, invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="request more"):
        held = _taken(application, item, version, by)
        for code in wanted or ("",):
            reasons.require(action="compliance.application.request_more", code=code)
        customer = applications.customer_ref(held)
        states.move(held, ApplicationStatus.INFO_REQUESTED, customer=customer, reason_text=note)
        request = InformationRequest(application=held, items=list(wanted), due_at=at + _ANSWER_WITHIN)
        request.save()
        audit.record(
            action="compliance.information.request",
            command="compliance.application.request_more",
            subject=request,
            customer=customer,
            related=[held.ref],
            data={"items": list(wanted)},
        )
        queues.close(item, outcome=ApplicationStatus.INFO_REQUESTED)
        data = {"request": request.ref}
        outbox.publish(Topic.INFORMATION_REQUESTED, subject=held, customer=customer, data=data)
        return request


def require_editable(*, application: KycApplication) -> None:
    """Refuse a change of facts or documents while others work on them. Works inside an open unit, or before it.

    Raises: invalid_state.
    """
    if application.status not in EDITABLE:
        raise InvalidState(id=application.ref, state=application.status)


def _taken(application: UUID, item: UUID, version: int, by: Actor) -> KycApplication:
    """Return the locked application of which this person holds the work."""
    queues.require(item, subject=KycApplication(pk=application), version=version, by=by)
    (held,) = db.lock(KycApplication, application)
    if rules.is_conflicted(by, held):
        raise ConflictOfInterest
    return held


def _decide(held: KycApplication, to: ApplicationStatus, item: UUID, reason: str, note: str) -> None:
    states.move(
        held,
        to,
        customer=applications.customer_ref(held),
        reason_code=reason,
        reason_text=note,
        decided_at=db.current().at,
        decision_reasons=[reason],
    )
    queues.close(item, outcome=to, reason=reason)


def _close_request(held: KycApplication) -> None:
    """Mark what was asked for as answered."""
    open_ = InformationRequest.objects.filter(application=held, status=RequestStatus.OPEN)
    for request in db.lock(InformationRequest, *open_.values_list("pk", flat=True)):
        states.move(request, RequestStatus.ANSWERED, customer=facts.owner_of(held))
