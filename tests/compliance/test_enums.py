"""Words that must agree: dictionaries of reasons and what customers read, the queue, the roles."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

from apps.accounts.enums import ROLE_PERMISSIONS, Role
from apps.compliance.enums import KYC, RejectionReason, RequestItem
from apps.workflow import commands, enums


def codes(action):
    path = Path(settings.BASE_DIR) / "reference" / "compliance" / "reasons.csv"
    with path.open(newline="") as file:
        return {row["code"] for row in csv.DictReader(file) if row["action"] == action}


@pytest.mark.parametrize(("verb", "wordings"), [("reject", RejectionReason), ("request_more", RequestItem)])
def test_each_reason_has_words_for_the_customer(verb, wordings):
    assert codes(f"compliance.application.{verb}") == set(wordings.values)


def test_the_queue_is_declared():
    assert enums.queue("compliance.kyc") is KYC


@pytest.mark.parametrize("verb", ["approve", "reject", "request_more"])
def test_decisions_are_commands_of_reviewers(verb):
    found = commands.command(f"compliance.application.{verb}")

    assert (found.permission, found.subject, found.reasons) == ("compliance.application.decide", "kyc", found.name)
    holders = {role for role, held in ROLE_PERMISSIONS.items() if found.permission in held}
    assert holders == {Role.KYC_ANALYST, Role.KYC_SENIOR}
