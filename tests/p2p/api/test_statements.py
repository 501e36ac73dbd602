"""What a transfer costs in statements: each is a round trip while rows are locked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.services import tiers
from tests.p2p.api.bodies import body
from tests.p2p.money import person, unit
from tests.support.callers import Caller

IN_THE_UNIT = 3
LEDGER = 1
"""The posting goes past Django's cursor, which counts the others; tests of the ledger show that it is one."""


@pytest.mark.django_db
@pytest.mark.parametrize("tier", ["tier0", "tier1"])
def test_post_costs_so_many_statements_from_the_key_to_the_answer(tier):
    ann, bob = person(5_000), person(0)
    with unit():
        tiers.grant(customer=ann.pk, tier=tier)
    caller = Caller(ann.user)
    caller.post("transfers", body(ann, bob, 100, note="Lunch"))
    request = body(ann, bob, 200, note="Dinner")

    with CaptureQueriesContext(connection) as captured:
        caller.post("transfers", request)

    statements = [one["sql"].split()[0] for one in captured.captured_queries]
    (start, end) = statements.index("SAVEPOINT"), statements.index("SET")
    assert len(statements[start + 1 : end]) + LEDGER == IN_THE_UNIT
    assert statements[:start] == []
