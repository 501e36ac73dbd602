"""Every documented operation, with drawn requests: no answer that the document does not name, and no 5xx."""

from collections.abc import Callable
from functools import cache

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.core import ids
from config.wsgi import application
from tests.config import belongings
from tests.config.operations import consumers
from tests.factories import p2p
from tests.guards.source import ROOT
from tests.support.callers import Caller
from tests.support.people import CONSUMER, sign_in
from tests.support.units import unit

EXAMPLES = 5
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATH_IDS = {f"{one.method} {one.path}": one.path_ids for one in consumers()}

schema = schemathesis.openapi.from_path(ROOT / "docs/openapi.yaml")
schema.app = application


@pytest.fixture
def ada(committed_db: None, settings: object) -> tuple[str, Callable[[str], dict[str, str]]]:
    """Return a customer whom nothing throttles, and what tells the ids of their own rows, made once for an address."""
    settings.THROTTLES = {scope: (10**9, window) for scope, (_, window) in settings.THROTTLES.items()}
    with unit():
        customer = p2p.person()

    @cache
    def own(operation: str) -> dict[str, str]:
        with unit():
            return belongings.refs(customer, PATH_IDS.get(operation, {}))

    return sign_in(customer.user, CONSUMER), own


def test_the_drawn_requests_are_signed_in(ada):
    session, own = ada

    answer = Caller(token=session).get(f"wallets/{own('GET /api/v1/wallets/{wallet}')['wallet']}")

    assert answer.status_code == 200


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@pytest.mark.slow
def test_answers_are_those_of_the_document(case, ada):
    session, own = ada
    headers = {"X-Session-Token": session, "Idempotency-Key": ids.new().hex}

    for known in ({}, own(case.operation.label)):
        case.path_parameters = {**(case.path_parameters or {}), **known}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
