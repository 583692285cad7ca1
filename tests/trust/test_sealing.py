"""A private key at rest: opened by its own secret only, never weakened, never overwritten."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.errors import Fault, Refused
from station.trust.sealing import (
    MEMORY_LIMIT_KIB,
    SIZE_LIMIT,
    STANDARD_COST,
    Cost,
    Sealed,
    read_sealed,
    seal_with_passphrase,
    seal_with_raw_key,
    unseal,
    write_sealed,
)

CHEAP = Cost(1, 8, 1)
KEY = Sealed("code-signing", 3, bytes(range(32)))
RAW = b"k" * 32
BY_RAW = seal_with_raw_key(KEY, RAW)
BY_WORDS = seal_with_passphrase(KEY, "一句很长的口令 café", CHEAP)


def test_what_was_sealed_comes_out() -> None:
    assert unseal(BY_RAW, raw_key=RAW) == KEY
    assert unseal(BY_WORDS, passphrase="一句很长的口令 café") == KEY
    assert unseal(BY_WORDS, passphrase="一句很长的口令 cafe\u0301") == KEY  # the same words on another keyboard


def test_the_secret_is_neither_in_the_file_nor_in_the_repr() -> None:
    for file in (BY_RAW, BY_WORDS):
        assert KEY.secret not in file
        assert KEY.secret.hex().encode() not in file
    assert repr(KEY) == "Sealed(purpose='code-signing', number=3)"


def test_two_seals_of_one_key_differ() -> None:
    assert seal_with_raw_key(KEY, RAW) != BY_RAW


def test_the_standard_cost_is_the_measured_one() -> None:
    assert Cost(3, 65536, 4) == STANDARD_COST


@pytest.mark.parametrize(
    ("data", "passphrase", "raw", "code"),
    [
        (BY_WORDS, "wrong", None, "seal_not_opened"),
        (BY_WORDS, "\ud800", None, "seal_not_opened"),
        (BY_RAW, None, b"j" * 32, "seal_not_opened"),
        (BY_RAW, None, b"short", "raw_key_length"),
        (BY_RAW, "words", None, "sealed_otherwise"),
        (BY_WORDS, None, RAW, "sealed_otherwise"),
        (BY_RAW, None, None, "sealed_otherwise"),
        (BY_WORDS, "words", RAW, "sealed_otherwise"),
    ],
)
def test_what_does_not_open(data: bytes, passphrase: str | None, raw: bytes | None, code: str) -> None:
    with pytest.raises(Refused) as caught:
        unseal(data, passphrase=passphrase, raw_key=raw)
    assert caught.value.code == code


def edited(change: Callable[[dict[str, Any]], object], data: bytes = BY_WORDS) -> bytes:
    outer = json.loads(data)
    change(outer)
    return json.dumps(outer).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        b"1",
        b"[" * 10_000,
        b" " * (SIZE_LIMIT + 1),
        BY_WORDS + b" " * SIZE_LIMIT,
        edited(lambda o: o.update(header=[])),
        edited(lambda o: o.update(nonce="00")),
        edited(lambda o: o.update(nonce=5)),
        edited(lambda o: o.update(sealed="zz")),
        edited(lambda o: o.update(sealed="00" * 15)),
        edited(lambda o: o["header"].update(format=2)),
        edited(lambda o: o["header"].update(extra=1)),
        edited(lambda o: o["header"].update(kdf="md5")),
        edited(lambda o: o["header"].update(number="3")),
        edited(lambda o: o["header"].update(number=True)),
        edited(lambda o: o["header"].update(m=MEMORY_LIMIT_KIB + 1)),
        edited(lambda o: o["header"].update(m=7)),
        edited(lambda o: o["header"].update(t=0)),
        edited(lambda o: o["header"].update(t=65)),
        edited(lambda o: o["header"].update(p=0)),
        edited(lambda o: o["header"].update(p=17, m=1024)),
        edited(lambda o: o["header"].update(salt="00")),
        edited(lambda o: o["header"].update(salt="zz")),
        edited(lambda o: o["header"].pop("salt")),
        edited(lambda o: o["header"].pop("kdf")),
        edited(lambda o: o["header"].pop("purpose"), BY_RAW),
    ],
)
def test_what_is_no_sealed_file(data: bytes) -> None:
    with pytest.raises(Fault) as caught:
        unseal(data, passphrase="x")
    assert caught.value.code == "sealed_damaged"


@pytest.mark.parametrize(("field", "value"), [("number", 4), ("purpose", "station-facts"), ("t", 2), ("m", 9)])
def test_the_header_cannot_be_exchanged(field: str, value: object) -> None:
    data = edited(lambda o: o["header"].update({field: value}))
    with pytest.raises(Refused) as caught:
        unseal(data, passphrase="一句很长的口令 café")
    assert caught.value.code == "seal_not_opened"


@given(st.integers(0, len(BY_RAW) - 2), st.integers(1, 255))
@settings(max_examples=200)
def test_no_changed_byte_opens(index: int, change: int) -> None:
    data = bytearray(BY_RAW)
    data[index] ^= change
    try:
        opened = unseal(bytes(data), raw_key=RAW)
    except (Refused, Fault):
        return
    assert opened == KEY  # only the case of a hexadecimal digit
    assert bytes(data).lower() == BY_RAW


def test_a_file_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "key-3.sealed"
    (tmp_path / "key-3.sealed.part").write_bytes(b"left by a power cut")
    write_sealed(path, BY_RAW)
    assert read_sealed(path) == BY_RAW
    assert [one.name for one in tmp_path.iterdir()] == ["key-3.sealed"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(Refused) as caught:
        write_sealed(path, BY_WORDS)
    assert caught.value.code == "sealed_exists"
    assert read_sealed(path) == BY_RAW


def test_a_place_that_cannot_be_written_or_read(tmp_path: Path) -> None:
    with pytest.raises(Fault) as unwritable:
        write_sealed(tmp_path / "no" / "where", BY_RAW)
    assert unwritable.value.code == "sealed_unwritable"
    with pytest.raises(Fault) as unreadable:
        read_sealed(tmp_path / "nothing")
    assert unreadable.value.code == "sealed_unreadable"


@pytest.mark.parametrize("cost", [Cost(64, 8, 1), Cost(1, 128, 16)])
def test_the_dearest_derivations_that_are_read(cost: Cost) -> None:
    assert unseal(seal_with_passphrase(KEY, "words", cost), passphrase="words") == KEY


def test_a_tag_without_a_secret_does_not_open() -> None:
    with pytest.raises(Refused):
        unseal(edited(lambda o: o.update(sealed="00" * 16), BY_RAW), raw_key=RAW)
    assert MEMORY_LIMIT_KIB == 1024 * 1024
    assert SIZE_LIMIT == 16_384
