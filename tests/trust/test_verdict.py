"""What a code is worth: the table of rules, mutations, and what a leaked or foreign key can do."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.days import day_of, start_of_day
from station.trust.algorithms import AlgorithmNumber, Context
from station.trust.founding import Founding, found, with_state
from station.trust.keyring import Keyring
from station.trust.register import KeyState, Purpose, Register
from station.trust.signer import Signer, signer_for
from station.trust.sm2 import Sm2
from station.trust.token import CONTEXT_OF, DIGITS, TOKEN_BYTES, Body, Kind, Token, encode, phone_body, url
from station.trust.verdict import PHONE_CODE_AHEAD_MS, PHONE_CODE_LIFE_MS, Reason, Verdict, VerdictKind, judge
from tests.trust.sample import LAST_DAY, NUMBER, PREFIX, TODAY

ED25519_ORDER = (1 << 252) + 27742317777372353535851937790883648493


def signed_with(founding: Founding, body: Body, context: Context | None = None) -> Token:
    message = (context or CONTEXT_OF[body.kind]).value + body.pack()
    return Token(body, founding.private[body.key_number].sign(message))


CARD = Body(Kind.CARD, AlgorithmNumber.ED25519, 3, NUMBER, 2, TODAY, LAST_DAY, 0xBEEF)


def test_a_genuine_card(founding: Founding, keyring: Keyring) -> None:
    token = signed_with(founding, CARD)
    for text in (encode(token), url(PREFIX, token)):
        assert judge(text, keyring, TODAY, [PREFIX]) == Verdict(
            VerdictKind.GENUINE, (), NUMBER, 2, TODAY, LAST_DAY, 3, 0xBEEF, token
        )
    verdict = judge(encode(token), keyring, TODAY)
    assert verdict.genuine
    assert not verdict.phone_code


@pytest.mark.parametrize(
    ("on", "reasons"),
    [
        (TODAY - timedelta(days=1), (Reason.BEFORE_ISSUE_DAY,)),
        (TODAY, ()),
        (LAST_DAY, ()),
        (LAST_DAY + timedelta(days=1), (Reason.PAST_LAST_DAY,)),
    ],
)
def test_the_days_of_a_genuine_card(founding: Founding, keyring: Keyring, on: date, reasons: tuple[str, ...]) -> None:
    verdict = judge(encode(signed_with(founding, CARD)), keyring, on)
    assert (verdict.kind, verdict.reasons) == (VerdictKind.GENUINE, reasons)


NINGBO = "3302032026000001"


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (replace(CARD, key_number=4, permit_number=NINGBO), VerdictKind.GENUINE, None),
        (replace(CARD, permit_number=NINGBO), VerdictKind.FORGED, Reason.KEY_NOT_FOR_AREA),
        (replace(CARD, issued_on=date(2025, 12, 31)), VerdictKind.FORGED, Reason.KEY_NOT_FOR_DAY),
        (replace(CARD, issued_on=date(2026, 1, 1)), VerdictKind.GENUINE, None),
        (replace(CARD, issued_on=date(2027, 2, 1)), VerdictKind.FORGED, Reason.KEY_NOT_FOR_DAY),
        (replace(CARD, kind=Kind.TEST), VerdictKind.FORGED, Reason.TEST_TOKEN),
        (replace(CARD, algorithm=AlgorithmNumber.SM2_SM3), VerdictKind.UNKNOWN_KEY, Reason.UNKNOWN_KEY),
    ],
)
def test_what_a_good_signature_does_not_buy(
    founding: Founding, keyring: Keyring, body: Body, kind: VerdictKind, reason: Reason | None
) -> None:
    verdict = judge(encode(signed_with(founding, body)), keyring, TODAY)
    assert verdict.kind is kind
    if reason is not None:
        assert verdict.reasons == (reason,)
        assert verdict.key_number == body.key_number


def test_a_code_nobody_vouches_for_tells_no_number(founding: Founding, keyring: Keyring) -> None:
    token = signed_with(founding, CARD)
    verdict = judge(encode(replace(token, signature=bytes(64))), keyring, TODAY)
    assert verdict == Verdict(VerdictKind.FORGED, (Reason.BAD_SIGNATURE,), key_number=3)


def test_keys_that_are_not_in_the_register(founding: Founding, keyring: Keyring) -> None:
    stranger = found(["330100"], [2026], Purpose.PRODUCTION, TODAY)
    token = signed_with(stranger, replace(CARD, key_number=1))  # same number as one of ours
    assert judge(encode(token), keyring, TODAY).reasons == (Reason.KEY_NOT_FOR_DAY,)
    token = Token(replace(CARD), stranger.private[1].sign(Context.CARD.value + CARD.pack()))
    assert judge(encode(token), keyring, TODAY).reasons == (Reason.BAD_SIGNATURE,)
    token = Token(replace(CARD, key_number=77), token.signature)
    verdict = judge(encode(token), keyring, TODAY)
    assert (verdict.kind, verdict.reasons) == (VerdictKind.UNKNOWN_KEY, (Reason.UNKNOWN_KEY,))


def test_a_key_that_went_out_of_use(founding: Founding) -> None:
    text = encode(signed_with(founding, CARD))
    retired = with_state(founding, 3, KeyState.RETIRED, TODAY)
    assert judge(text, retired.keyring(TODAY), TODAY).genuine
    withdrawn = with_state(retired, 3, KeyState.WITHDRAWN, TODAY).keyring(TODAY)
    verdict = judge(text, withdrawn, TODAY)
    assert (verdict.kind, verdict.reasons) == (VerdictKind.UNKNOWN_KEY, (Reason.WITHDRAWN_KEY,))


def test_a_key_counts_until_its_last_day(founding: Founding, keyring: Keyring) -> None:
    text = encode(signed_with(founding, CARD))
    until = founding.register.keys[2].verify_until
    assert judge(text, keyring, until).genuine
    verdict = judge(text, keyring, until + timedelta(days=1))
    assert (verdict.kind, verdict.reasons) == (VerdictKind.UNKNOWN_KEY, (Reason.EXPIRED_KEY,))


def test_test_tokens_count_in_a_rehearsal_only(keyring: Keyring) -> None:
    rehearsal = found(["330100"], [2025, 2026], Purpose.REHEARSAL, TODAY)
    token = signer_for(rehearsal.signers(), NUMBER, TODAY).sign_token(NUMBER, 1, TODAY, LAST_DAY, 1)
    assert token.body.kind is Kind.TEST
    assert rehearsal.keyring(TODAY).rehearsal
    assert judge(encode(token), rehearsal.keyring(TODAY), TODAY).genuine
    verdict = judge(encode(token), keyring, TODAY)
    assert (verdict.kind, verdict.reasons) == (VerdictKind.FORGED, (Reason.TEST_TOKEN,))
    as_card = Token(replace(token.body, kind=Kind.CARD), token.signature)
    assert judge(encode(as_card), rehearsal.keyring(TODAY), TODAY).reasons == (Reason.BAD_SIGNATURE,)


@pytest.mark.parametrize("context", [one for one in Context if one is not Context.CARD])
def test_a_signature_for_another_purpose_is_forged(founding: Founding, keyring: Keyring, context: Context) -> None:
    verdict = judge(encode(signed_with(founding, CARD, context)), keyring, TODAY)
    assert (verdict.kind, verdict.reasons) == (VerdictKind.FORGED, (Reason.BAD_SIGNATURE,))


def test_signatures_are_not_malleable(founding: Founding, keyring: Keyring) -> None:
    token = signed_with(founding, CARD)
    s = int.from_bytes(token.signature[32:], "little") + ED25519_ORDER
    twin = Token(token.body, token.signature[:32] + s.to_bytes(32, "little"))
    assert judge(encode(twin), keyring, TODAY).kind is VerdictKind.FORGED


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "not_191_digits"), ("9" * DIGITS, "too_large"), ("https://evil.cn/1", "foreign_host"), ("é", "not_a_code")],
)
def test_what_is_not_a_code(keyring: Keyring, text: str, reason: str) -> None:
    assert judge(text, keyring, TODAY, [PREFIX]) == Verdict(VerdictKind.NOT_A_CODE, (reason,))


def test_an_address_is_a_code_only_under_an_allowed_prefix(founding: Founding, keyring: Keyring) -> None:
    address = url(PREFIX, signed_with(founding, CARD))
    assert judge(address, keyring, TODAY, ["https://other.cn/"]).reasons == ("foreign_host",)
    assert judge(address, keyring, TODAY).reasons == ("foreign_host",)


NOW = start_of_day(TODAY) + 43_200_500
MADE = NOW - 500


@pytest.mark.parametrize(
    ("age_ms", "reason"),
    [
        (0, None),
        (60_000, None),
        (PHONE_CODE_LIFE_MS, None),
        (PHONE_CODE_LIFE_MS + 1, Reason.STALE_PHONE_CODE),
        (121_000, Reason.STALE_PHONE_CODE),
        (86_400_000, Reason.STALE_PHONE_CODE),
        (-PHONE_CODE_AHEAD_MS, None),
        (-PHONE_CODE_AHEAD_MS - 1, Reason.PHONE_CODE_AHEAD),
        (-86_400_000, Reason.PHONE_CODE_AHEAD),
    ],
)
def test_the_age_of_a_phone_code(signer: Signer, keyring: Keyring, age_ms: int, reason: Reason | None) -> None:
    text = encode(signer.sign_phone_code(NUMBER, NOW, 5))
    verdict = judge(text, keyring, TODAY, now_ms=MADE + age_ms)
    if reason is None:
        assert verdict.phone_code
        assert (verdict.kind, verdict.permit_number, verdict.issue_number) == (VerdictKind.GENUINE, NUMBER, 0)
        assert verdict.reasons == ()
        assert verdict.token is not None
        assert verdict.token.body.made_at_ms == MADE
    else:
        assert (verdict.kind, verdict.reasons) == (VerdictKind.FORGED, (reason,))
        assert not verdict.phone_code


def test_the_life_of_a_phone_code_is_two_minutes() -> None:
    assert (PHONE_CODE_LIFE_MS, PHONE_CODE_AHEAD_MS) == (120_000, 5_000)


def test_a_phone_code_without_a_clock_is_never_genuine(signer: Signer, keyring: Keyring) -> None:
    text = encode(signer.sign_phone_code(NUMBER, NOW, 5))
    assert judge(text, keyring, TODAY).reasons == (Reason.STALE_PHONE_CODE,)


@given(age=st.integers(121_000, 10**12))
@settings(max_examples=100)
def test_a_phone_code_of_121_seconds_or_more_is_always_refused(founding: Founding, keyring: Keyring, age: int) -> None:
    body = phone_body(AlgorithmNumber.ED25519, 3, NUMBER, NOW, 5)
    verdict = judge(encode(signed_with(founding, body)), keyring, day_of(MADE), now_ms=MADE + age)
    assert verdict.reasons == (Reason.STALE_PHONE_CODE,)


def test_a_card_signature_does_not_make_a_phone_code(founding: Founding, keyring: Keyring) -> None:
    body = phone_body(AlgorithmNumber.ED25519, 3, NUMBER, NOW, 5)
    text = encode(signed_with(founding, body, Context.CARD))
    assert judge(text, keyring, TODAY, now_ms=NOW).reasons == (Reason.BAD_SIGNATURE,)


def sm2_keyring(founding: Founding, answer: bool | None) -> Keyring:
    public = bytes.fromhex(
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    rows = [replace(key, algorithm=1, public_key=public) if key.number == 3 else key for key in founding.register.keys]
    register = Register(2, TODAY, Purpose.PRODUCTION, tuple(rows))
    library = ModuleType("a_library")
    vars(library).update(sm2_verify=lambda *_: answer, GmsslInnerError=ValueError)
    algorithms = {} if answer is None else {int(AlgorithmNumber.SM2_SM3): Sm2(library)}
    return Keyring.load(register.signed_by(founding.root), founding.root_public_key, TODAY, algorithms=algorithms)


@pytest.mark.parametrize(
    ("answer", "kind", "reasons"),
    [
        (True, VerdictKind.GENUINE, ()),
        (False, VerdictKind.FORGED, (Reason.BAD_SIGNATURE,)),
        (None, VerdictKind.UNKNOWN_KEY, (Reason.UNSUPPORTED_ALGORITHM,)),
    ],
)
def test_the_algorithm_field_is_ready(
    founding: Founding, answer: bool | None, kind: VerdictKind, reasons: tuple[str, ...]
) -> None:
    body = replace(CARD, algorithm=AlgorithmNumber.SM2_SM3)
    verdict = judge(encode(Token(body, bytes(64))), sm2_keyring(founding, answer), TODAY)
    assert (verdict.kind, verdict.reasons) == (kind, reasons)


@given(st.text(max_size=250))
@settings(max_examples=200)
def test_any_text_gets_a_verdict(keyring: Keyring, text: str) -> None:
    assert judge(text, keyring, TODAY, [PREFIX]).kind is VerdictKind.NOT_A_CODE


def changed_digit(text: str, dice: random.Random) -> str:
    index = dice.randrange(DIGITS)
    digit = dice.choice([d for d in "0123456789" if d != text[index]])
    return text[:index] + digit + text[index + 1 :]


def flipped_bits(text: str, dice: random.Random) -> str:
    flips = sum({1 << dice.randrange(TOKEN_BYTES * 8) for _ in range(dice.choice([1, 1, 2, 3]))})
    return str(int(text) ^ flips).zfill(DIGITS)


def two_digits_swapped(text: str, dice: random.Random) -> str:
    index = dice.choice([i for i in range(DIGITS - 1) if text[i] != text[i + 1]])
    return text[:index] + text[index + 1] + text[index] + text[index + 2 :]


def random_digits(text: str, dice: random.Random) -> str:
    return str(dice.getrandbits(TOKEN_BYTES * 8)).zfill(DIGITS)


def random_signature(text: str, dice: random.Random) -> str:
    return str(int(text) >> 512 << 512 | dice.getrandbits(512)).zfill(DIGITS)


def other_body(text: str, dice: random.Random) -> str:
    body = replace(CARD, issue_number=dice.randint(3, 255), print_check=dice.getrandbits(16))
    return encode(Token(body, (int(text) & (1 << 512) - 1).to_bytes(64, "big")))


MUTATIONS = [changed_digit, flipped_bits, two_digits_swapped, random_digits, random_signature, other_body]


def accepted_mutations(founding: Founding, keyring: Keyring, count: int, seed: int) -> int:
    dice = random.Random(seed)
    text = encode(signed_with(founding, CARD))
    accepted = 0
    for n in range(count):
        mutated = MUTATIONS[n % len(MUTATIONS)](text, dice)
        if mutated != text:
            accepted += judge(mutated, keyring, TODAY).genuine
    assert judge(text, keyring, TODAY).genuine
    return accepted


def test_no_mutated_token_is_accepted_in_100_000(founding: Founding, keyring: Keyring) -> None:
    assert accepted_mutations(founding, keyring, 100_000, seed=2026) == 0


@pytest.mark.soak
def test_no_mutated_token_is_accepted_in_1_000_000(founding: Founding, keyring: Keyring) -> None:
    assert accepted_mutations(founding, keyring, 1_000_000, seed=1) == 0
