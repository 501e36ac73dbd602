"""Reviewers at once: one has the work, one decision is made, and whoever is refused leaves nothing."""

import pytest

from apps.compliance.models import KycApplication
from apps.core.models import AuditEvent
from apps.workflow.models import WorkItem, WorkItemEvent
from tests.factories import compliance as make
from tests.support.callers import Caller
from tests.support.staff import member
from tests.support.threads import together
from tests.support.units import unit

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]

DECISIONS = ("compliance.kyc_application.approved", "compliance.kyc_application.rejected")


def test_two_reviewers_of_one_application_make_one_decision():
    with unit():
        application = make.submitted()
    item = WorkItem.objects.get(subject_id=application.ref)
    first, second = Caller(member("kyc_senior")), Caller(member("kyc_senior"))

    claims = together(
        *[lambda one=one: one.post(f"staff/console/work-items/{item.ref}/claim") for one in (first, second)]
    )
    taken = [claim for claim in claims if claim.status_code == 200]
    holder, other = (first, second) if claims[0] in taken else (second, first)
    answers = decide_at_once(application, taken[0].json(), holder, other)

    assert sorted(claim.status_code for claim in claims) == [200, 409]
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert answers[1].json()["code"] == "lease_lost"
    done = next(answer for answer in answers if answer.status_code == 200)
    assert KycApplication.objects.get(pk=application.pk).status == done.json()["status"]
    assert list(WorkItemEvent.objects.filter(item=item).order_by("id").values_list("kind", flat=True)) == [
        "claimed",
        "decided",
    ]
    decisions = AuditEvent.objects.filter(subject=application.ref, action__in=DECISIONS)
    assert [one.action for one in decisions] == [f"compliance.kyc_application.{done.json()['status']}"]


def decide_at_once(application, item, holder, other):
    """Return the answers to two decisions of who holds the work, and between them one of who does not."""
    work = {"work_item": item["id"], "work_item_version": item["version"]}
    address = f"staff/compliance/applications/{application.ref}/decisions"
    approve = {"verdict": "approve", "reason": "identity_confirmed", **work}
    reject = {"verdict": "reject", "reason": "facts_differ", **work}
    return together(
        lambda: holder.post(address, approve),
        lambda: other.post(address, reject),
        lambda: holder.post(address, reject),
    )
