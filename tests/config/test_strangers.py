"""Every operation of consumers that names an id: another customer's is answered as one that does not exist."""

import pytest

from apps.core import ids
from tests.config import belongings
from tests.config.operations import Operation, consumers, each
from tests.factories import p2p
from tests.support.callers import Caller
from tests.support.units import later, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
VARYING = ("X-Request-ID", "RateLimit-Remaining", "RateLimit-Reset")
WITH_PATH = [one for one in consumers() if one.path_ids]
WITH_BODY = [one for one in consumers() if one.body_ids]


@pytest.fixture
def ada():
    with unit():
        return p2p.person()


@pytest.fixture
def eve():
    with unit():
        return p2p.person(name="Eve Adeyemi")


def nowhere(wanted):
    return {name: ids.encode(prefix, ids.new()) for name, prefix in wanted.items()}


def told(answer):
    """Return all that an answer tells, without what is another in every answer."""
    headers = {name: text for name, text in answer.headers.items() if name not in VARYING}
    return answer.status_code, headers, {**answer.json(), "request_id": ""}


@each(WITH_PATH)
def test_anothers_id_in_an_address_is_like_one_of_nothing(operation: Operation, ada, eve):
    with unit():
        hers = belongings.refs(ada, operation.path_ids)
    caller = Caller(eve.user)

    with nothing_written():
        strange, absent = (operation.send(caller, one) for one in (hers, nowhere(operation.path_ids)))

    assert (strange.status_code, strange.json()["code"]) == (404, "not_found")
    assert told(strange) == told(absent)
    assert operation.send(Caller(ada.user), hers).status_code != 404


@pytest.mark.parametrize(
    ("operation", "name"),
    [pytest.param(one, name, id=f"{one.name}-{name}") for one in WITH_BODY for name in one.body_ids],
)
def test_anothers_id_in_a_body_is_like_one_of_nothing(operation: Operation, name, ada, eve):
    wanted = {name: operation.body_ids[name]}
    with unit():
        own = belongings.refs(eve, {**operation.path_ids, **operation.body_ids})
        later()
        hers = belongings.refs(ada, wanted)
    caller = Caller(eve.user)

    with nothing_written():
        strange, absent = (operation.send(caller, own, {**own, **one}) for one in (hers, nowhere(wanted)))

    assert strange.status_code in (404, 422)
    assert told(strange) == told(absent)
    assert told(operation.send(caller, own, own)) != told(strange)


def test_the_document_is_not_read_in_vain():
    assert (len(WITH_PATH) > 20, len(WITH_BODY) > 2) == (True, True)
