"""What codes mean: loaded once, dated, and told to customers in our words."""

from datetime import date
from pathlib import Path

import pytest

from apps.partners.models import PartnerErrorMap
from apps.partners.outcomes import ErrorRule
from apps.partners.selectors import error_maps as selectors
from apps.partners.services import error_maps
from tests.factories import partners as make

pytestmark = pytest.mark.django_db

FILE = """connector,operation,http_status,code,verdict,user_message,valid_from
bank,,402,lost_card,declined,generic_decline,2026-01-01
bank,pay,,busy,retryable,,2026-01-01
"""
ON = date(2026, 6, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "codes.csv"
    found.write_text(FILE)
    return found


def test_loading_again_adds_nothing(unit, path):
    with unit():
        counts = [error_maps.load(path=path), error_maps.load(path=path)]

    assert counts == [2, 0]
    assert selectors.rules_of("bank", on=ON) == (
        ErrorRule("", 402, "lost_card", "declined"),
        ErrorRule("pay", 0, "busy", "retryable"),
    )


def test_what_operators_changed_stays(unit, path):
    with unit():
        error_maps.load(path=path)
        row = PartnerErrorMap.objects.get(connector="bank", code="busy")
        row.verdict = "unknown"
        row.save()
        error_maps.load(path=path)

    assert selectors.rules_of("bank", on=ON)[1] == ErrorRule("pay", 0, "busy", "unknown")


def test_only_the_rules_of_the_day_hold(unit):
    with unit():
        make.partner_error_map(connector="other", code="a", valid_from=date(2026, 7, 1))
        make.partner_error_map(connector="other", code="b", valid_to=ON)
        make.partner_error_map(connector="other", code="c", valid_to=date(2026, 6, 2))

    assert [rule.code for rule in selectors.rules_of("other", on=ON)] == ["c"]


def test_a_customer_is_told_our_word(unit, path):
    with unit():
        error_maps.load(path=path)

    assert selectors.user_message("bank", "lost_card", on=ON) == "generic_decline"
    assert selectors.user_message("bank", "busy", on=ON) == "busy"
    assert selectors.user_message("other", "lost_card", on=ON) == "lost_card"
