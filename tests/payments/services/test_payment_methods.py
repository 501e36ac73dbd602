"""Cards: added by a token, bound at the partner, removed; the number of a card is never here."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import NotFound, Stale
from apps.core.models import AuditEvent
from apps.partners.models import Attempt
from apps.payments.enums import MethodStatus
from apps.payments.errors import MethodInUse, MethodNotReady, PartnerUnavailable, TooManyCards
from apps.payments.models import PaymentMethod
from apps.payments.selectors import methods
from apps.payments.services import cards, payment_methods
from tests.payments import shop
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def attach(method: PaymentMethod) -> PaymentMethod:
    return cards.attach(method.pk, by=shop.BY, at=clock.now())


def remove(method: PaymentMethod, *, version: int | None = None, by=None) -> PaymentMethod:
    return payment_methods.remove(
        method.pk, version=version or method.version, by=by or shop.actor(method.customer), at=clock.now()
    )


def test_a_card_is_bound_to_its_customer(ada, partner):
    method = shop.card(partner, ada)

    kept = PaymentMethod.objects.get(pk=method.pk)
    assert (kept.status, kept.brand, kept.last4, kept.exp_year) == ("active", "visa", "4242", 2035)
    assert shop.calls(method) == [("customers.create", 0, "accepted"), ("payment_methods.attach", 0, "accepted")]
    assert partner.get(f"payment_methods/{methods.token_of(kept)}").json()["customer"] == kept.partner_customer
    assert shop.topics(method) == ["payments.payment_method.created", "payments.payment_method.accepted"]
    assert kept.history.count() == 3


def test_the_second_card_uses_the_same_record_of_the_customer(ada, partner):
    first, second = shop.card(partner, ada), shop.card(partner, ada, "5555555555554444")

    assert first.partner_customer == second.partner_customer
    assert shop.calls(second) == [("payment_methods.attach", 0, "accepted")]


def test_a_ready_made_token_becomes_a_card_with_a_token_of_its_own(ada, partner):
    method = attach(shop.added(ada, "pm_card_visa"))

    assert method.status == MethodStatus.ACTIVE
    assert methods.token_of(method) != "pm_card_visa"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000000000009995", "insufficient_funds"),
        ("4000000000009987", "generic_decline"),
        ("4000000000000069", "expired_card"),
    ],
)
def test_a_card_that_declines_is_refused_and_says_why(ada, partner, number, code):
    method = shop.card(partner, ada, number)

    assert (method.status, method.refusal_code) == (MethodStatus.REFUSED, code)


def test_a_token_that_nobody_knows_is_refused(ada, partner):
    method = attach(shop.added(ada, "pm_unknown"))

    assert (method.status, method.refusal_code) == (MethodStatus.REFUSED, "partner_refused")


def test_the_same_card_again_is_refused(ada, partner):
    shop.card(partner, ada)

    again = shop.card(partner, ada)

    assert (again.status, again.refusal_code) == (MethodStatus.REFUSED, "card_already_added")


def test_two_customers_may_have_the_same_card(ada, partner):
    assert {shop.card(partner, who).status for who in (ada, shop.person())} == {MethodStatus.ACTIVE}


def test_a_call_without_an_answer_is_made_again_under_its_key(ada, partner):
    method = shop.added(ada, shop.token(partner))
    partner.spoil("error", path="/v1/payment_methods", when="after")

    with pytest.raises(PartnerUnavailable):
        attach(method)
    found = attach(method)

    assert found.status == MethodStatus.ACTIVE
    assert shop.calls(method)[1:] == [
        ("payment_methods.attach", 0, "unknown"),
        ("payment_methods.attach", 1, "accepted"),
    ]
    keys = Attempt.objects.filter(subject=method.ref, operation="payment_methods.attach").values_list("idempotency_key")
    assert len(set(keys)) == 1


def test_after_many_tries_the_card_is_refused(ada, partner):
    method = shop.added(ada, shop.token(partner))
    partner.spoil("rate_limit", path="/v1/customers", times=-1)

    for _ in range(cards.MOST_RETRIES):
        with pytest.raises(PartnerUnavailable):
            attach(method)
    found = attach(method)

    assert (found.status, found.refusal_code) == (MethodStatus.REFUSED, "partner_unavailable")


def test_more_cards_than_a_day_allows_are_refused_until_the_first_is_a_day_old(ada, partner):
    first = shop.added(ada, "pm_card_visa", most=3)
    for _ in range(2):
        remove(shop.card(partner, ada))
    resets_at = first.created_at + timedelta(hours=24)

    with nothing_written(), pytest.raises(TooManyCards) as caught:
        shop.added(ada, "pm_card_visa", most=3)
    assert (caught.value.context["most"], caught.value.context["resets_at"]) == (3, resets_at)
    again = shop.added(ada, "pm_card_visa", most=3, at=resets_at)
    with nothing_written(), pytest.raises(TooManyCards):
        shop.added(ada, "pm_card_visa", most=3, at=resets_at)

    assert (again.number, shop.added(shop.person(), "pm_card_visa", most=3).number) == (4, 1)


def test_a_removed_card_is_forgotten_by_the_partner(ada, partner):
    method = shop.card(partner, ada)

    removed = remove(method)
    cards.detach(removed.pk, by=shop.BY, at=clock.now())

    assert (PaymentMethod.objects.filter(pk=method.pk).count(), shop.removed(method.pk).deleted_by) == (0, ada.user.ref)
    assert partner.get(f"payment_methods/{methods.token_of(method)}").json()["customer"] is None
    assert shop.calls(method)[-1] == ("payment_methods.detach", 0, "accepted")
    assert AuditEvent.objects.filter(subject=method.ref, action="payments.payment_method.remove").count() == 1


def test_a_removed_card_may_be_added_again(ada, partner):
    remove(shop.card(partner, ada))

    assert shop.card(partner, ada).status == MethodStatus.ACTIVE


def test_remove_refuses_an_older_version(ada, partner):
    method = shop.card(partner, ada)

    with nothing_written(), pytest.raises(Stale):
        remove(method, version=1)


def test_remove_refuses_a_card_that_is_being_added(ada, partner):
    method = shop.added(ada, shop.token(partner))

    with nothing_written(), pytest.raises(MethodNotReady):
        remove(method)


def test_remove_refuses_while_money_may_come(ada, partner):
    method = shop.card(partner, ada)
    shop.reserved(method)

    with nothing_written(), pytest.raises(MethodInUse):
        remove(method)


def test_remove_refuses_a_card_of_somebody_else(ada, partner):
    method, bob = shop.card(partner, ada), shop.person()

    with nothing_written(), pytest.raises(NotFound):
        remove(method, by=shop.actor(bob))
