"""Calls: claimed by one worker, never inside a unit, never sent a second time by the same attempt."""

from datetime import timedelta

import pytest

from apps.core.errors import NetworkInTransaction
from apps.partners.models import Attempt
from apps.partners.outcomes import Accepted, Reply, Unknown, Wire
from apps.partners.selectors import attempts as selectors
from apps.partners.services import attempts, calls
from tests.factories import partners as make
from tests.partners.frame import AT, BY
from tests.support.threads import together

KEEP = frozenset({"id"})


class Partner:
    """Counts what it is asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[Attempt] = []
        self.error = error

    def __call__(self, attempt: Attempt) -> Reply:
        self.asked.append(attempt)
        if self.error:
            raise self.error
        return Reply(Accepted("succeeded", {"id": "pi_1"}), Wire(200))


def perform(attempt: Attempt, partner: Partner, **words):
    return calls.perform(attempt.pk, send=partner, by=BY, at=AT, **words)


@pytest.mark.django_db
def test_perform_claims_and_calls(unit):
    partner = Partner()
    with unit():
        attempt = make.attempt()

    found = perform(attempt, partner)

    assert (found.outcome, found.wire.http_status) == (Accepted("succeeded", {"id": "pi_1"}), 200)
    assert [one.pk for one in partner.asked] == [attempt.pk]
    assert AT <= found.at < AT + timedelta(seconds=5)
    kept = selectors.by_id(attempt.pk)
    assert (kept.claimed_at, kept.outcome) == (AT, None)
    assert selectors.is_under_way(kept)


@pytest.mark.django_db
def test_perform_is_refused_inside_a_unit(unit):
    partner = Partner()
    with unit():
        attempt = make.attempt()

    with pytest.raises(NetworkInTransaction), unit():
        perform(attempt, partner)

    assert (partner.asked, selectors.by_id(attempt.pk).claimed_at) == ([], None)


@pytest.mark.django_db
def test_perform_leaves_a_call_that_another_worker_holds(unit):
    partner = Partner()
    with unit():
        attempt = make.attempt()
    perform(attempt, partner)

    assert perform(attempt, partner) is None
    assert len(partner.asked) == 1


@pytest.mark.django_db
def test_perform_leaves_a_finished_call(unit):
    partner = Partner()
    with unit():
        attempt = make.attempt()
    first = perform(attempt, partner, lease=timedelta(seconds=-1))
    with unit():
        attempts.finish(called=first, keep=KEEP)

    assert perform(attempt, partner) is None
    assert len(partner.asked) == 1


@pytest.mark.django_db
def test_a_call_whose_worker_died_is_unknown_and_not_sent_again(unit):
    partner = Partner()
    with unit():
        attempt = make.attempt()
    perform(attempt, partner, lease=timedelta(seconds=-1))

    found = perform(attempt, partner)

    assert found.outcome == Unknown("worker_lost")
    assert len(partner.asked) == 1


@pytest.mark.django_db
def test_what_an_adapter_raises_is_unknown(unit):
    with unit():
        attempt = make.attempt()

    found = perform(attempt, Partner(ZeroDivisionError("4242424242424242")))

    assert found.outcome == Unknown("adapter_error")


@pytest.mark.usefixtures("committed_db")
def test_of_two_workers_at_once_one_calls(unit):
    partner = Partner()
    with unit():
        attempt = make.attempt()

    found = together(*[lambda: perform(attempt, partner)] * 4)

    assert [one is not None for one in found].count(True) == 1
    assert len(partner.asked) == 1
