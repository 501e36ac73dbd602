"""Ids: order inside a process, the outside form, and what is refused."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import ids

KNOWN = UUID("0110c853-1d09-52d8-d73e-1194e95b5f19")
KNOWN_TEXT = "trf_0123456789abcdefghjkmnpqrs"
AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_new_is_version_7_of_rfc_variant() -> None:
    made = ids.new()

    assert (made.version, made.variant) == (7, UUID(int=0x8000 << 48).variant)


def test_new_carries_the_present_millisecond() -> None:
    before = time.time_ns() // 1_000_000

    made = ids.new()

    after = time.time_ns() // 1_000_000 + 1
    assert before <= made.int >> 80 <= after


def test_new_ascends_strictly_through_many_milliseconds() -> None:
    made = [ids.new() for _ in range(20_000)]

    assert made == sorted(set(made))


def test_new_keeps_order_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([2_000_000_000_000_000_000, 1_900_000_000_000_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(readings))
    stamps = ids._Stamps()

    first, second = stamps.of_clock(seed=5), stamps.of_clock(seed=9)

    assert second == first + 1


def test_new_borrows_from_the_next_millisecond_when_the_counter_is_full() -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)

    made = [ids.new(at) for _ in range(5_000)]

    assert made == sorted(set(made))
    assert sorted({ids.time_of(one) for one in made}) == [at, at + timedelta(milliseconds=1)]


def test_new_is_unique_and_ordered_within_each_of_many_threads() -> None:
    gate = threading.Barrier(8)

    def make(_: int) -> list[UUID]:
        gate.wait()
        return [ids.new() for _ in range(2_000)]

    with ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(make, range(8)))

    assert [made == sorted(made) for made in lists] == [True] * 8
    assert len({one for made in lists for one in made}) == 16_000


def test_new_works_in_a_child_forked_while_another_thread_holds_the_lock() -> None:
    script = """
import os
from apps.core import ids

with ids._stamps._lock:
    child = os.fork()
    if child == 0:
        os.write(1, ids.new().bytes)
        os._exit(0)
os.waitpid(child, 0)
os.write(1, ids.new().bytes)
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=20, check=True)

    of_child, of_parent = UUID(bytes=done.stdout[:16]), UUID(bytes=done.stdout[16:])
    assert (of_child.version, of_parent.version, of_child == of_parent) == (7, 7, False)


def test_new_at_an_instant_carries_it_to_the_millisecond() -> None:
    assert ids.time_of(ids.new(AT)) == AT.replace(microsecond=123_000)


def test_new_at_an_instant_reads_other_zones() -> None:
    local = AT.astimezone(timezone(timedelta(hours=-5)))

    assert ids.time_of(ids.new(local)) == AT.replace(microsecond=123_000)


def test_new_at_an_earlier_instant_is_not_moved_to_a_later_one() -> None:
    ids.new(AT)

    earlier = ids.new(AT - timedelta(days=400))

    assert ids.time_of(earlier) == (AT - timedelta(days=400)).replace(microsecond=123_000)


def test_new_forgets_old_instants_and_stays_bounded() -> None:
    for second in range(500):
        ids.new(AT + timedelta(seconds=second))

    assert len(ids._stamps._last_of) == 64


@pytest.mark.parametrize(
    "at",
    [datetime(2026, 3, 1), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)],  # noqa: DTZ001 - the naive one is the case
)
def test_new_refuses_an_instant_that_no_id_can_carry(at: datetime) -> None:
    with pytest.raises(ValueError, match=r"id"):
        ids.new(at)


def test_time_of_refuses_an_id_without_a_time() -> None:
    with pytest.raises(ValueError, match="carries no instant"):
        ids.time_of(uuid4())


def test_encode_gives_the_known_form() -> None:
    assert ids.encode("trf", KNOWN) == KNOWN_TEXT


def test_encode_of_the_extremes_begins_with_0_and_7() -> None:
    assert ids.encode("ab", UUID(int=0)) == "ab_" + "0" * 26
    assert ids.encode("ab", UUID(int=(1 << 128) - 1)) == "ab_7" + "z" * 25


@given(st.uuids(), st.from_regex(r"[a-z]{2,4}", fullmatch=True))
def test_decode_inverts_encode(value: UUID, prefix: str) -> None:
    text = ids.encode(prefix, value)

    assert ids.decode(prefix, text) == value
    assert ids.decode(prefix, text.upper()) == value


@given(st.lists(st.uuids(), min_size=2, max_size=8))
def test_encoded_order_is_the_order_of_the_ids(values: list[UUID]) -> None:
    assert sorted(ids.encode("trf", one) for one in values) == [ids.encode("trf", one) for one in sorted(values)]


def test_decode_reads_i_l_o_as_1_1_0() -> None:
    assert ids.decode("trf", "trf_" + "0" * 23 + "ilo") == UUID(int=(1 << 10) + (1 << 5))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("wal_" + KNOWN_TEXT[4:], id="wrong prefix"),
        pytest.param(KNOWN_TEXT[4:], id="no prefix"),
        pytest.param("trf" + KNOWN_TEXT[4:], id="no separator"),
        pytest.param(KNOWN_TEXT[:-1], id="25 characters"),
        pytest.param(KNOWN_TEXT + "0", id="27 characters"),
        pytest.param("trf_8" + "0" * 25, id="first character 8"),
        pytest.param("trf_z" + "z" * 25, id="all ones and more"),
        pytest.param("trf_u" + KNOWN_TEXT[5:], id="first character u"),
        pytest.param(KNOWN_TEXT[:-1] + "u", id="u"),
        pytest.param(KNOWN_TEXT[:-1] + "-", id="punctuation"),
        pytest.param(" " + KNOWN_TEXT, id="leading space"),
        pytest.param(KNOWN_TEXT + "\n", id="trailing newline"),
        pytest.param("tr\u212a_" + KNOWN_TEXT[4:], id="kelvin sign in the prefix"),
        pytest.param(KNOWN_TEXT[:-1] + "\u0661", id="digit of another script"),
        pytest.param("", id="empty"),
        pytest.param(str(KNOWN), id="plain uuid"),
        pytest.param(None, id="none"),
        pytest.param(7, id="number"),
        pytest.param([KNOWN_TEXT], id="list"),
    ],
)
def test_decode_refuses_what_is_no_id_of_the_kind(text: object) -> None:
    with pytest.raises(ids.BadId) as refusal:
        ids.decode("trf", text)

    assert (refusal.value.code, refusal.value.status, refusal.value.context) == ("invalid_id", 422, {"expected": "trf"})


def test_decode_of_kelvin_sign_is_not_mistaken_for_k() -> None:
    with pytest.raises(ids.BadId):
        ids.decode("kyc", "\u212ayc_" + "0" * 26)
