"""A key signs only what it may, one issue number per print attempt, and a station's key signs no card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.domain.days import start_of_day
from station.domain.errors import Fault, Refused
from station.trust.algorithms import Context
from station.trust.founding import Founding, with_state
from station.trust.keyring import Keyring
from station.trust.register import KeyState, Purpose
from station.trust.sealing import Sealed
from station.trust.signer import PERMITS_PER_KEY, Signer, signer_for
from station.trust.stationkey import FactSigner, fact_signature_holds
from station.trust.token import Kind, encode
from station.trust.verdict import judge
from tests.trust.sample import LAST_DAY, NUMBER, TODAY


def refused(call: object, *args: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


def test_tokens_are_issued_ahead_one_issue_number_each(signer: Signer, keyring: Keyring) -> None:
    tokens = signer.issue_ahead(NUMBER, TODAY, LAST_DAY, 7)
    more = signer.issue_ahead(NUMBER, TODAY, LAST_DAY, 7, count=2, first_issue=4)
    assert [t.body.issue_number for t in tokens + more] == [1, 2, 3, 4, 5]
    assert len(set(tokens + more)) == 5
    assert all(judge(encode(t), keyring, TODAY).genuine for t in tokens + more)
    assert signer.signed_count == 1
    assert tokens[0].body.kind is Kind.CARD


def test_issue_numbers_end_at_255(signer: Signer) -> None:
    assert signer.issue_ahead(NUMBER, TODAY, LAST_DAY, 7, 1, 255)[0].body.issue_number == 255
    for count, first in ((0, 1), (3, 0), (2, 255), (1, 256), (300, 1)):
        assert refused(signer.issue_ahead, NUMBER, TODAY, LAST_DAY, 7, count, first) == "issue_number_range"


@pytest.mark.parametrize(
    ("number", "day", "code"),
    [
        ("3302032026000001", TODAY, "key_may_not_sign"),
        (NUMBER, date(2025, 12, 31), "key_may_not_sign"),
        (NUMBER, date(2027, 2, 1), "key_may_not_sign"),
        ("330102", TODAY, "permit_number_form"),
    ],
)
def test_a_key_signs_for_its_own_area_and_days(signer: Signer, number: str, day: date, code: str) -> None:
    assert refused(signer.sign_token, number, 1, day, LAST_DAY, 0) == code
    assert signer.signed_count == 0


def test_a_card_does_not_outlive_its_key(signer: Signer) -> None:
    until = signer.key.verify_until
    signer.sign_token(NUMBER, 1, TODAY, until, 0)
    assert refused(signer.sign_token, NUMBER, 1, TODAY, until + timedelta(days=1), 0) == "last_day_past_key"


def test_a_token_that_cannot_be_packed_does_not_count(signer: Signer) -> None:
    assert refused(signer.sign_token, NUMBER, 1, TODAY, TODAY - timedelta(days=1), 0) == "token_days"
    assert signer.signed_count == 0


def test_twenty_thousand_permits_and_no_more(founding: Founding) -> None:
    assert PERMITS_PER_KEY == 20_000
    key = founding.register.keys[2]
    signed = {f"3301022026{n:06d}" for n in range(1, PERMITS_PER_KEY)}
    signer = Signer(founding.private[3], key, Purpose.PRODUCTION, signed)
    assert signer.signed_count == PERMITS_PER_KEY - 1
    signer.sign_token("3301022026900000", 1, TODAY, LAST_DAY, 0)
    assert refused(signer.sign_token, "3301022026900001", 1, TODAY, LAST_DAY, 0) == "key_may_not_sign"
    assert signer.sign_token("3301022026900000", 4, TODAY, LAST_DAY, 0)  # another print of a permit it stands for
    assert signer.sign_token("3301022026000001", 4, TODAY, LAST_DAY, 0)


@pytest.mark.parametrize("state", [KeyState.RETIRED, KeyState.WITHDRAWN])
def test_a_key_out_of_use_signs_nothing(founding: Founding, state: KeyState) -> None:
    key = with_state(founding, 3, state, TODAY).register.keys[2]
    signer = Signer(founding.private[3], key, Purpose.PRODUCTION)
    assert refused(signer.sign_token, NUMBER, 1, TODAY, LAST_DAY, 0) == "key_may_not_sign"
    assert refused(signer.sign_phone_code, NUMBER, start_of_day(TODAY), 0) == "key_may_not_sign"


def test_a_signer_holds_the_key_of_its_row(founding: Founding) -> None:
    key = founding.register.keys[2]
    for private, row in ((Ed25519PrivateKey.generate(), key), (founding.private[3], replace(key, algorithm=1))):
        with pytest.raises(Fault) as fault:
            Signer(private, row, Purpose.PRODUCTION)
        assert fault.value.code == "signer_mismatch"
    again = Signer.from_sealed(Signer(founding.private[3], key, Purpose.PRODUCTION).to_seal(), key, Purpose.PRODUCTION)
    assert again.sign_token(NUMBER, 1, TODAY, LAST_DAY, 0)


def test_the_key_is_chosen_by_area_and_day(founding: Founding) -> None:
    signers = founding.signers()
    assert signer_for(signers, NUMBER, TODAY).key.number == 3
    assert signer_for(signers, NUMBER, date(2025, 6, 1)).key.number == 1
    assert signer_for(signers, "3302032026000001", TODAY).key.number == 4
    with pytest.raises(Refused) as caught:
        signer_for(signers, "3303022026000001", TODAY)
    assert caught.value.code == "no_signing_key"


def test_a_station_signs_hashes_and_nothing_else() -> None:
    private = Ed25519PrivateKey.generate()
    facts = FactSigner(private)
    digest = bytes(range(32))
    signature = facts.sign(digest)
    assert fact_signature_holds(facts.public_key, digest, signature)
    assert not fact_signature_holds(facts.public_key, bytes(32), signature)
    assert not fact_signature_holds(FactSigner(Ed25519PrivateKey.generate()).public_key, digest, signature)
    assert not fact_signature_holds(facts.public_key, digest, private.sign(digest))
    assert not fact_signature_holds(facts.public_key, digest, private.sign(Context.CARD.value + digest))
    assert refused(facts.sign, bytes(31)) == "fact_hash_length"


@pytest.mark.parametrize(
    ("public", "digest", "signature"),
    [
        (bytes(31), bytes(32), bytes(64)),
        (bytes(32), bytes(31), bytes(64)),
        (bytes(32), bytes(32), bytes(63)),
        (bytes(32), bytes(32), b""),
        (b"\xff" * 32, bytes(32), bytes(64)),
    ],
)
def test_malformed_fact_signatures_do_not_hold(public: bytes, digest: bytes, signature: bytes) -> None:
    assert not fact_signature_holds(public, digest, signature)


def test_the_stations_key_rests_sealed_under_its_own_name(signer: Signer) -> None:
    facts = FactSigner(Ed25519PrivateKey.generate())
    assert FactSigner.from_sealed(facts.to_seal()).public_key == facts.public_key
    with pytest.raises(Refused):
        Signer.from_sealed(facts.to_seal(), signer.key, Purpose.PRODUCTION)
    for wrong in (signer.to_seal(), Sealed("station-facts", 0, bytes(31))):
        with pytest.raises(Refused) as caught:
            FactSigner.from_sealed(wrong)
        assert caught.value.code == "sealed_purpose"


def test_a_bitmap_signature_is_for_bitmaps(founding: Founding, signer: Signer) -> None:
    public = founding.private[3].public_key()
    public.verify(signer.sign_bitmap(b"body"), Context.BITMAP.value + b"body")
