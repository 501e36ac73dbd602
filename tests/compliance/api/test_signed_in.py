"""A reviewer's whole way as the console's browser goes it: sign-in by two steps, cookie, CSRF token."""

import json

import pytest
from django.test import Client

from apps.accounts.enums import Role
from tests.accounts.api.console import colleague
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
STAFF = "/api/v1/staff"


def post(officer, address, body=None, token=True):
    headers = {"X-CSRFToken": officer.csrf_token()} if token else {}
    content = json.dumps(body or {})
    return officer.browser.post(f"{STAFF}/{address}", content, content_type="application/json", headers=headers)


def test_a_reviewer_signs_in_takes_the_next_and_approves(waiting):
    officer = colleague(Role.KYC_ANALYST).sign_in()

    item = post(officer, "console/queues/compliance.kyc/claim-next").json()
    read = officer.browser.get(f"{STAFF}/compliance/applications/{item['subject']}").json()
    image = officer.browser.get(f"{STAFF}/compliance/documents/{read['documents'][0]['id']}/content")
    work = {"work_item": item["id"], "work_item_version": item["version"]}
    decision = {"verdict": "approve", "reason": "identity_confirmed", **work}
    decided = post(officer, f"compliance/applications/{waiting.ref}/decisions", decision)

    assert (read["id"], read["work_item"]["is_mine"]) == (waiting.ref, True)
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/jpeg")
    assert (decided.status_code, decided.json()["status"]) == (200, "approved")


def test_without_the_token_of_the_page_nothing_is_decided(waiting):
    officer = colleague(Role.KYC_ANALYST).sign_in()
    with nothing_written():
        answer = post(officer, "console/queues/compliance.kyc/claim-next", token=False)

    assert answer.status_code == 403


def test_a_password_alone_opens_nothing(waiting):
    officer = colleague(Role.KYC_ANALYST)
    officer.give_password()
    with nothing_written():
        found = [officer.browser.get(f"{STAFF}/compliance/applications"), Client().get(f"{STAFF}/console/queues")]

    assert {one.status_code for one in found} == {401}
