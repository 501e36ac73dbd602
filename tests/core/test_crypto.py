"""Sealing: what was sealed opens in its place only, and a key ring keeps its secrets."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import crypto

OWNER = "cus_01j2hz8pvcfp79y0938nkrkayd"
PLACE = crypto.place("accounts.Customer.legal_name_sealed", OWNER)
KEY = bytes(range(32))


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32))
def test_open_inverts_seal(plaintext: bytes, key: bytes) -> None:
    sealed = crypto.seal(key, plaintext, PLACE)

    assert crypto.open_(key, sealed, PLACE) == plaintext
    assert len(sealed) == len(plaintext) + crypto.OVERHEAD_BYTES


def test_seal_never_gives_the_same_bytes_twice() -> None:
    assert len({crypto.seal(KEY, b"Ana", PLACE) for _ in range(100)}) == 100


def test_seal_hides_the_text() -> None:
    assert b"Ana Lopez" not in crypto.seal(KEY, b"Ana Lopez", PLACE)


def test_open_reads_what_the_first_format_wrote() -> None:
    sealed = bytes.fromhex("01000102030405060708090a0b066cb79229010870e74cf5b13741303a1809a9")

    assert crypto.open_(KEY, sealed, PLACE) == b"Ana"


@pytest.mark.parametrize(
    "other",
    [
        crypto.place("accounts.Customer.note_sealed", OWNER),
        crypto.place("accounts.Customer.legal_name_sealed", OWNER[:-1] + "e"),
        crypto.place("accounts.Customer.legal_name_sealed" + OWNER[0], OWNER[1:]),
        b"",
    ],
)
def test_open_refuses_a_value_moved_to_another_place(other: bytes) -> None:
    sealed = crypto.seal(KEY, b"Ana", PLACE)

    with pytest.raises(crypto.Unreadable):
        crypto.open_(KEY, sealed, other)


def test_open_refuses_another_key() -> None:
    sealed = crypto.seal(KEY, b"Ana", PLACE)

    with pytest.raises(crypto.Unreadable):
        crypto.open_(bytes(32), sealed, PLACE)


def test_open_refuses_every_single_changed_bit() -> None:
    sealed = crypto.seal(KEY, b"Ana", PLACE)
    opened = []

    for position in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[position // 8] ^= 1 << position % 8
        try:
            opened.append(crypto.open_(KEY, bytes(changed), PLACE))
        except crypto.Unreadable:
            continue

    assert opened == []


@pytest.mark.parametrize("length", [0, 1, 28])
def test_open_refuses_a_shortened_value(length: int) -> None:
    with pytest.raises(crypto.Unreadable, match="not a sealed value"):
        crypto.open_(KEY, crypto.seal(KEY, b"Ana", PLACE)[:length], PLACE)


def test_refusal_tells_nothing_of_the_value() -> None:
    with pytest.raises(crypto.Unreadable) as refusal:
        crypto.open_(KEY, crypto.seal(KEY, b"Ana", PLACE), b"")

    assert (str(refusal.value), refusal.value.__cause__) == ("the sealed value does not open here", None)


def test_new_data_keys_are_32_fresh_bytes() -> None:
    made = [crypto.new_data_key() for _ in range(50)]

    assert ({len(key) for key in made}, len(set(made))) == ({32}, 50)


def test_ring_unwraps_what_it_wrapped() -> None:
    ring = crypto.FileKeyRing(crypto.new_key_ring_json())

    wrapped = ring.wrap(KEY, owner=OWNER)

    assert ring.unwrap(wrapped, key_id=ring.active_id, owner=OWNER) == KEY
    assert KEY not in wrapped


def test_ring_refuses_a_key_moved_to_another_owner() -> None:
    ring = crypto.FileKeyRing(crypto.new_key_ring_json())
    wrapped = ring.wrap(KEY, owner=OWNER)

    with pytest.raises(crypto.Unreadable):
        ring.unwrap(wrapped, key_id=ring.active_id, owner="cus_other")


def rotated(text: str, *, keep_old: bool) -> str:
    content, added = json.loads(text), json.loads(crypto.new_key_ring_json())
    old = content["keys"] if keep_old else {}
    return json.dumps({**content, "active": added["active"], "keys": {**old, **added["keys"]}})


def test_ring_with_a_new_master_key_still_unwraps_the_old_ones() -> None:
    text = crypto.new_key_ring_json()
    old = crypto.FileKeyRing(text)
    wrapped = old.wrap(KEY, owner=OWNER)

    new = crypto.FileKeyRing(rotated(text, keep_old=True))

    assert new.active_id != old.active_id
    assert new.unwrap(wrapped, key_id=old.active_id, owner=OWNER) == KEY


def test_ring_without_the_old_master_key_leaves_old_backups_closed() -> None:
    text = crypto.new_key_ring_json()
    old = crypto.FileKeyRing(text)
    wrapped = old.wrap(KEY, owner=OWNER)

    new = crypto.FileKeyRing(rotated(text, keep_old=False))

    with pytest.raises(crypto.Unreadable, match=old.active_id):
        new.unwrap(wrapped, key_id=old.active_id, owner=OWNER)


def broken(**changes: object) -> str:
    return json.dumps({**json.loads(crypto.new_key_ring_json()), **changes})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "canary-secret",
        "[]",
        "{}",
        broken(format=2),
        broken(active="mk_gone"),
        broken(keys=["canary-secret"]),
        broken(keys={}),
        broken(keys={"mk_1": "canary-secret"}, active="mk_1"),
        broken(keys={"mk_1": base64.b64encode(bytes(31)).decode()}, active="mk_1"),
        broken(keys={"mk_1": None}, active="mk_1"),
        broken(fingerprint_key=base64.b64encode(bytes(16)).decode()),
        broken(fingerprint_key=7),
    ],
    ids=range(13),
)
def test_ring_refuses_a_broken_file_without_showing_it(text: str) -> None:
    with pytest.raises(crypto.BadKeyRing) as refusal:
        crypto.FileKeyRing(text)

    seen = f"{refusal.value} {refusal.value.__cause__}"
    assert ("canary" in seen, refusal.value.__cause__) == (False, None)


def test_new_rings_share_no_key() -> None:
    rings = [json.loads(crypto.new_key_ring_json()) for _ in range(20)]

    keys = [key for ring in rings for key in [*ring["keys"].values(), ring["fingerprint_key"]]]
    assert len(set(keys)) == 40


@pytest.fixture
def ring_file(tmp_path: Path, settings: object) -> Path:
    path = tmp_path / "ring.json"
    path.write_text(crypto.new_key_ring_json())
    settings.KEY_RING_FILE = str(path)  # type: ignore[attr-defined]
    return path


@pytest.mark.usefixtures("ring_file")
def test_fingerprint_is_the_same_for_the_same_value_of_a_kind() -> None:
    first, again = crypto.fingerprint("email", "ana@example.com"), crypto.fingerprint("email", "ana@example.com")

    assert (first == again, len(first)) == (True, 32)


@pytest.mark.usefixtures("ring_file")
def test_fingerprint_differs_by_kind_by_value_and_by_border() -> None:
    made = [
        crypto.fingerprint("email", "ana@example.com"),
        crypto.fingerprint("email", "ana@example.org"),
        crypto.fingerprint("login", "ana@example.com"),
        crypto.fingerprint("emaila", "na@example.com"),
        crypto.fingerprint("", "emailana@example.com"),
    ]

    assert len(set(made)) == 5


def test_fingerprint_differs_by_ring(ring_file: Path, tmp_path: Path, settings: object) -> None:
    here = crypto.fingerprint("email", "ana@example.com")
    other = tmp_path / "other.json"
    other.write_text(crypto.new_key_ring_json())

    settings.KEY_RING_FILE = str(other)  # type: ignore[attr-defined]

    assert crypto.fingerprint("email", "ana@example.com") != here
    settings.KEY_RING_FILE = str(ring_file)  # type: ignore[attr-defined]
    assert crypto.fingerprint("email", "ana@example.com") == here


def test_process_key_differs_by_purpose_and_from_a_fingerprint(ring_file: Path) -> None:
    made = [crypto.process_key("codes"), crypto.process_key("links"), crypto.fingerprint("codes", "")]

    assert len(made[0]) == crypto.KEY_BYTES
    assert made[0] == crypto.process_key("codes")
    assert len(set(made)) == 3


def test_process_key_differs_by_ring(ring_file: Path, tmp_path: Path, settings: object) -> None:
    here = crypto.process_key("codes")
    other = tmp_path / "other.json"
    other.write_text(crypto.new_key_ring_json())

    settings.KEY_RING_FILE = str(other)  # type: ignore[attr-defined]

    assert crypto.process_key("codes") != here


def test_cache_answers_without_the_ring_while_a_key_is_kept() -> None:
    text = crypto.new_key_ring_json()
    ring = crypto.FileKeyRing(text)
    blind = crypto.FileKeyRing(rotated(text, keep_old=False))
    wrapped = ring.wrap(KEY, owner=OWNER)
    cache = crypto.KeyCache(size=2, ttl_s=60)

    first = cache.unwrap(ring, wrapped, key_id=ring.active_id, owner=OWNER)
    second = cache.unwrap(blind, wrapped, key_id=ring.active_id, owner=OWNER)

    assert (first, second) == (KEY, KEY)


def test_cache_never_answers_for_another_owner() -> None:
    ring = crypto.FileKeyRing(crypto.new_key_ring_json())
    wrapped = ring.wrap(KEY, owner=OWNER)
    cache = crypto.KeyCache(size=2, ttl_s=60)
    cache.unwrap(ring, wrapped, key_id=ring.active_id, owner=OWNER)

    with pytest.raises(crypto.Unreadable):
        cache.unwrap(ring, wrapped, key_id=ring.active_id, owner="cus_other")


def test_cache_lets_keys_go_by_age_and_by_number() -> None:
    ring = crypto.FileKeyRing(crypto.new_key_ring_json())
    short, small = crypto.KeyCache(size=10, ttl_s=0), crypto.KeyCache(size=3, ttl_s=60)

    for number in range(10):
        owner = f"cus_{number}"
        wrapped = ring.wrap(KEY, owner=owner)
        for cache in (short, small):
            cache.unwrap(ring, wrapped, key_id=ring.active_id, owner=owner)

    assert (len(short), len(small)) == (1, 3)
