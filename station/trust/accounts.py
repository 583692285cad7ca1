"""Staff accounts: passwords, lock-out, who is signed in, two different people; knows no SQL and no screen.

An account belongs to a natural person; several logins of one person are still one person (trust.md T5). What a role
may do is `station.domain.authority`'s business: here a role is only a word.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from station.clock import Clock
from station.domain.errors import Fault, Refused
from station.trust.sealing import STANDARD_COST, Cost

WRONG_BEFORE_LOCK = 5
FIRST_LOCK_MS = 15 * 60_000
LONGEST_LOCK_MS = 24 * 3_600_000
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256


@dataclass(frozen=True, slots=True)
class Account:
    """One login. `wrong` counts since the last success or lock; `locks` since the last success."""

    login: str
    person: str
    password_hash: str
    roles: tuple[str, ...]
    wrong: int = 0
    locks: int = 0
    locked_until_ms: int = 0
    closed: bool = False

    def __repr__(self) -> str:
        return f"Account(login={self.login!r}, roles={self.roles!r}, locks={self.locks}, closed={self.closed})"


class AccountRepository(Protocol):
    """Where accounts are kept."""

    def find(self, login: str) -> Account | None:
        """The account of a login, exactly as `login_key` gives it."""
        ...

    def put(self, account: Account) -> None:
        """Durable on return: a lock-out must survive a restart."""
        ...

    def change(self, login: str, step: Callable[[Account], Account]) -> Account:
        """Read, change and put as one transaction, so guesses made side by side are all counted.

        `Refused` (code `no_account`) for an unknown login; whatever `step` raises changes nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Presence:
    """A person who proved who they are at an instant. Only `Accounts.sign_in` makes one."""

    login: str
    person: str
    roles: tuple[str, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """Two different natural persons stood behind an act. Cannot exist otherwise."""

    first: str
    second: str

    def __post_init__(self) -> None:
        first, second = _person_key(self.first), _person_key(self.second)
        if not first or not second or first == second:
            raise Refused("此操作须由两名不同人员确认。", "two_people")


def confirmed_by_two(first: Presence, second: Presence) -> TwoPeople:
    """The confirmation of an act by two natural persons; `Refused` when both logins belong to the same one."""
    return TwoPeople(first.person, second.person)


def login_key(login: str) -> str:
    """The one form of a login: NFKC, no blanks around, lower case."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


class Accounts:
    """Signing in and keeping accounts. `cost` is argon2id's; production takes the standard one."""

    def __init__(self, repository: AccountRepository, clock: Clock, cost: Cost = STANDARD_COST) -> None:
        self._repository = repository
        self._clock = clock
        self._hasher = PasswordHasher(cost.rounds, cost.memory_kib, cost.lanes)
        # An unknown login must cost the same time as a known one, or logins could be found by timing.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def open_account(self, login: str, person: str, password: str, roles: tuple[str, ...]) -> Account:
        """A new account; `Refused` when the login is taken or the password too weak."""
        key = login_key(login)
        if not key or not person.strip():
            raise Refused("登录名和人员不能为空。", "account_fields")
        if self._repository.find(key) is not None:
            raise Refused("这个登录名已被使用。", "login_taken")
        account = Account(key, person.strip(), self._hash(key, password), roles)
        self._repository.put(account)
        return account

    def sign_in(self, login: str, password: str) -> Presence:
        """Who this is. `Refused` with `wrong_password` (also for an unknown login), `locked` or `closed`.

        Five wrong passwords lock for 15 minutes, each further lock twice as long, up to a day. While locked nothing
        is checked and nothing counted, so a lock can neither be probed nor prolonged.
        """
        now = self._clock.now_ms()
        account = self._repository.find(login_key(login))
        if account is None:
            self._matches(self._nobody, password)
            raise _wrong()
        if now < account.locked_until_ms:
            raise _locked(account.locked_until_ms - now)
        if not self._matches(account.password_hash, password):
            raise self._count_wrong(account.login, now)
        if account.closed:
            raise Refused("这个账户已停用，请联系主管。", "closed")
        self._repository.change(account.login, lambda one: self._welcomed(one, password, now))
        return Presence(account.login, account.person, account.roles, now)

    def set_password(self, login: str, password: str) -> Account:
        """A new password; failures and locks are forgotten."""
        key, hashed = login_key(login), self._hash(login_key(login), password)
        return self._repository.change(key, lambda one: _unlocked(replace(one, password_hash=hashed)))

    def unlock(self, login: str, by: Presence) -> Account:
        """A supervisor lifts a lock; `Refused` for one's own. The caller checks the role and appends the fact."""
        return self._repository.change(login_key(login), lambda one: _unlocked_by(one, by))

    def close(self, login: str) -> Account:
        """The account no longer opens; what it did stays."""
        return self._repository.change(login_key(login), lambda one: replace(one, closed=True))

    def _count_wrong(self, login: str, now: int) -> Refused:
        after = self._repository.change(login, lambda one: _one_more_wrong(one, now))
        return _locked(after.locked_until_ms - now) if after.locked_until_ms > now else _wrong()

    def _welcomed(self, account: Account, password: str, now: int) -> Account:
        if now < account.locked_until_ms:
            raise _locked(account.locked_until_ms - now)  # locked by wrong guesses made beside this one
        if self._hasher.check_needs_rehash(account.password_hash):
            account = replace(account, password_hash=self._hasher.hash(_encoded(_password_form(password))))
        return _unlocked(account)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _encoded(_password_form(password)))
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as error:
            raise Fault("账户的口令记录已损坏。", "请由主管重设口令。", code="password_record_damaged") from error

    def _hash(self, login: str, password: str) -> str:
        form = _password_form(password)
        if not SHORTEST_PASSWORD <= len(form) <= LONGEST_PASSWORD:
            raise Refused(f"口令长度须为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符。", "password_length")
        if len(set(form)) < 5 or login in form.casefold():
            raise Refused("口令过于简单，或包含登录名。", "password_simple")
        return self._hasher.hash(_encoded(form))


def _one_more_wrong(account: Account, now: int) -> Account:
    if now < account.locked_until_ms:
        return account
    if account.wrong + 1 < WRONG_BEFORE_LOCK:
        return replace(account, wrong=account.wrong + 1)
    length = min(FIRST_LOCK_MS << min(account.locks, 16), LONGEST_LOCK_MS)
    return replace(account, wrong=0, locks=account.locks + 1, locked_until_ms=now + length)


def _unlocked(account: Account) -> Account:
    return replace(account, wrong=0, locks=0, locked_until_ms=0)


def _unlocked_by(account: Account, by: Presence) -> Account:
    TwoPeople(by.person, account.person)
    return _unlocked(account)


def _password_form(password: str) -> str:
    # One character more than allowed is kept, so an over-long guess never equals a password, and costs no more.
    return unicodedata.normalize("NFC", password)[: LONGEST_PASSWORD + 1]


def _encoded(form: str) -> bytes:
    return form.encode("utf-8", "surrogatepass")


def _person_key(person: str) -> str:
    return unicodedata.normalize("NFKC", person).strip().casefold()


def _wrong() -> Refused:
    return Refused("登录名或口令不对。", "wrong_password")


def _locked(left_ms: int) -> Refused:
    minutes = -(-left_ms // 60_000)
    return Refused(f"口令多次输错，账户已锁定，请 {minutes} 分钟后再试，或请主管解锁。", "locked")
