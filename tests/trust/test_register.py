"""A register is one signed line, read only when the root signed it; a keyring only moves forward."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.errors import Fault, Refused
from station.trust.algorithms import AlgorithmNumber, Context
from station.trust.founding import Founding, found, reopened, with_state, with_year
from station.trust.keyring import Freshness, Keyring
from station.trust.register import SIZE_LIMIT, Key, KeyState, Purpose, Register, read_register
from station.trust.sealing import Sealed
from station.trust.signer import Signer
from tests.trust.sample import NUMBER, TODAY

KEY = Key(1, 0, bytes(32), ("330100",), date(2026, 1, 1), date(2027, 1, 31), date(2030, 1, 31))


def test_a_register_survives_the_journey(founding: Founding) -> None:
    assert read_register(founding.register_file(), founding.root_public_key) == founding.register
    assert len(founding.register.keys) == 4
    assert founding.register_file().isascii()
    assert json.loads(founding.register.canonical())["version"] == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("number", 0, "key_fields"),
        ("number", 0x10000, "key_fields"),
        ("algorithm", 4, "key_fields"),
        ("algorithm", -1, "key_fields"),
        ("areas", (), "key_fields"),
        ("areas", ("330100", "3301"), "key_fields"),
        ("areas", ("33010a",), "key_fields"),
        ("areas", ("33０100",), "key_fields"),
        ("areas", ("320100",), "key_fields"),
        ("sign_until", date(2025, 12, 31), "key_window"),
        ("sign_until", date(2027, 2, 28), "key_window"),
        ("verify_until", date(2027, 1, 30), "key_window"),
    ],
)
def test_a_key_row_that_makes_no_sense(field: str, value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        replace(KEY, **{field: value})
    assert refused.value.code == code


@pytest.mark.parametrize(
    "edge",
    [
        {"number": 0xFFFF},
        {"algorithm": 3},
        {"sign_until": KEY.sign_from},
        {"sign_until": KEY.sign_from + timedelta(days=403)},
        {"verify_until": KEY.sign_until},
    ],
)
def test_the_edges_of_a_key_row(edge: dict[str, object]) -> None:
    assert replace(KEY, **edge)
    with pytest.raises(Refused):
        replace(KEY, sign_until=KEY.sign_from + timedelta(days=404))


@pytest.mark.parametrize("numbers", [(1, 1), (2, 1)])
def test_key_numbers_rise(numbers: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        Register(1, TODAY, Purpose.PRODUCTION, tuple(replace(KEY, number=n) for n in numbers))


def test_versions_start_at_one() -> None:
    with pytest.raises(Refused):
        Register(0, TODAY, Purpose.PRODUCTION, (KEY,))


@pytest.mark.parametrize(
    ("areas", "covered"),
    [
        (("330100",), True),
        (("330102",), True),
        (("330000",), True),
        (("330200", "330100"), True),
        (("330103",), False),
        (("330200",), False),
        (("330200", "330300"), False),
    ],
)
def test_areas(areas: tuple[str, ...], covered: bool) -> None:
    assert replace(KEY, areas=areas).covers(NUMBER) is covered


def test_signing_days_are_inclusive() -> None:
    assert KEY.signs_on(KEY.sign_from)
    assert KEY.signs_on(KEY.sign_until)
    assert not KEY.signs_on(KEY.sign_from - timedelta(days=1))
    assert not KEY.signs_on(KEY.sign_until + timedelta(days=1))


def damaged(data: bytes, root: bytes) -> str:
    with pytest.raises(Fault) as fault:
        read_register(data, root)
    return fault.value.code


def test_files_that_are_no_register(founding: Founding) -> None:
    good, root = founding.register_file(), founding.root_public_key
    line, signature, _ = good.split(b"\n")
    for data in (
        b"",
        b"\n\n",
        good[:-1],
        good + b"\n",
        line + b"\n" + signature[:-2] + b"\n",
        line + b"\n" + b"zz" + signature[2:] + b"\n",
        line + b"\n" + b"\xff\xff" + signature[2:] + b"\n",
        good + b" " * SIZE_LIMIT,
    ):
        assert damaged(data, root) == "register_damaged"


def signed(line: bytes, founding: Founding) -> bytes:
    return line + b"\n" + founding.root.sign(Context.REGISTER.value + line).hex().encode() + b"\n"


def test_lines_the_root_should_not_have_signed(founding: Founding) -> None:
    plain = json.loads(founding.register.canonical())
    for line in (
        b"[]",
        b"{}",
        b"{",
        b"\xff",
        json.dumps(plain).encode(),  # spaces: not the one canonical form
        json.dumps(plain | {"format": 2}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(plain | {"version": "1"}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(plain | {"version": 0}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(plain | {"purpose": "party"}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(plain | {"made_on": "2026-13-01"}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(plain | {"extra": 1}, sort_keys=True, separators=(",", ":")).encode(),
    ):
        assert damaged(signed(line, founding), founding.root_public_key) == "register_damaged"


def test_a_register_of_another_root_is_forged(founding: Founding) -> None:
    other = founding.register.signed_by(Ed25519PrivateKey.generate())
    assert damaged(other, founding.root_public_key) == "register_forged"


def test_a_signature_for_another_purpose_does_not_make_a_register(founding: Founding) -> None:
    line = founding.register.canonical()
    for context in (Context.CARD, Context.FACT, Context.BITMAP):
        data = line + b"\n" + founding.root.sign(context.value + line).hex().encode() + b"\n"
        assert damaged(data, founding.root_public_key) == "register_forged"


@given(st.data())
@settings(max_examples=200)
def test_no_changed_byte_is_taken(founding: Founding, data: st.DataObject) -> None:
    good = bytearray(founding.register_file())
    index = data.draw(st.integers(0, len(good) - 1))
    good[index] ^= data.draw(st.integers(1, 255))
    try:
        read = read_register(bytes(good), founding.root_public_key)
    except Fault:
        return
    # Only the case of a hexadecimal digit may differ: the same signature, the same register.
    assert read == founding.register
    assert bytes(good).lower() == founding.register_file()


@given(st.binary(max_size=400))
def test_any_bytes_get_a_fault(founding: Founding, data: bytes) -> None:
    with pytest.raises(Fault):
        read_register(data, founding.root_public_key)


def test_a_keyring_only_moves_forward(founding: Founding) -> None:
    keyring = founding.keyring(TODAY)
    second = with_year(founding, ["330100"], 2027, TODAY)
    newer = keyring.taking(second.register_file(), TODAY + timedelta(days=3))
    assert (newer.version, newer.confirmed_on) == (2, TODAY + timedelta(days=3))
    assert len(newer.keys) == 5
    with pytest.raises(Fault) as fault:
        newer.taking(founding.register_file(), TODAY)
    assert fault.value.code == "register_older"
    with pytest.raises(Fault) as fault:
        Keyring.load(founding.register_file(), founding.root_public_key, TODAY, lowest_version=2)
    assert fault.value.code == "register_older"
    other_second = with_year(founding, ["330100"], 2027, TODAY)  # the same version, another fresh key
    with pytest.raises(Fault) as fault:
        newer.taking(other_second.register_file(), TODAY)
    assert fault.value.code == "register_fork"
    with pytest.raises(Fault) as fault:
        keyring.taking(second.register.signed_by(Ed25519PrivateKey.generate()), TODAY)
    assert fault.value.code == "register_forged"


def test_confirming_the_same_version_makes_it_fresh_and_never_older(founding: Founding) -> None:
    keyring = founding.keyring(TODAY)
    confirmed = keyring.taking(founding.register_file(), TODAY + timedelta(days=40))
    assert confirmed.age_days(TODAY + timedelta(days=41)) == 1
    assert confirmed.taking(founding.register_file(), TODAY).confirmed_on == TODAY + timedelta(days=40)
    assert founding.keyring(date(2020, 1, 1)).confirmed_on == TODAY  # never before the register was made


@pytest.mark.parametrize(
    ("days", "freshness"),
    [
        (-1, Freshness.STALE),
        (0, Freshness.FRESH),
        (6, Freshness.FRESH),
        (7, Freshness.AMBER),
        (29, Freshness.AMBER),
        (30, Freshness.STALE),
    ],
)
def test_the_age_of_a_register(founding: Founding, days: int, freshness: Freshness) -> None:
    keyring = founding.keyring(TODAY)
    assert keyring.freshness(TODAY + timedelta(days=days)) is freshness
    assert keyring.age_days(TODAY + timedelta(days=days)) == days


def test_a_row_whose_key_is_no_key_is_a_fault() -> None:
    root = Ed25519PrivateKey.generate()
    register = Register(1, TODAY, Purpose.PRODUCTION, (replace(KEY, public_key=bytes(31)),))
    with pytest.raises(Fault) as fault:
        Keyring.load(register.signed_by(root), root.public_key().public_bytes_raw(), TODAY)
    assert fault.value.code == "register_key_damaged"


def test_one_key_per_city_and_year_for_thirteen_months(founding: Founding) -> None:
    keys = founding.register.keys
    assert [(key.number, key.areas, key.sign_from.year) for key in keys] == [
        (1, ("330100",), 2025),
        (2, ("330200",), 2025),
        (3, ("330100",), 2026),
        (4, ("330200",), 2026),
    ]
    assert len({key.public_key for key in keys}) == 4
    assert (keys[2].sign_from, keys[2].sign_until) == (date(2026, 1, 1), date(2027, 1, 31))
    assert keys[2].verify_until == date(2030, 1, 31)
    assert all(key.algorithm == AlgorithmNumber.ED25519 for key in keys)
    assert len(founding.signers()) == 4


def test_leap_years_fit_the_thirteen_months() -> None:
    found(["330100"], range(2020, 2031), Purpose.REHEARSAL, TODAY)


def test_keys_only_go_out_of_use(founding: Founding) -> None:
    retired = with_state(founding, 3, KeyState.RETIRED, TODAY)
    assert retired.register.version == 2
    assert [key.state for key in retired.register.keys][2] is KeyState.RETIRED
    assert 3 not in retired.private
    assert len(retired.signers()) == 3
    withdrawn = with_state(retired, 3, KeyState.WITHDRAWN, TODAY)
    assert withdrawn.register.version == 3
    for state in KeyState:
        with pytest.raises(Refused) as refused:
            with_state(withdrawn, 3, state, TODAY)
        assert refused.value.code == "key_state_backwards"
    with pytest.raises(Refused):
        with_state(founding, 99, KeyState.RETIRED, TODAY)


def test_an_authority_is_put_together_again_from_its_files(founding: Founding) -> None:
    sealed = [signer.to_seal() for signer in founding.signers()]
    again = reopened(founding.register, founding.root_to_seal(), sealed)
    assert again.register_file() == founding.register_file()
    assert [s.to_seal() for s in again.signers()] == sealed
    with pytest.raises(Refused) as refused:
        reopened(founding.register, sealed[0], [])
    assert refused.value.code == "sealed_purpose"
    with pytest.raises(Refused):
        reopened(founding.register, founding.root_to_seal(), [replace(sealed[0], number=9)])
    with pytest.raises(Refused):
        reopened(founding.register, founding.root_to_seal(), [founding.root_to_seal()])
    with pytest.raises(Fault) as fault:  # the private half of another row
        reopened(founding.register, founding.root_to_seal(), [replace(sealed[0], number=2)])
    assert fault.value.code == "signer_mismatch"
    for wrong in (Sealed("code-signing", 1, bytes(31)), Sealed("station-facts", 1, bytes(32))):
        with pytest.raises(Refused):
            Signer.from_sealed(wrong, founding.register.keys[0], Purpose.PRODUCTION)


def test_signers_are_the_active_keys_that_are_here(founding: Founding) -> None:
    some = replace(founding, private={n: founding.private[n] for n in (1, 3)})
    assert [signer.key.number for signer in some.signers()] == [1, 3]
    retired = replace(with_state(founding, 3, KeyState.RETIRED, TODAY), private=founding.private)
    assert [signer.key.number for signer in retired.signers()] == [1, 2, 4]
