"""Every documented operation, with drawn requests: no answer that the document does not name, and no 5xx."""

import pytest
import schemathesis
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.api.sessions import SessionStore
from apps.accounts.models import User, Wallet
from apps.core import actors, clock, db, ids
from config.wsgi import application
from tests.factories import accounts as make
from tests.factories import compliance as kyc
from tests.guards.source import ROOT

EXAMPLES = 5
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

schema = schemathesis.openapi.from_path(ROOT / "docs/openapi.yaml")
schema.app = application


@pytest.fixture
def caller(committed_db: None, settings: object) -> tuple[str, dict[str, str]]:
    """Return the session token of a customer, and what their ids are called in addresses."""
    settings.THROTTLES = {scope: (10**9, window) for scope, (_, window) in settings.THROTTLES.items()}
    with unit():
        customer = make.customer()
        application = kyc.kyc_application(customer)
        document = kyc.document(application)
    own = {"wallet": Wallet.ref_of(customer.receiving_wallet_id), "application": application.ref}
    return token(customer.user), {**own, "document": document.ref}


def unit():
    return db.unit(by=actors.system("test"), at=clock.now())


def token(login: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = "apps.accounts.api.authentication.ConsumerBackend"
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session.create()
    return session.session_key


def test_the_drawn_requests_are_signed_in(caller):
    session, own = caller

    answer = Client().get(f"/api/v1/wallets/{own['wallet']}", headers={"X-Session-Token": session})

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
def test_answers_are_those_of_the_document(case, caller):
    session, own = caller
    headers = {"X-Session-Token": session, "Idempotency-Key": ids.new().hex}

    for known in ({}, {name: own[name] for name in case.path_parameters or {} if name in own}):
        case.path_parameters = {**(case.path_parameters or {}), **known}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
