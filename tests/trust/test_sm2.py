"""SM2 is checked by an installed library or not at all; what we hand that library is ours to get right."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from station.trust.algorithms import AlgorithmNumber, Context
from station.trust.sm2 import LIBRARY, SIGNER_ID, Sm2, installed_algorithms

# The worked example of GB/T 32918.5-2017 annex A: public key, "message digest", signature r || s.
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
MESSAGE = b"message digest"
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
DER = bytes.fromhex("3046022100" + SIGNATURE[:32].hex() + "022100" + SIGNATURE[32:].hex())


PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SMALL = {
    "x": (1, 0x9F7A091433A81E3F218F405F792355BF2AA98B5FFA95982F03870800065279A3),
    "y": (1, 0x9C17043EFFE1A805A74A9A5E70B9D659705D3242094A566DC016F49311178D1F),
}


class LibraryError(Exception):
    """What the library raises for bytes it cannot read."""


def stand_in(answer: bool | Exception, asked: list[tuple[bytes, ...]]) -> ModuleType:
    def sm2_verify(public_key: bytes, message: bytes, signature: bytes, signer_id: bytes) -> bool:
        asked.append((public_key, message, signature, signer_id))
        if isinstance(answer, Exception):
            raise answer
        return answer

    module = ModuleType(LIBRARY)
    vars(module).update(sm2_verify=sm2_verify, GmsslInnerError=LibraryError)
    return module


@pytest.mark.parametrize(("answer", "verdict"), [(True, True), (False, False), (LibraryError(), False)])
def test_the_library_is_asked_with_der_and_the_default_identity(answer: bool | Exception, verdict: bool) -> None:
    asked: list[tuple[bytes, ...]] = []
    key = Sm2(stand_in(answer, asked)).load(PUBLIC)
    assert key.verify(SIGNATURE, Context.CARD, MESSAGE) is verdict
    assert asked == [(PUBLIC, Context.CARD.value + MESSAGE, DER, SIGNER_ID)]


@pytest.mark.parametrize("length", [0, 63, 65, 70])
def test_only_raw_signatures_reach_the_library(length: int) -> None:
    asked: list[tuple[bytes, ...]] = []
    assert not Sm2(stand_in(True, asked)).load(PUBLIC).verify(bytes(length), Context.CARD, MESSAGE)
    assert asked == []


@pytest.mark.parametrize(
    "public",
    [b"", PUBLIC[:-1], PUBLIC + b"\x00", b"\x04" + PUBLIC, bytes(64), b"\xff" * 64, PUBLIC[32:] + PUBLIC[:32]],
)
def test_a_public_key_is_a_point_of_the_curve(public: bytes) -> None:
    with pytest.raises(ValueError, match="SM2"):
        Sm2(stand_in(True, [])).load(public)


@pytest.mark.parametrize("which", ["x", "y"])
def test_a_coordinate_has_one_spelling(which: str) -> None:
    """A point of the curve with a coordinate small enough to be written a second time, plus the prime."""
    small, other = SMALL[which]
    twice = [(small, other), (other, small)][which == "y"]
    plus = [(small + PRIME, other), (other, small + PRIME)][which == "y"]
    library = stand_in(True, [])
    Sm2(library).load(b"".join(one.to_bytes(32, "big") for one in twice))
    with pytest.raises(ValueError, match="SM2"):
        Sm2(library).load(b"".join(one.to_bytes(32, "big") for one in plus))


def test_the_table_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    assert set(installed_algorithms()) == {AlgorithmNumber.ED25519}


def test_the_table_with_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib, "import_module", lambda name: stand_in(True, []))
    assert set(installed_algorithms()) == {AlgorithmNumber.ED25519, AlgorithmNumber.SM2_SM3}
    assert installed_algorithms()[AlgorithmNumber.SM2_SM3].load(PUBLIC).verify(SIGNATURE, Context.CARD, MESSAGE)


def test_the_standards_own_example_with_the_real_library() -> None:
    library = pytest.importorskip(LIBRARY)
    assert library.sm2_verify(PUBLIC, MESSAGE, DER, SIGNER_ID)
    assert not library.sm2_verify(PUBLIC, MESSAGE + b"x", DER, SIGNER_ID)
    public, private = library.sm2_key_generate()
    key = Sm2(library).load(public)
    for n in range(200):
        message = b"card %d" % n
        der = library.sm2_sign(private, public, Context.CARD.value + message, SIGNER_ID)
        raw = raw_from(der)
        assert key.verify(raw, Context.CARD, message)
        assert not key.verify(raw, Context.PHONE, message)
        assert not key.verify(raw[32:] + raw[:32], Context.CARD, message)


def raw_from(der: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
