"""The only place where a signature on a code is judged; knows nothing of permits, cards or colours.

Text in, verdict out, total: nothing a camera, a keyboard or an attacker delivers makes it raise. A genuine verdict
says who signed the bytes, not what the permit is worth today (architecture.md §6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from station.trust.keyring import Keyring
from station.trust.register import Key, KeyState
from station.trust.token import CONTEXT_OF, Body, Kind, NotAToken, Token, parse_scan

PHONE_CODE_LIFE_MS = 120_000
PHONE_CODE_AHEAD_MS = 5_000


class VerdictKind(StrEnum):
    """What a code is worth as a signature."""

    GENUINE = "genuine"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    NOT_A_CODE = "not_a_code"


class Reason(StrEnum):
    """Every reason a verdict may carry for a well-formed code. NOT_A_CODE carries the parser's reason instead."""

    BAD_SIGNATURE = "bad_signature"
    TEST_TOKEN = "test_token"
    KEY_NOT_FOR_AREA = "key_not_for_area"
    KEY_NOT_FOR_DAY = "key_not_for_day"
    STALE_PHONE_CODE = "stale_phone_code"
    PHONE_CODE_AHEAD = "phone_code_ahead"
    UNKNOWN_KEY = "unknown_key"
    UNSUPPORTED_ALGORITHM = "unsupported_algorithm"
    EXPIRED_KEY = "expired_key"
    WITHDRAWN_KEY = "withdrawn_key"
    BEFORE_ISSUE_DAY = "before_issue_day"
    PAST_LAST_DAY = "past_last_day"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the signature says. The fields of the code are set only when it is genuine, so that nothing can be looked

    up from a code nobody vouches for; `key_number` is set whenever the bytes could be read, for the log. A genuine
    verdict may carry BEFORE_ISSUE_DAY or PAST_LAST_DAY: signed by us, but `on` is outside the card's own days.
    """

    kind: VerdictKind
    reasons: tuple[str, ...] = ()
    permit_number: str | None = None
    issue_number: int | None = None
    issued_on: date | None = None
    last_day: date | None = None
    key_number: int | None = None
    print_check: int | None = None
    token: Token | None = None

    @property
    def genuine(self) -> bool:
        return self.kind is VerdictKind.GENUINE

    @property
    def phone_code(self) -> bool:
        """A genuine dynamic code shown by a phone: it names a permit but no card (issue number 0)."""
        return self.token is not None and self.token.body.kind is Kind.PHONE


def judge(
    text: str,
    keyring: Keyring,
    on: date,
    prefixes: Sequence[str] = (),
    now_ms: int | None = None,
) -> Verdict:
    """Judge 191 digits, or an address under one of `prefixes`, with the keys of `keyring` on the day `on`.

    `now_ms` is the instant a phone code is measured against; without it a phone code is never genuine.
    Order of the rules is trust.md §4.3: form, key, area and day, signature, and only then the days of the card.
    """
    token = parse_scan(text, prefixes)
    if isinstance(token, NotAToken):
        return Verdict(VerdictKind.NOT_A_CODE, (token.reason,))
    body = token.body
    if body.kind is Kind.TEST and not keyring.rehearsal:
        return _no(VerdictKind.FORGED, Reason.TEST_TOKEN, body)
    key = keyring.key(body.key_number)
    refusal = _key_refusal(key, body, on)
    if key is None or refusal is not None:
        return _no(VerdictKind.UNKNOWN_KEY, refusal or Reason.UNKNOWN_KEY, body)
    verifier = keyring.verifier(key.number)
    if verifier is None:
        return _no(VerdictKind.UNKNOWN_KEY, Reason.UNSUPPORTED_ALGORITHM, body)
    if not key.covers(body.permit_number):
        return _no(VerdictKind.FORGED, Reason.KEY_NOT_FOR_AREA, body)
    if not key.signs_on(body.issued_on):
        return _no(VerdictKind.FORGED, Reason.KEY_NOT_FOR_DAY, body)
    if not verifier.verify(token.signature, CONTEXT_OF[body.kind], body.pack()):
        return _no(VerdictKind.FORGED, Reason.BAD_SIGNATURE, body)
    age = _phone_age_refusal(body, now_ms)
    if age is not None:
        return _no(VerdictKind.FORGED, age, body)
    return Verdict(
        VerdictKind.GENUINE,
        _days(body, on),
        permit_number=body.permit_number,
        issue_number=body.issue_number,
        issued_on=body.issued_on,
        last_day=body.last_day,
        key_number=body.key_number,
        print_check=body.print_check,
        token=token,
    )


def _no(kind: VerdictKind, reason: Reason, body: Body) -> Verdict:
    return Verdict(kind, (reason,), key_number=body.key_number)


def _key_refusal(key: Key | None, body: Body, on: date) -> Reason | None:
    # A token naming another algorithm than its key's row is asking for the wrong check to be made.
    if key is None or key.algorithm != body.algorithm:
        return Reason.UNKNOWN_KEY
    if key.state is KeyState.WITHDRAWN:
        return Reason.WITHDRAWN_KEY
    return Reason.EXPIRED_KEY if on > key.verify_until else None


def _phone_age_refusal(body: Body, now_ms: int | None) -> Reason | None:
    if body.made_at_ms is None:
        return None
    if now_ms is None or now_ms - body.made_at_ms > PHONE_CODE_LIFE_MS:
        return Reason.STALE_PHONE_CODE
    return Reason.PHONE_CODE_AHEAD if now_ms - body.made_at_ms < -PHONE_CODE_AHEAD_MS else None


def _days(body: Body, on: date) -> tuple[str, ...]:
    if body.kind is Kind.PHONE:
        return ()
    if on < body.issued_on:
        return (Reason.BEFORE_ISSUE_DAY,)
    return (Reason.PAST_LAST_DAY,) if on > body.last_day else ()
