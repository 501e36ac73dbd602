"""What the benchmark of the books says of its figures: ratios, missed floors, broken books, exit codes."""

import pytest

from bench.books import report
from bench.books.meters import missing_promises, ticks
from bench.books.yardstick import Yard, read

SAID = """transaction type: <builtin: TPC-B (sort of)>
number of transactions actually processed: 20431
latency average = 1.957 ms
tps = 4086.123456 (without initial connection time)
"""


def line(scenario="uniform", path="post_one", batch=1, writers=8, **words):
    made = {
        "name": scenario,
        "scenario": scenario,
        "path": path,
        "batch": batch,
        "writers": writers,
        "transfers_per_s": 4_500.0,
        "p99_ms": 10.0,
        "server_cpu_us_per_transfer": 300.0,
        "bytes_per_transfer": 700.0,
        "errors": 0,
        "deadlocks": 0,
    }
    return {**made, **words}


def yard(clients, per_s):
    return {"name": "yardstick", "clients": clients, "per_s": per_s}


def told(*lines, is_idle=True):
    return report.summary(lines, is_idle=is_idle)


def test_the_yardstick_is_the_median_of_the_better_number_of_clients():
    assert report.yardstick([yard(8, 4_000.0), yard(8, 9_000.0), yard(8, 4_200.0), yard(16, 4_100.0)]) == 4_200.0
    assert report.yardstick([]) is None


def test_ratios_are_of_the_best_rates_to_the_yardstick():
    found = told(
        yard(8, 5_000.0),
        line(),
        line(writers=2, transfers_per_s=9_000.0),
        line("hot_fee", "post_batch", 100, 2, transfers_per_s=10_000.0),
        line("hot_fee", "post_batch", 1_000, 2, transfers_per_s=12_500.0),
        line("hot_fee", "post_batch", 10, 2, transfers_per_s=90_000.0),
    )
    assert (found["batch_ratio"], found["single_ratio"]) == (2.5, 0.9)
    assert found["missed"] == []
    assert report.code(found) == 0


def test_a_missed_rate_counts_on_an_idle_machine_and_its_processor_time_always():
    slow = line(transfers_per_s=100.0, server_cpu_us_per_transfer=341.0)
    assert told(slow)["missed"] == ["single_per_s", "single_server_us"]
    assert told(slow, is_idle=False)["missed"] == ["single_server_us"]
    assert report.code(told(slow)) == 1


def test_an_error_or_a_deadlock_is_a_missed_floor():
    assert told(line(errors=1))["missed"] == ["errors"]
    assert told(line(deadlocks=1))["missed"] == ["deadlocks"]


def test_what_was_measured_on_broken_books_is_worth_nothing():
    broken = report.closed(line(), {"I1.sum_zero": 2, "I3.balances": 0})
    assert (broken["ok"], broken["transfers_per_s"]) == (False, 0.0)
    assert told(broken)["broken"] == ["I1.sum_zero"]
    assert report.code(told(broken)) == 3


def test_errors_are_not_ok_and_keep_their_rate():
    failed = report.closed(line(errors=1), {"I1.sum_zero": 0})
    assert (failed["ok"], failed["transfers_per_s"]) == (False, 4_500.0)
    assert report.closed(line(), {"I1.sum_zero": 0})["ok"]


def test_shares_and_costs_of_nothing_are_unknown():
    assert report.share([], 0.99) is None
    assert report.share([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert report.share([1.0], 0.99) == 1.0
    assert report.each(1.0, 0) is None
    assert report.each(0.5, 1_000, 1e-6) == 500.0


def test_the_table_has_a_row_for_each_measurement_and_says_which_is_not_ok():
    keys = ("p50_ms", "client_cpu_us_per_transfer", "follower_cpu_us_per_transfer", "wal_bytes_per_transfer")
    rows = report.table([yard(8, 1.0), {**line(), **dict.fromkeys(keys), "ok": False}]).splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("uniform")
    assert rows[1].endswith("NOT OK")


def test_pgbench_is_read_as_it_speaks():
    assert read(SAID, 8) == Yard(clients=8, per_s=4086.123456, transactions=20431)
    with pytest.raises(ValueError, match="no rate"):
        read("pgbench: error: connection failed", 8)


def test_a_server_that_may_forget_is_named():
    kept = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    assert missing_promises(kept) == []
    assert missing_promises({**kept, "synchronous_commit": "off"}) == ["synchronous_commit"]


def test_time_of_a_process_is_read_behind_a_name_with_spaces_and_brackets():
    stat = "42 (post) gres: a) S 1 42 42 0 -1 0 0 0 0 0 300 20 5000 600 20 0 1 0 100"
    assert ticks(stat) == 320
    assert ticks(stat, ended=True) == 5_920
