"""Signing in, locking out, and two people who are really two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from station.clock import FixedClock
from station.domain.errors import Fault, Refused
from station.trust.accounts import Account, Accounts, Presence, TwoPeople, confirmed_by_two, login_key
from station.trust.sealing import Cost

CHEAP = Cost(1, 8, 1)
WORDS = "码证窗口-2026-口令"
START = 1_795_000_000_000
MINUTE = 60_000


class Shelf:
    """Accounts in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, Account] = {}
        self.before_change: Callable[[], None] | None = None

    def find(self, login: str) -> Account | None:
        return self.rows.get(login)

    def put(self, account: Account) -> None:
        self.rows[account.login] = account

    def change(self, login: str, step: Callable[[Account], Account]) -> Account:
        if self.before_change is not None:
            self.before_change()
        if login not in self.rows:
            raise Refused("没有这个账户。", "no_account")
        self.rows[login] = step(self.rows[login])
        return self.rows[login]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def accounts(shelf: Shelf, clock: FixedClock) -> Accounts:
    book = Accounts(shelf, clock, CHEAP)
    book.open_account("Li.Na", "person:1", WORDS, ("CLERK",))
    return book


def code(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def test_the_right_password_is_a_presence(accounts: Accounts, clock: FixedClock) -> None:
    assert accounts.sign_in("li.na", WORDS) == Presence("li.na", "person:1", ("CLERK",), START)
    assert accounts.sign_in("  ＬＩ.ＮＡ ", WORDS).login == "li.na"


def test_passwords_are_the_same_on_every_keyboard(accounts: Accounts) -> None:
    accounts.set_password("li.na", "cafe\u0301-2026-码证")
    assert accounts.sign_in("li.na", "caf\u00e9-2026-码证")


@pytest.mark.parametrize("guess", ["", "wrong", WORDS + "x", WORDS[:-1], "\ud800", WORDS * 100, "x" * 100_000])
def test_a_wrong_password(accounts: Accounts, guess: str) -> None:
    assert code(lambda: accounts.sign_in("li.na", guess)) == "wrong_password"


def test_an_over_long_guess_does_not_match_its_own_beginning(accounts: Accounts) -> None:
    longest = (WORDS * 30)[:256]
    accounts.set_password("li.na", longest)
    assert accounts.sign_in("li.na", longest)
    assert code(lambda: accounts.sign_in("li.na", longest + "x")) == "wrong_password"


def test_an_unknown_login_says_the_same_and_checks_a_hash(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *args: checked.append(args) or verify(*args))
    assert code(lambda: accounts.sign_in("nobody", WORDS)) == "wrong_password"
    assert len(checked) == 1


def wrong(accounts: Accounts, times: int) -> str:
    codes = [code(lambda: accounts.sign_in("li.na", "wrong")) for _ in range(times)]
    assert codes[:-1] == ["wrong_password"] * (times - 1)
    return codes[-1]


def test_five_wrong_lock_for_a_quarter_of_an_hour(accounts: Accounts, clock: FixedClock) -> None:
    assert wrong(accounts, 4) == "wrong_password"
    with pytest.raises(Refused, match="15 分钟"):
        accounts.sign_in("li.na", "wrong")
    assert code(lambda: accounts.sign_in("li.na", WORDS)) == "locked"
    clock.advance(15 * 60 - 0.001)
    with pytest.raises(Refused, match="请 1 分钟后"):
        accounts.sign_in("li.na", WORDS)
    clock.advance(0.001)
    assert accounts.sign_in("li.na", WORDS)


def test_each_lock_is_twice_as_long_up_to_a_day(accounts: Accounts, shelf: Shelf, clock: FixedClock) -> None:
    lengths = []
    for _ in range(9):
        assert wrong(accounts, 5) == "locked"
        left = shelf.rows["li.na"].locked_until_ms - clock.now_ms()
        lengths.append(left // MINUTE)
        clock.advance(left / 1000)
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    shelf.rows["li.na"] = replace(shelf.rows["li.na"], locks=10_000)
    assert wrong(accounts, 5) == "locked"


def test_a_lock_is_neither_probed_nor_prolonged(accounts: Accounts, shelf: Shelf) -> None:
    wrong(accounts, 5)
    locked = shelf.rows["li.na"]
    for guess in ("wrong", WORDS):
        assert code(lambda guess=guess: accounts.sign_in("li.na", guess)) == "locked"
    assert shelf.rows["li.na"] == locked


def test_a_locked_account_costs_no_hash(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(accounts, 5)
    monkeypatch.delattr(PasswordHasher, "verify")
    assert code(lambda: accounts.sign_in("li.na", WORDS)) == "locked"


def test_success_forgets_the_failures(accounts: Accounts, shelf: Shelf, clock: FixedClock) -> None:
    wrong(accounts, 5)
    clock.advance(15 * 60)
    wrong(accounts, 4)
    accounts.sign_in("li.na", WORDS)
    assert (shelf.rows["li.na"].wrong, shelf.rows["li.na"].locks) == (0, 0)
    assert wrong(accounts, 4) == "wrong_password"


def lock_now(shelf: Shelf) -> None:
    shelf.rows["li.na"] = replace(shelf.rows["li.na"], locked_until_ms=START + MINUTE, locks=1)


def test_guesses_made_side_by_side_meet_the_same_lock(accounts: Accounts, shelf: Shelf) -> None:
    shelf.before_change = lambda: lock_now(shelf)
    with pytest.raises(Refused, match="请 1 分钟后"):
        accounts.sign_in("li.na", WORDS)
    shelf.rows["li.na"] = replace(shelf.rows["li.na"], locked_until_ms=0)
    assert code(lambda: accounts.sign_in("li.na", "wrong")) == "locked"
    assert (shelf.rows["li.na"].wrong, shelf.rows["li.na"].locks) == (0, 1)


def test_a_closed_account_opens_for_nobody(accounts: Accounts) -> None:
    accounts.close("li.na")
    assert code(lambda: accounts.sign_in("li.na", WORDS)) == "closed"
    assert code(lambda: accounts.sign_in("li.na", "wrong")) == "wrong_password"  # says nothing to a stranger


def test_another_person_unlocks(accounts: Accounts, shelf: Shelf) -> None:
    wrong(accounts, 5)
    own = Presence("li.na.2", "Person:1 ", ("SUPERVISOR",), START)
    assert code(lambda: accounts.unlock("li.na", own)) == "two_people"
    accounts.unlock("Li.Na", Presence("wang", "person:2", ("SUPERVISOR",), START))
    assert accounts.sign_in("li.na", WORDS)


def test_a_new_password_lifts_the_lock(accounts: Accounts) -> None:
    wrong(accounts, 5)
    accounts.set_password("li.na", "另一个口令-码证-77")
    assert accounts.sign_in("li.na", "另一个口令-码证-77")
    assert code(lambda: accounts.sign_in("li.na", WORDS)) == "wrong_password"


def test_unknown_logins_cannot_be_changed(accounts: Accounts) -> None:
    by = Presence("wang", "person:2", (), START)
    for call in (
        lambda: accounts.set_password("nobody", WORDS),
        lambda: accounts.unlock("nobody", by),
        lambda: accounts.close("nobody"),
    ):
        assert code(call) == "no_account"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short-九字符", "password_length"),
        ("x" * 257, "password_length"),
        ("aaaabbbbccccdddd", "password_simple"),
        ("my-LI.NA-login-2026", "password_simple"),
    ],
)
def test_weak_passwords(accounts: Accounts, shelf: Shelf, password: str, reason: str) -> None:
    before = dict(shelf.rows)
    assert code(lambda: accounts.set_password("li.na", password)) == reason
    assert code(lambda: accounts.open_account("login", "person:9", password, ())) == reason
    assert shelf.rows == before


@pytest.mark.parametrize("password", ["abcdeabcde", "码" * 252 + "abcd"])
def test_the_edges_of_a_password(accounts: Accounts, password: str) -> None:
    accounts.set_password("li.na", password)
    assert accounts.sign_in("li.na", password)


def test_opening(accounts: Accounts) -> None:
    assert code(lambda: accounts.open_account("LI.NA", "person:2", WORDS, ())) == "login_taken"
    assert code(lambda: accounts.open_account("  ", "person:2", WORDS, ())) == "account_fields"
    assert code(lambda: accounts.open_account("wang", " ", WORDS, ())) == "account_fields"


def test_the_hash_follows_the_cost(accounts: Accounts, shelf: Shelf, clock: FixedClock) -> None:
    before = shelf.rows["li.na"].password_hash
    accounts.sign_in("li.na", WORDS)
    assert shelf.rows["li.na"].password_hash == before
    Accounts(shelf, clock, Cost(2, 16, 1)).sign_in("li.na", WORDS)
    assert "t=2,p=1" in shelf.rows["li.na"].password_hash
    assert accounts.sign_in("li.na", WORDS)


@pytest.mark.parametrize("damaged", ["", "plain", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=8"])
def test_a_damaged_record_is_a_fault_and_counts_nothing(accounts: Accounts, shelf: Shelf, damaged: str) -> None:
    shelf.rows["li.na"] = replace(shelf.rows["li.na"], password_hash=damaged)
    with pytest.raises(Fault) as fault:
        accounts.sign_in("li.na", WORDS)
    assert fault.value.code == "password_record_damaged"
    assert shelf.rows["li.na"].wrong == 0


def test_neither_hash_nor_person_is_shown(accounts: Accounts, shelf: Shelf) -> None:
    shown = repr(shelf.rows["li.na"])
    assert "argon2" not in shown
    assert "person" not in shown


def present(person: str, login: str) -> Presence:
    return Presence(login, person, (), START)


def test_two_people_are_two_natural_persons() -> None:
    both = confirmed_by_two(present("person:1", "a"), present("person:2", "b"))
    assert (both.first, both.second) == ("person:1", "person:2")
    for first, second in (("person:1", "person:1"), ("person:1", " Person:1"), ("", "person:1"), ("person:1", " ")):
        assert code(lambda f=first, s=second: confirmed_by_two(present(f, "a"), present(s, "b"))) == "two_people"
        assert code(lambda f=first, s=second: TwoPeople(f, s)) == "two_people"


def test_the_form_of_a_login() -> None:
    assert login_key(" ＷＡＮＧ\u3000") == "wang"
