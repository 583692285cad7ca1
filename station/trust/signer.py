"""The association's private keys at work: signs card tokens ahead of printing; never stands on a station.

A key signs only for its areas, its days and at most 20,000 permits, so that withdrawing it re-issues at most that many
cards (trust.md §4.5). It does not decide who gets a card; that was decided before it is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from station.domain.errors import Fault, Refused
from station.trust.algorithms import AlgorithmNumber, Context
from station.trust.register import Key, KeyState, Purpose
from station.trust.sealing import Sealed
from station.trust.token import CONTEXT_OF, Body, Kind, Token, check_permit_number, phone_body

PERMITS_PER_KEY = 20_000
AHEAD = 3
SEALED_AS = "code-signing"


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """The raw 32 bytes of the public half."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Signer:
    """One private key with the register's row about it.

    `signed` are the permit numbers this key has already signed for (from the ledger's `token.signed` facts), so the
    limit holds across restarts. Under a rehearsal register every card token is a test token.
    """

    def __init__(
        self, private: Ed25519PrivateKey, key: Key, purpose: Purpose, signed: Collection[str] = frozenset()
    ) -> None:
        if key.algorithm != AlgorithmNumber.ED25519 or public_bytes(private) != key.public_key:
            raise Fault(
                f"私钥与登记册中的第 {key.number} 号密钥不符。", "请核对密钥文件和登记册版本。", code="signer_mismatch"
            )
        self._private = private
        self.key = key
        self._kind = Kind.TEST if purpose is Purpose.REHEARSAL else Kind.CARD
        self._signed = set(signed)

    @classmethod
    def from_sealed(
        cls, content: Sealed, key: Key, purpose: Purpose, signed: Collection[str] = frozenset()
    ) -> Signer:
        """The signer in an unsealed file; `Refused` when the file holds another key or a key for something else."""
        if (content.purpose, content.number, len(content.secret)) != (SEALED_AS, key.number, 32):
            raise Refused(f"这不是第 {key.number} 号签发密钥的文件。", "sealed_purpose")
        return cls(Ed25519PrivateKey.from_private_bytes(content.secret), key, purpose, signed)

    def to_seal(self) -> Sealed:
        """What to seal on disk."""
        return Sealed(SEALED_AS, self.key.number, self._private.private_bytes_raw())

    @property
    def signed_count(self) -> int:
        """How many permits this key has signed for."""
        return len(self._signed)

    def can_sign(self, permit_number: str, day: date) -> bool:
        """Whether area, day, state and the limit allow it."""
        room = permit_number in self._signed or len(self._signed) < PERMITS_PER_KEY
        active = self.key.state is KeyState.ACTIVE and self.key.signs_on(day)
        return active and room and self.key.covers(permit_number)

    def sign_token(
        self, permit_number: str, issue_number: int, issued_on: date, last_day: date, print_check: int
    ) -> Token:
        """One card token. `Refused` when the key may not sign for that county or day, or is used up."""
        check_permit_number(permit_number)
        if not self.can_sign(permit_number, issued_on):
            raise Refused(
                f"第 {self.key.number} 号密钥不能为该地区或该日期签发，或已达 {PERMITS_PER_KEY} 个的上限。",
                "key_may_not_sign",
            )
        if last_day > self.key.verify_until:
            raise Refused("证件的截止日期晚于签发密钥的验证期。", "last_day_past_key")
        body = Body(
            self._kind,
            AlgorithmNumber.ED25519,
            self.key.number,
            permit_number,
            issue_number,
            issued_on,
            last_day,
            print_check,
        )
        token = self._sign(body)
        self._signed.add(permit_number)
        return token

    def issue_ahead(
        self,
        permit_number: str,
        issued_on: date,
        last_day: date,
        print_check: int,
        count: int = AHEAD,
        first_issue: int = 1,
    ) -> list[Token]:
        """Tokens for the next `count` print attempts, one issue number each; numbers end at 255."""
        if not 1 <= first_issue <= first_issue + count - 1 <= 255:
            raise Refused("同一编号的印制次数须在 1 至 255 之间。", "issue_number_range")
        issues = range(first_issue, first_issue + count)
        return [self.sign_token(permit_number, issue, issued_on, last_day, print_check) for issue in issues]

    def sign_phone_code(self, permit_number: str, now_ms: int, print_check: int) -> Token:
        """A dynamic code for the worker's phone, good for two minutes; made anew every 60 s (trust.md T3)."""
        body = phone_body(AlgorithmNumber.ED25519, self.key.number, permit_number, now_ms, print_check)
        if not self.can_sign(permit_number, body.issued_on):
            raise Refused("当前密钥不能为该编号生成动态码。", "key_may_not_sign")
        return self._sign(body)

    def sign_bitmap(self, body: bytes) -> bytes:
        """The signature of a city's status bitmap; see `status_bitmap`."""
        return self._private.sign(Context.BITMAP.value + body)

    def _sign(self, body: Body) -> Token:
        return Token(body, self._private.sign(CONTEXT_OF[body.kind].value + body.pack()))


def signer_for(signers: Iterable[Signer], permit_number: str, day: date) -> Signer:
    """The first of these keys that may sign for that number on that day; `Refused` when none may."""
    for signer in signers:
        if signer.can_sign(permit_number, day):
            return signer
    raise Refused("没有可用于该地区和日期的签发密钥，请通知省平台启用新密钥。", "no_signing_key")
