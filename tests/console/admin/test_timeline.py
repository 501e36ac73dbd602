"""Acts in words: a noun that people know, what was done, and the state it led to."""

import pytest

from apps.accounts.services import customers
from apps.console.admin import timeline as shapes
from apps.console.enums import Stream
from apps.console.selectors import timeline
from apps.core import clock
from tests.factories import accounts, compliance
from tests.support.units import PROVER, unit

pytestmark = pytest.mark.django_db


def told(customer):
    whose = timeline.Whose(customer.pk, customer.ref, None)
    return [(line.title, str(line.badge)) for line in shapes.lines(timeline.page(whose, streams=[Stream.STAFF]))]


def test_a_move_is_told_by_its_state_and_an_act_by_what_was_done():
    with unit():
        customer = accounts.customer()
    customers.freeze(customer.pk, reason="suspected_theft", by=PROVER, at=clock.now())

    assert told(customer)[0] == ("Customer", '<span class="sr-badge sr-is-frozen">Frozen</span>')
    assert ("Customer: create", "") in told(customer)


def test_states_are_told_in_the_words_of_their_model():
    with unit():
        customer = accounts.customer()
        compliance.submitted(customer)

    assert ("KYC application", '<span class="sr-badge sr-is-in_review">In review</span>') in told(customer)
    assert ("Customer", '<span class="sr-badge sr-is-pending_kyc">Identity under review</span>') in told(customer)
    assert ("Application: start", "") in told(customer)
