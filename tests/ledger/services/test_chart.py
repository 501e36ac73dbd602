"""Reference rows: loaded once, renamed with history, never given another meaning."""

from pathlib import Path

import pytest
from django.conf import settings

from apps.ledger.models import Asset, GlCode, TxnKind
from apps.ledger.services import chart

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "reference" / "ledger"


@pytest.fixture
def folder(tmp_path):
    for name in ("assets", "codes", "kinds"):
        (tmp_path / f"{name}.csv").write_text((FOLDER / f"{name}.csv").read_text())
    return tmp_path


def test_loading_again_changes_nothing(unit):
    with unit():
        assert chart.load(folder=FOLDER) == 0


def test_a_new_name_is_a_change_with_history(unit, folder):
    for name, old, new in (
        ("assets", "US dollar", "Dollar"),
        ("codes", "Suspense", "Unknown money"),
        ("kinds", "Top-up", "Money added"),
    ):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().replace(old, new))

    with unit():
        changed = chart.load(folder=folder)

    assert changed == 3
    assert (Asset.objects.get(code="USD").name, Asset.objects.get(code="USD").history.count()) == ("Dollar", 2)
    assert GlCode.objects.get(code="L:SUSP").name == "Unknown money"
    assert TxnKind.objects.get(code="payments.top_up").name == "Money added"


def test_a_new_row_is_added(unit, folder):
    with (folder / "assets.csv").open("a") as file:
        file.write("USDC,6,crypto,USD Coin\n")

    with unit():
        assert chart.load(folder=folder) == 1

    assert Asset.objects.get(code="USDC").exponent == 6


def test_the_chart_has_the_codes_of_the_products():
    codes = {"A:FBO", "A:RECV", "A:OPS", "L:WALLET", "L:SUSP", "R:FEE", "E:LOSS", "Q:CAPITAL", "T:FX"}

    assert set(GlCode.objects.filter(code__in=codes).values_list("code", flat=True)) == codes
