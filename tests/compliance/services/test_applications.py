"""A customer states, submits and answers; a reviewer with a lease decides."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from apps.accounts.models import Customer
from apps.accounts.selectors import customers as customers_read
from apps.accounts.services import customers
from apps.compliance.enums import KYC
from apps.compliance.errors import AlreadyApproved, ApplicationOpen, ChecksIncomplete
from apps.compliance.models import InformationRequest, KycApplication
from apps.compliance.selectors import applications as reading
from apps.compliance.selectors import facts
from apps.compliance.selectors.facts import Facts
from apps.compliance.services import applications
from apps.core import clock
from apps.core.errors import DomainError, InvalidState, Stale
from apps.core.models import AuditEvent, OutboxMessage
from apps.workflow import selectors as work
from apps.workflow.models import WorkItem
from tests.factories import accounts
from tests.factories import compliance as make
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def news():
    return [topic for topic in topics() if topic.startswith("compliance.")]


def topics():
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))


def customer_of(application):
    return Customer.objects.select_related("tier").get(pk=application.customer_id)


def decide(verb, application, item, by, **more):
    call = getattr(applications, verb)
    return call(application.pk, item=item.pk, version=item.version, by=by, at=clock.now(), **more)


def test_start_makes_a_draft(draft):
    assert (draft.status, draft.target_tier, draft.kind) == ("draft", "tier1", "person")
    assert AuditEvent.objects.filter(action="compliance.application.start", subject=draft.ref).count() == 1
    assert reading.view(draft).missing == [*facts.COLUMNS, "identity_document"]


def test_start_refuses_a_second_open_one(draft, officer):
    with nothing_written(), pytest.raises(ApplicationOpen):
        applications.start(customer=draft.customer_id, by=officer, at=clock.now())


def test_start_refuses_a_frozen_customer(unit, officer):
    with unit():
        customer = accounts.customer()
    customers.freeze(customer.pk, reason="suspicion", by=officer, at=clock.now())
    with nothing_written(), pytest.raises(InvalidState):
        applications.start(customer=customer.pk, by=officer, at=clock.now())


def test_update_seals_what_is_stated(draft, officer):
    changed = applications.update(draft.pk, stated=make.FACTS, version=1, by=officer, at=clock.now())

    assert changed.version == 2
    assert facts.of_application(changed, is_masked=False) == replace(
        make.FACTS, id_number=replace(make.FACTS.id_number, last4="9999")
    )
    assert facts.of_application(changed).id_number.number == ""
    row = KycApplication.objects.filter(pk=draft.pk).values().get()
    assert not any(b"Okonkwo" in value or b"219" in value for value in row.values() if isinstance(value, bytes))
    assert changed.history.count() == 2


def test_update_keeps_what_is_not_named(draft, officer):
    applications.update(draft.pk, stated=make.FACTS, version=1, by=officer, at=clock.now())

    changed = applications.update(draft.pk, stated=Facts(nationality="US"), version=2, by=officer, at=clock.now())

    stated = facts.of_application(changed)
    assert (stated.nationality, stated.legal_name) == ("US", "Ada Okonkwo")
    event = AuditEvent.objects.filter(action="compliance.application.update").latest("id")
    assert event.data == {"facts": ["nationality"]}


def test_equal_numbers_have_equal_fingerprints(unit, officer):
    spellings = ("219-09-9999", "219 09 9999", "219.09.9998")
    with unit():
        drafts = [make.kyc_application() for _ in spellings]
    found = [
        applications.update(
            one.pk,
            stated=Facts(id_number=replace(make.FACTS.id_number, number=text)),
            version=1,
            by=officer,
            at=clock.now(),
        ).id_number_fp
        for one, text in zip(drafts, spellings, strict=True)
    ]

    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        (Facts(born_on=date(2999, 1, 1)), "fact_invalid"),
        (Facts(born_on=date(1800, 1, 1)), "fact_invalid"),
        (Facts(nationality="XX"), "country_unknown"),
        (Facts(address=replace(make.FACTS.address, country="ZZ")), "country_unknown"),
        (Facts(id_number=replace(make.FACTS.id_number, number=" - ")), "fact_invalid"),
        (Facts(id_number=replace(make.FACTS.id_number, country="usa")), "country_unknown"),
    ],
)
def test_update_refuses_what_cannot_be(draft, officer, stated, code):
    with nothing_written(), pytest.raises(DomainError) as refused:
        applications.update(draft.pk, stated=stated, version=1, by=officer, at=clock.now())

    assert refused.value.code == code


def test_update_refuses_an_older_version(draft, officer):
    applications.update(draft.pk, stated=Facts(nationality="US"), version=1, by=officer, at=clock.now())
    with nothing_written(), pytest.raises(Stale):
        applications.update(draft.pk, stated=Facts(nationality="NG"), version=1, by=officer, at=clock.now())


def test_submit_puts_it_into_the_queue(waiting):
    item = work.live_of(waiting, queue=KYC.code)

    assert (waiting.status, waiting.submitted_at is not None) == ("in_review", True)
    assert (item.state, item.customer_ref) == ("open", customer_of(waiting).ref)
    assert customer_of(waiting).status == "pending_kyc"
    assert news() == ["compliance.application.submitted"]
    assert [row.status for row in waiting.history.order_by("version")][-3:] == ["draft", "submitted", "in_review"]


def test_submit_names_what_is_missing(unit, officer):
    with unit():
        draft = make.kyc_application()
        make.document(draft, "id_card_front")
    applications.update(draft.pk, stated=replace(make.FACTS, born_on=None), version=1, by=officer, at=clock.now())
    with nothing_written(), pytest.raises(ChecksIncomplete) as refused:
        applications.submit(draft.pk, by=officer, at=clock.now())

    assert refused.value.context == {"missing": ["born_on", "identity_document"]}


def test_what_is_in_review_stays_as_it_is(waiting, officer):
    with nothing_written():
        for call in (
            partial(applications.submit, waiting.pk),
            partial(applications.update, waiting.pk, stated=make.FACTS, version=waiting.version),
        ):
            with pytest.raises(InvalidState):
                call(by=officer, at=clock.now())


def test_approve_activates_the_customer(claimed, officer):
    application, item = claimed

    approved = decide("approve", application, item, officer, reason="identity_confirmed")

    customer = customer_of(application)
    assert (approved.status, approved.decision_reasons) == ("approved", ["identity_confirmed"])
    assert approved.decided_at is not None
    assert (customer.status, customer.tier.code) == ("active", "tier1")
    assert WorkItem.objects.get(pk=item.pk).outcome == "approved"
    assert news()[-1] == "compliance.application.approved"
    event = AuditEvent.objects.get(action="compliance.kyc_application.approved")
    assert (event.actor_id, event.reason_code, event.customer_ref) == (officer.id, "identity_confirmed", customer.ref)


def test_approve_puts_what_was_proved_in_force(draft, officer, unit):
    with unit():
        stated = replace(make.FACTS, legal_name="Ada N. Okonkwo", born_on=date(1991, 3, 1))
        make.complete(draft, stated)
        application, item = make.claimed(officer, make.submit(draft))

    decide("approve", application, item, officer, reason="identity_confirmed")

    customer = customer_of(application)
    assert customers_read.legal_name(customer) == "Ada N. Okonkwo"
    assert [one.customer for one in customers_read.search("ada n. oko")] == [customer.pk]
    assert AuditEvent.objects.get(action="accounts.customer.confirm").subject == customer.ref


def test_nobody_applies_twice(claimed, officer):
    application, item = claimed
    decide("approve", application, item, officer, reason="identity_confirmed")
    with nothing_written(), pytest.raises(AlreadyApproved):
        applications.start(customer=application.customer_id, by=officer, at=clock.now())


def test_reject_leaves_a_prospect_who_may_apply_again(claimed, officer):
    application, item = claimed

    rejected = decide("reject", application, item, officer, reason="document_expired")

    assert (rejected.status, customer_of(application).status) == ("rejected", "prospect")
    assert [one.code for one in reading.view(rejected).reasons] == ["document_expired"]
    assert news()[-1] == "compliance.application.rejected"
    again = applications.start(customer=application.customer_id, by=officer, at=clock.now())
    assert again.status == "draft"


def test_request_more_lets_the_customer_answer(claimed, officer):
    application, item = claimed

    request = decide("request_more", application, item, officer, wanted=["selfie", "correct_facts"])

    application.refresh_from_db()
    assert (application.status, request.items, request.status) == (
        "info_requested",
        ["selfie", "correct_facts"],
        "open",
    )
    assert request.due_at - request.created_at == timedelta(days=14)
    asked = reading.view(application).asked
    assert str(asked.items[0].text) == "Send a portrait of yourself."
    assert WorkItem.objects.get(pk=item.pk).outcome == "info_requested"
    assert news()[-1] == "compliance.information.requested"

    applications.update(
        application.pk, stated=Facts(nationality="GH"), version=application.version, by=officer, at=clock.now()
    )
    again = applications.submit(application.pk, by=officer, at=clock.now())

    assert (again.status, InformationRequest.objects.get(pk=request.pk).status) == ("in_review", "answered")
    second = work.live_of(again, queue=KYC.code)
    assert (second.pk != item.pk, second.priority) == (True, 1)
    assert customer_of(application).status == "pending_kyc"
