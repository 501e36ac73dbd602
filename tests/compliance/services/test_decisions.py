"""Who may decide about an application, and when: refusals write nothing."""

from functools import partial

import pytest
from django.db import connection

from apps.accounts.services import customers
from apps.compliance.errors import ConflictOfInterest
from apps.compliance.models import KycApplication
from apps.compliance.services import applications
from apps.core import clock
from apps.core.errors import DomainError, InvalidState, Stale
from apps.workflow.errors import LeaseLost
from apps.workflow.models import WorkItem
from apps.workflow.services import queues
from tests.factories import accounts
from tests.factories import compliance as make
from tests.support.threads import together
from tests.support.written import nothing_written

DECISIONS = (
    ("approve", {"reason": "identity_confirmed"}),
    ("reject", {"reason": "facts_differ"}),
    ("request_more", {"wanted": ["selfie"]}),
)
every_decision = pytest.mark.parametrize(("verb", "given"), DECISIONS)


def decide(verb, application, item, by, version=None, **given):
    call = getattr(applications, verb)
    return call(application.pk, item=item.pk, version=version or item.version, by=by, at=clock.now(), **given)


def lose(item):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET lease_until = clock_timestamp() WHERE id = %s", [item.pk])


REFUSED = [
    ("approve", {"reason": "no_such"}, "reason_unknown"),
    ("approve", {"reason": "other", "note": "short"}, "reason_text_required"),
    ("reject", {"reason": "identity_confirmed"}, "reason_unknown"),
    ("request_more", {"wanted": ["selfie", "money"]}, "reason_unknown"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "given", "code"), REFUSED)
def test_a_decision_needs_a_known_reason(claimed, officer, verb, given, code):
    application, item = claimed
    with nothing_written(), pytest.raises(DomainError) as refused:
        decide(verb, application, item, officer, **given)

    assert refused.value.code == code


@pytest.mark.django_db
@every_decision
@pytest.mark.parametrize("how", ["another", "ended", "released"])
def test_a_decision_needs_a_live_lease(claimed, officer, other, verb, given, how):
    application, item = claimed
    if how == "ended":
        lose(item)
    if how == "released":
        queues.release(item.pk, by=officer, at=clock.now())
        item.refresh_from_db()
    with nothing_written(), pytest.raises(LeaseLost):
        decide(verb, application, item, other if how == "another" else officer, **given)


@pytest.mark.django_db
@every_decision
def test_a_decision_needs_the_work_as_it_was_seen(claimed, officer, verb, given):
    application, item = claimed
    with nothing_written(), pytest.raises(Stale):
        decide(verb, application, item, officer, version=item.version - 1, **given)


@pytest.mark.django_db
@every_decision
def test_a_lease_on_one_application_decides_no_other(claimed, officer, unit, verb, given):
    _, item = claimed
    with unit():
        another = make.submitted()
    with nothing_written(), pytest.raises(LeaseLost):
        decide(verb, another, item, officer, **given)


@pytest.mark.django_db
@every_decision
@pytest.mark.parametrize("how", ["linked", "same human"])
def test_nobody_decides_about_themselves(unit, verb, given, how):
    with unit():
        customer = accounts.customer()
        application = make.submitted(customer)
        officer = make.reviewer(
            **({"linked_customer": customer} if how == "linked" else {"human_id": customer.user.human_id})
        )
        _, item = make.claimed(officer, application)
    with nothing_written(), pytest.raises(ConflictOfInterest):
        decide(verb, application, item, officer, **given)


@pytest.mark.django_db
@every_decision
def test_what_is_decided_stays_decided(claimed, officer, verb, given):
    application, item = claimed
    decide("approve", application, item, officer, reason="identity_confirmed")
    item.refresh_from_db()
    with nothing_written(), pytest.raises(DomainError) as refused:
        decide(verb, application, item, officer, **given)

    assert refused.value.code == "lease_lost"


@pytest.mark.django_db
@pytest.mark.parametrize(("verb", "given"), DECISIONS[:2])
def test_a_frozen_customer_is_not_freed_by_a_decision(claimed, officer, verb, given):
    application, item = claimed
    customers.freeze(application.customer_id, reason="suspicion", by=officer, at=clock.now())
    with nothing_written(), pytest.raises(InvalidState):
        decide(verb, application, item, officer, **given)


@pytest.mark.django_db
def test_the_database_refuses_an_illegal_move(waiting):
    with pytest.raises(Exception, match="may not move from in_review to draft"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE compliance_kycapplication SET status = 'draft', version = version + 1 WHERE id = %s", [waiting.pk]
        )


@pytest.mark.slow
def test_one_of_two_reviewers_decides(committed_db, unit):
    with unit():
        first, second = make.reviewer(), make.reviewer()
        application, item = make.claimed(first)

    found = together(
        partial(decide, "approve", application, item, first, reason="identity_confirmed"),
        partial(decide, "reject", application, item, second, reason="facts_differ"),
        partial(decide, "reject", application, item, first, reason="facts_differ"),
    )

    decided = [one for one in found if isinstance(one, KycApplication)]
    refused = [one for one in found if not isinstance(one, KycApplication)]
    application.refresh_from_db()
    assert [type(one) for one in refused] == [LeaseLost, LeaseLost]
    assert [one.status for one in decided] == [application.status]
    assert WorkItem.objects.get(pk=item.pk).outcome == application.status
