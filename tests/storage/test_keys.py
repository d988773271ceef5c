"""The key ring seals for one place and one row, and finds by blind index."""

import base64

import pytest

from storage.keys import BadKeys, CannotOpen, KeyRing, key_number
from tests.registry import KEYS

OLD = f"1:{base64.b64encode(b'a' * 32).decode()}"
NEW = f"2:{base64.b64encode(b'b' * 32).decode()}"


def test_what_is_sealed_opens_only_in_its_own_place_and_row() -> None:
    keys = KeyRing.parse(KEYS)
    blob = keys.seal("people.card", 7, "Сейітова")
    assert keys.open("people.card", 7, blob) == "Сейітова"
    for place, row in (("people.card", 8), ("inbox.body", 7)):
        with pytest.raises(CannotOpen):
            keys.open(place, row, blob)


def test_one_changed_byte_does_not_open() -> None:
    keys = KeyRing.parse(KEYS)
    blob = keys.seal("people.card", 7, "x")
    for at in range(len(blob)):
        broken = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        with pytest.raises(CannotOpen):
            keys.open("people.card", 7, broken)
    for cut in (0, 1, 2, 10, 14):
        with pytest.raises(CannotOpen):
            keys.open("people.card", 7, blob[:cut])


def test_the_same_text_is_never_sealed_alike_twice() -> None:
    keys = KeyRing.parse(KEYS)
    assert len({keys.seal("people.card", 7, "x") for _ in range(100)}) == 100


def test_an_older_key_still_opens_and_the_first_one_seals() -> None:
    old = KeyRing.parse(OLD).seal("people.card", 7, "x")
    ring = KeyRing.parse(f"{NEW},{OLD}")
    assert ring.open("people.card", 7, old) == "x"
    assert key_number(ring.seal("people.card", 7, "x")) == 2
    assert ring.numbers == (2, 1)
    with pytest.raises(CannotOpen) as fault:
        KeyRing.parse(NEW).open("people.card", 7, old)
    assert fault.value.key_number == 1


def test_blind_indexes_differ_by_kind_value_and_key() -> None:
    ring, other = KeyRing.parse(OLD), KeyRing.parse(NEW)
    indexes = [
        ring.blind("iin", "1"),
        ring.blind("phone", "1"),
        ring.blind("iin", "2"),
        other.blind("iin", "1"),
    ]
    assert len(set(indexes)) == 4
    assert ring.blind("iin", "1") == KeyRing.parse(f"{NEW},{OLD}").only(1).blind("iin", "1")


def test_parts_of_a_mac_do_not_run_into_each_other() -> None:
    keys = KeyRing.parse(KEYS)
    assert keys.mac("x", b"ab", b"c") != keys.mac("x", b"a", b"bc")


def test_every_fault_of_a_ring_is_told_at_once_and_no_key_is_shown() -> None:
    short = base64.b64encode(b"short").decode()
    with pytest.raises(BadKeys) as faults:
        KeyRing.parse(f"nonumber,0:{short},3:***,4:{short},{OLD},{OLD}")
    assert [(fault.place, fault.code) for fault in faults.value.faults] == [
        (1, "no_number"), (2, "bad_number"), (3, "not_base64"), (4, "not_32_bytes"),
        (6, "number_twice"),
    ]  # fmt: skip
    assert short not in str(faults.value)
    with pytest.raises(BadKeys, match="number_twice"):
        KeyRing.parse(f"{OLD},{OLD}")
    assert "aaaa" not in repr(KeyRing.parse(OLD))


def test_a_new_key_fits_a_ring() -> None:
    assert KeyRing.parse(f"9:{KeyRing.new_key()}").current == 9
