"""What the benchmark of the books pays: balanced, the same every time, as each scenario says."""

import itertools
from collections import Counter

import pytest

from bench.books.plan import Cell, People, profile, transfers

PEOPLE = People(wallets=list(range(1, 501)), fees=list(range(1_001, 1_011)))
COUNT = 2_000


def drawn(scenario: str, seed: int = 7):
    return list(itertools.islice(transfers(scenario, PEOPLE, seed), COUNT))


@pytest.mark.parametrize("scenario", ["uniform", "zipf", "hot_fee", "fee3", "bounded"])
def test_every_payment_is_balanced_and_touches_an_account_once(scenario):
    for legs in drawn(scenario):
        assert sum(amount for _, amount in legs) == 0
        assert len({account for account, _ in legs}) == len(legs)
        assert all(amount for _, amount in legs)


def test_a_seed_draws_the_same_payments_and_another_one_others():
    assert drawn("uniform") == drawn("uniform")
    assert drawn("uniform") != drawn("uniform", seed=8)


def test_fees_meet_one_account_or_all_of_them():
    assert {legs[2][0] for legs in drawn("hot_fee")} == {PEOPLE.fees[0]}
    assert {legs[2][0] for legs in drawn("fee3")} == set(PEOPLE.fees)


def test_the_first_of_a_zipf_crowd_pays_ten_times_as_often_as_the_tenth():
    payers = Counter(legs[0][0] for legs in drawn("zipf"))
    assert 4 < payers[1] / payers[10] < 25
    assert max(Counter(legs[0][0] for legs in drawn("uniform")).values()) < payers[1] / 10


def test_one_bounded_payment_of_twenty_is_out_of_reach():
    large = [legs for legs in drawn("bounded") if legs[1][1] > 10**13]
    assert len(large) == COUNT // 20


def test_a_cell_measures_what_its_path_can():
    for cell in (*profile("quick").cells, *profile("full").cells):
        assert cell.batch == 1 or cell.path in ("post_batch", "copy")
    assert Cell("uniform", "post_batch", 100, 2).name == "uniform/post_batch/100x2"


@pytest.mark.parametrize("name", ["quick", "full"])
def test_a_profile_measures_each_cell_once_and_a_scenario_in_one_go(name):
    cells = profile(name).cells
    assert len(set(cells)) == len(cells)
    scenarios = [scenario for scenario, _ in itertools.groupby(cell.scenario for cell in cells)]
    assert len(set(scenarios)) == len(scenarios)
