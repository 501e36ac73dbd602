"""One payment, however many workers bring news of it at once."""

import pytest

from apps.core import clock
from apps.core.errors import DomainError
from apps.payments.enums import TopUpStatus
from apps.payments.errors import CardRace, TooManyCards
from apps.payments.models import PaymentMethod, WebhookInbox
from apps.payments.services import charges, readings
from tests.payments import shop
from tests.support.threads import together

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def top_up(partner):
    return shop.reserved(shop.card(partner, shop.person()), 2_000)


@pytest.mark.slow
def test_of_many_workers_one_charges(top_up, partner):
    together(*[lambda: charges.call(top_up.pk, by=shop.BY, at=clock.now())] * 4)

    assert partner.look("ledger")["references"] == {top_up.ref: [2_000]}
    assert (shop.fresh(top_up).status, shop.available(top_up.customer)) == (TopUpStatus.CAPTURED, 2_000)


@pytest.mark.slow
def test_an_answer_and_many_readings_post_once(top_up, partner):
    partner.spoil("hang", path="/v1/payment_intents", seconds=5)
    shop.call(top_up)
    payment = partner.get("payment_intents").json()["data"][0]["id"]

    found = together(*[lambda: readings.read(top_up.pk, payment=payment, by=shop.BY, at=clock.now())] * 4)

    assert [one for one in found if not isinstance(one, readings.Reading | DomainError)] == []
    assert (shop.fresh(top_up).status, shop.available(top_up.customer)) == (TopUpStatus.CAPTURED, 2_000)


@pytest.mark.slow
def test_an_event_that_comes_many_times_at_once_is_kept_once(top_up, partner):
    shop.call(top_up)
    body = shop.event(partner, top_up)
    signature = shop.signed(body)

    found = together(*[lambda: shop.receive(body, signature)] * 4)

    rows = WebhookInbox.objects.filter(reference=top_up.ref)
    assert (rows.count(), [one for one in found if getattr(one, "is_new", False)][1:]) == (1, [])


@pytest.mark.slow
def test_of_cards_added_at_once_no_more_stay_than_a_day_allows():
    ada = shop.person()

    found = together(*[lambda: shop.added(ada, "pm_card_visa", most=2)] * 4)

    numbers = list(PaymentMethod.objects.filter(customer=ada).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert 1 <= len(numbers) <= 2
    assert [one for one in found if not isinstance(one, PaymentMethod | CardRace | TooManyCards)] == []
