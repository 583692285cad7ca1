"""Who works at this station: logins kept encrypted in the ledger file, duties as facts, signing in for an act.

An act is done by a person, not by a login (trust.md T5): whoever confirms gives their own password, every time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from station.domain import facts
from station.domain.authority import ACTS, ROLES, Actor, permit_act
from station.domain.errors import Refused
from station.ledger import log
from station.ledger.store import Store
from station.services.desk import Desk, Done
from station.trust.accounts import Account, Accounts
from station.trust.sealing import STANDARD_COST, Cost

KEY = "staff"
REHEARSAL_PASSWORD = "yanlian-2026"
REHEARSAL_COST = Cost(1, 1024, 1)


class LedgerAccounts:
    """Accounts in the settings of the ledger file; a change is one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Account]:
        """Every account, by login."""
        with self._store.reading() as conn:
            return sorted(_read(log.setting(conn, KEY)).values(), key=lambda account: account.login)

    def find(self, login: str) -> Account | None:
        """The account of a login."""
        with self._store.reading() as conn:
            return _read(log.setting(conn, KEY)).get(login)

    def put(self, account: Account) -> None:
        """Durable on return."""
        with self._store.writing() as conn:
            known = _read(log.setting(conn, KEY))
            log.keep_setting(conn, KEY, _written({**known, account.login: account}))

    def change(self, login: str, step: Callable[[Account], Account]) -> Account:
        """Read, change, put in one transaction."""
        with self._store.writing() as conn:
            known = _read(log.setting(conn, KEY))
            if login not in known:
                raise Refused("没有这个登录名。", "no_account")
            changed = step(known[login])
            if changed != known[login]:
                log.keep_setting(conn, KEY, _written({**known, login: changed}))
            return changed


def _read(text: str | None) -> dict[str, Account]:
    rows = json.loads(text or "[]")
    return {row["login"]: Account(**{**row, "roles": tuple(row["roles"])}) for row in rows}


def _written(known: dict[str, Account]) -> str:
    return json.dumps([asdict(known[login]) for login in sorted(known)], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person of this station, for a list to choose from."""

    login: str
    person: str
    roles: tuple[str, ...]


class Staff:
    """The people of one station."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._book = LedgerAccounts(desk.ledger.store)
        cost = REHEARSAL_COST if desk.settings.rehearsal else STANDARD_COST
        self._accounts = Accounts(self._book, desk.clock, cost)

    def people(self, roles: frozenset[str] | None = None) -> list[Colleague]:
        """Who works here, of those roles where some are named."""
        found = [Colleague(a.login, a.person, a.roles) for a in self._book.all() if not a.closed]
        return [one for one in found if roles is None or roles & set(one.roles)]

    def able(self, act: str, *, second: bool = False) -> list[Colleague]:
        """Who may do an act, or stand behind it as the second person."""
        rule = ACTS[act]
        return self.people(rule.second if second else rule.who)

    def sign_in(self, login: str, password: str) -> Actor:
        """The person with their roles. Raises Refused for a wrong password, a lock or a closed account."""
        present = self._accounts.sign_in(login, password)
        return Actor(present.person, present.roles, self._desk.settings.city.code)

    def open_account(
        self, login: str, person: str, password: str, roles: tuple[str, ...], *, actor: Actor, second: Actor
    ) -> Done[Colleague]:
        """A new colleague; two people decide on duties, and the ledger says so."""
        permit_act("duty.CHANGE", actor, second)
        _check_roles(roles)
        made = self._accounts.open_account(login, person, password, roles)
        self._told(made, actor.person)
        return Done(Colleague(made.login, made.person, made.roles))

    def close_account(self, login: str, *, actor: Actor, second: Actor) -> Done[None]:
        """Nobody signs in with it any more; what it did stays."""
        permit_act("duty.CHANGE", actor, second)
        closed = self._accounts.close(login)
        told = facts.DutyChanged(closed.person, ())
        self._desk.ledger.append([(self._subject, told)], actor=actor.person)
        return Done(None)

    def found(self, login: str, person: str, password: str, roles: tuple[str, ...]) -> Colleague:
        """The first accounts of a new station, before anybody could confirm anything. Refused afterwards."""
        if any("SUPERVISOR" in one.roles for one in self.people()) and "SUPERVISOR" in roles:
            raise Refused("本站点已有主管，请由主管添加人员。", "founded")
        _check_roles(roles)
        made = self._accounts.open_account(login, person, password, roles)
        if not (self._desk.settings.rehearsal and self._desk.ledger.frozen):  # made-up people may mend a frozen one
            self._told(made, person)
        return Colleague(made.login, made.person, made.roles)

    @property
    def _subject(self) -> str:
        return f"station:{self._desk.settings.station}"

    def _told(self, account: Account, by: str) -> None:
        told = facts.DutyChanged(account.person, account.roles, account.person)
        self._desk.ledger.append([(self._subject, told)], actor=by)


def _check_roles(roles: tuple[str, ...]) -> None:
    if not roles or any(role not in ROLES or role in ("SYSTEM", "HOUSEHOLD") for role in roles):
        raise Refused("请选择岗位。", "roles")


REHEARSAL_STAFF = (
    ("clerk", "clerk-01", ("CLERK", "BATCH_OPERATOR")),
    ("handler", "handler-01", ("COMPANY_HANDLER",)),
    ("reviewer", "reviewer-01", ("COMPANY_REVIEWER",)),
    ("supervisor", "supervisor-01", ("SUPERVISOR",)),
    ("bureau", "bureau-01", ("BUREAU",)),
)
"""The made-up staff of a rehearsal, as in services.rehearsal; all with the password that is shown."""


def found_rehearsal_staff(desk: Desk) -> None:
    """The people of a rehearsal, once."""
    staff = Staff(desk)
    known = {one.login for one in staff.people()}
    for login, person, roles in REHEARSAL_STAFF:
        if login not in known:
            staff.found(login, person, REHEARSAL_PASSWORD, roles)
