"""Another city's list: signed, small, never a wrong alarm, never about a third city."""

from __future__ import annotations

import random
import zlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.errors import Fault, Refused
from station.trust.algorithms import Context
from station.trust.founding import Founding, with_state
from station.trust.keyring import Keyring
from station.trust.register import KeyState
from station.trust.signer import Signer
from station.trust.status_bitmap import _HEAD, _SEGMENT, MAGIC, SIZE_LIMIT, Listed, Segment, StatusBitmap, read_bitmap
from tests.trust.sample import NUMBER, TODAY

AS_OF = 1_795_000_000_000
PLACE = (102, 2026)
LIST = StatusBitmap.of("330100", 7, AS_OF, {PLACE: 1001, (106, 2025): 3, (110, 2026): 0}, [NUMBER, "3301062025000003"])


@pytest.mark.parametrize(
    ("number", "listed"),
    [
        (NUMBER, Listed.WITHDRAWN),
        ("3301022026000122", Listed.NOT_WITHDRAWN),
        ("3301022026000124", Listed.NOT_WITHDRAWN),
        ("3301022026000001", Listed.NOT_WITHDRAWN),
        ("3301022026001001", Listed.NOT_WITHDRAWN),
        ("3301022026001002", Listed.UNKNOWN),  # not given out when the list was made
        ("3301022025000123", Listed.UNKNOWN),
        ("3301102026000001", Listed.UNKNOWN),
        ("3302022026000123", Listed.UNKNOWN),
        ("3301062025000003", Listed.WITHDRAWN),
        ("3301062025000004", Listed.UNKNOWN),
    ],
)
def test_what_the_list_says(signer: Signer, keyring: Keyring, number: str, listed: Listed) -> None:
    assert LIST.listed(number) is listed
    assert read_bitmap(LIST.signed_by(signer), keyring, TODAY).listed(number) is listed


def test_a_list_survives_the_journey(signer: Signer, keyring: Keyring) -> None:
    assert read_bitmap(LIST.signed_by(signer), keyring, TODAY) == LIST
    empty = StatusBitmap.of("330100", 1, AS_OF, {}, [])
    assert read_bitmap(empty.signed_by(signer), keyring, TODAY) == empty


@given(st.dictionaries(st.integers(1, 30), st.sets(st.integers(1, 300))))
@settings(max_examples=60)
def test_exactly_the_withdrawn_are_listed(founding: Founding, keyring: Keyring, places: dict[int, set[int]]) -> None:
    signer = founding.signers()[2]
    sizes = {(100 + county, 2026): max(gone, default=0) + 3 for county, gone in places.items()}
    withdrawn = [f"3301{county:02d}2026{n:06d}" for county, gone in places.items() for n in gone]
    read = read_bitmap(StatusBitmap.of("330100", 1, AS_OF, sizes, withdrawn).signed_by(signer), keyring, TODAY)
    for (county, year), size in sizes.items():
        for n in range(1, size + 1):
            expected = Listed.WITHDRAWN if n in places[county - 100] else Listed.NOT_WITHDRAWN
            assert read.listed(f"33{county:04d}{year}{n:06d}") is expected


def test_its_size_is_what_was_measured(signer: Signer) -> None:
    """trust.md §4.6: 131,072 permits, 2 % withdrawn: about 3 KB."""
    dice = random.Random(3)
    gone = [f"3301022026{n:06d}" for n in dice.sample(range(1, 131_073), 2621)]
    assert 2500 < len(StatusBitmap.of("330100", 1, AS_OF, {PLACE: 131_072}, gone).signed_by(signer)) < 4000


def refused(call: object) -> str:
    with pytest.raises(Refused) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_lists_that_cannot_be_made() -> None:
    cases = {
        "bitmap_fields": [
            lambda: StatusBitmap.of("330100", 1, AS_OF, {(200, 2026): 10}, []),  # Ningbo's county in Hangzhou's list
            lambda: StatusBitmap.of("330100", 1, AS_OF, {(99, 2026): 10}, []),
            lambda: StatusBitmap.of("330100", 0, AS_OF, {}, []),
            lambda: StatusBitmap.of("330100", 1, -1, {}, []),
        ],
        "bitmap_size": [
            lambda: StatusBitmap.of("330100", 1, AS_OF, {PLACE: 1_000_000}, []),
            lambda: Segment(-1, b""),
            lambda: Segment(9, b"x"),
        ],
        "bitmap_number": [
            lambda: StatusBitmap.of("330100", 1, AS_OF, {PLACE: 122}, [NUMBER]),
            lambda: StatusBitmap.of("330100", 1, AS_OF, {}, [NUMBER]),
        ],
        "permit_number_form": [lambda: LIST.listed("1"), lambda: StatusBitmap.of("330100", 1, 0, {}, ["1"])],
    }
    for code, calls in cases.items():
        for call in calls:
            assert refused(call) == code


def test_only_a_newer_list_of_the_same_city_takes_its_place() -> None:
    newer = StatusBitmap.of("330100", 8, AS_OF + 1, {}, [])
    assert LIST.replaces(None)
    assert newer.replaces(LIST)
    assert StatusBitmap.of("330100", 8, AS_OF, {}, []).replaces(LIST)
    assert LIST.replaces(StatusBitmap.of("330100", 1, 0, {}, []))
    assert not LIST.replaces(newer)
    assert not LIST.replaces(LIST)
    assert not StatusBitmap.of("330200", 8, AS_OF, {}, []).replaces(LIST)
    assert not StatusBitmap.of("330100", 8, AS_OF - 1, {}, []).replaces(LIST)


def fault(data: bytes, keyring: Keyring, later: int = 0) -> str:
    with pytest.raises(Fault) as caught:
        read_bitmap(data, keyring, TODAY + timedelta(days=later))
    return caught.value.code


def test_who_may_sign_a_list(founding: Founding, signer: Signer, keyring: Keyring) -> None:
    good = LIST.signed_by(signer)
    ningbo = founding.signers()[3]
    assert fault(LIST.signed_by(ningbo), keyring) == "bitmap_forged"
    until = (signer.key.verify_until - TODAY).days
    assert read_bitmap(good, keyring, signer.key.verify_until) == LIST
    assert fault(good, keyring, later=until + 1) == "bitmap_forged"  # the key's last day has passed
    withdrawn = with_state(founding, 3, KeyState.WITHDRAWN, TODAY).keyring(TODAY)
    assert fault(good, withdrawn) == "bitmap_forged"
    assert fault(good[:-64] + bytes(64), keyring) == "bitmap_forged"
    assert fault(good[:-64] + founding.private[3].sign(good[:-64]), keyring) == "bitmap_forged"
    card_context = founding.private[3].sign(Context.CARD.value + good[:-64])
    assert fault(good[:-64] + card_context, keyring) == "bitmap_forged"
    stranger = _HEAD.pack(MAGIC, 330100, 1, AS_OF, 999, 0) + zlib.compress(b"")
    assert fault(stranger + signer.sign_bitmap(stranger), keyring) == "bitmap_forged"
    no_library = Keyring(founding.register, founding.root_public_key, TODAY, {})
    assert fault(good, no_library) == "bitmap_forged"


def made(signer: Signer, table: bytes, count: int, packed: bytes, *, generation: int = 1) -> bytes:
    body = _HEAD.pack(MAGIC, 330100, generation, AS_OF, 3, count) + table + packed
    return body + signer.sign_bitmap(body)


def test_files_that_are_no_list(signer: Signer, keyring: Keyring) -> None:
    row = _SEGMENT.pack(*PLACE, 80)
    ten = zlib.compress(bytes(10))
    most = b"".join(_SEGMENT.pack(102, 2020 + n, 999_999) for n in range(68))
    assert SIZE_LIMIT == 8 * 1024 * 1024
    assert read_bitmap(made(signer, row, 1, ten), keyring, TODAY).listed(NUMBER) is Listed.UNKNOWN
    for data in (
        b"",
        b"x" * 200,
        MAGIC,
        MAGIC + bytes(64),
        LIST.signed_by(signer) + bytes(SIZE_LIMIT),
        made(signer, row, 2, b""),  # a table shorter than announced
        made(signer, row * 2, 2, zlib.compress(bytes(20))),  # the same place twice
        made(signer, row, 1, b"not compressed"),
        made(signer, row, 1, ten[:-1]),
        made(signer, row, 1, ten + b"x"),
        made(signer, row, 1, zlib.compress(bytes(11))),
        made(signer, row, 1, zlib.compress(bytes(9))),
        made(signer, row, 1, zlib.compress(bytes(50_000_000))),  # inflates to more than was announced
        made(signer, _SEGMENT.pack(*PLACE, 0xFFFFFFFF), 1, ten),
        made(signer, _SEGMENT.pack(*PLACE, 1_000_000), 1, zlib.compress(bytes(125_000))),
        made(signer, _SEGMENT.pack(203, 2026, 80), 1, ten),  # another city's county
        made(signer, row, 1, ten, generation=0),
        made(signer, most, 68, zlib.compress(bytes(68 * 125_000))),  # more than 8 MB altogether
    ):
        assert fault(data, keyring) == "bitmap_damaged"


@given(st.data())
@settings(max_examples=100)
def test_no_changed_byte_is_taken(founding: Founding, keyring: Keyring, data: st.DataObject) -> None:
    good = bytearray(LIST.signed_by(founding.signers()[2]))
    index = data.draw(st.integers(0, len(good) - 1))
    good[index] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Fault):
        read_bitmap(bytes(good), keyring, TODAY)
