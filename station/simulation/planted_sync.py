"""Bugs in the exchange and in what a station believes of the centre."""

from __future__ import annotations

from typing import Any

from station.domain.errors import Refused
from station.ledger import log
from station.ledger.ledger import Ledger
from station.services import inspecting
from station.simulation.machine import Machine
from station.sync import exchange, marks, reading, sending
from station.sync.central import Central, Cursor, Position, Welcome
from station.sync.reading import Reading
from station.sync.sending import Sending

_start = Machine.start


def _pull_cursor_first(self: Any, *, skip: str | None) -> None:
    more = True
    while more and not self.stopped():
        cursor = marks.cursor(self._ledger)
        page = self._central.pull(self._ledger.city, cursor, reading.PULL_BATCH, skip=skip)
        marks.keep_cursor(self._ledger, page.cursor)
        self._fetch_keys([raw.key for raw in page.facts if raw.key is not None], page.cursor.generation)
        self._ledger.take(page.facts)
        more = page.more


def _pull_cursor_after(self: Any, *, skip: str | None) -> None:
    more = True
    while more and not self.stopped():
        cursor = marks.cursor(self._ledger)
        page = self._central.pull(self._ledger.city, cursor, reading.PULL_BATCH, skip=skip)
        self._fetch_keys([raw.key for raw in page.facts if raw.key is not None], page.cursor.generation)
        taken = self._ledger.take(page.facts)
        marks.keep_cursor(self._ledger, page.cursor)
        self._result.pulled += len(taken.facts)
        self._result.recovered += taken.recovered
        more = page.more


def _push_by_own_mark(self: Any, welcome: Welcome) -> None:
    for chain in [chain for chain in self._chains() if chain.station == self._ledger.station]:
        with self._ledger.store.reading() as conn:
            first = int(log.setting(conn, f"sent:{chain.epoch}") or 1)
        self._push_chain(chain.epoch, Position(first), 0)


def _nothing(self: Any, *_: Any, **__: Any) -> None:
    """Does nothing at all."""


def _push_then_keys(self: Any, welcome: Welcome) -> bool:
    self._push(welcome)
    self._keys(welcome)
    self._blobs(welcome)
    self._give_back(welcome)
    if welcome.epoch > self._ledger.epoch and not self._ledger.frozen:
        self._ledger.freeze(sending.OTHER_LIFE)
    return True


def _same_life(ledger: Ledger, central: Central) -> int:
    with ledger.store.writing() as conn:
        log.keep_setting(conn, "frozen", "")
    return ledger.epoch


def _life_of_its_own(ledger: Ledger, central: Central) -> int:
    epoch = ledger.epoch + 1
    ledger.begin_epoch(epoch)
    return epoch


def _mark_sent_before(self: Any, epoch: int, at: Position, total: int) -> None:
    while not self.stopped():
        batch = self._ledger.own_after(at.next_seq - 1, epoch=epoch, limit=sending.PUSH_BATCH)
        if not batch:
            return
        ack = self._central.push(self._ledger.station, batch)
        at = Position(batch[-1].id.seq + 2, "")
        self._result.pushed += ack.accepted


def _no_forked(self: Any, welcome: Welcome) -> bool:
    for step in (self._keys, self._blobs, self._give_back, self._push):
        try:
            step(welcome)
        except Refused:
            self._result.alarms.append("?")
    return True


def _always_fresh(self: Machine) -> None:
    _start(self)
    self.desk.as_of_ms = self.guard.now_ms


TABLE: dict[str, Any] = {
    "cursor_before_rows": (
        "the cursor is kept before the rows of the page are",
        lambda: [(Reading, "_pull", _pull_cursor_first)], ""),
    "cursor_after_rows": (
        "the cursor is kept in a transaction of its own, after the rows",
        lambda: [(Reading, "_pull", _pull_cursor_after)],
        "a cut in between makes the station read the page again, and a fact that is there already is nothing new"),
    "push_by_own_mark": (
        "the station believes its own mark of what it sent",
        lambda: [(Sending, "_push", _push_by_own_mark)], ""),
    "own_facts_never_recovered": (
        "a restored station skips its own facts when it reads",
        lambda: [(Reading, "_behind", lambda self, welcome: False)], ""),
    "nothing_given_back": (
        "facts the centre lost with a restore are not given back to it",
        lambda: [(Sending, "_give_back", _nothing)], ""),
    "keys_after_facts": (
        "person keys travel after the facts that need them",
        lambda: [(Sending, "everything", _push_then_keys)], ""),
    "no_new_life": (
        "a restored station goes on in its old epoch",
        lambda: [(exchange, "reenrol", _same_life)], ""),
    "life_of_its_own": (
        "a restored station chooses its new epoch itself",
        lambda: [(exchange, "reenrol", _life_of_its_own)], ""),
    "a_fact_skipped": (
        "each batch begins one fact after the next expected one",
        lambda: [(Sending, "_push_chain", _mark_sent_before)],
        "the centre refuses the gap, and the next exchange goes on where the centre says"),
    "fork_not_believed": (
        "a station that is told it forked writes on",
        lambda: [(Sending, "everything", _no_forked)], ""),
    "key_asked_once": (
        "a key the centre lacked is asked for once and never again",
        lambda: [(Reading, "_ask_again", _nothing)], ""),
    "keys_not_refolded": (
        "subjects are not folded again when their keys arrive",
        lambda: [(Ledger, "refold", _nothing)],
        "keys are fetched before the facts sealed under them, so the fold of the facts comes after anyway"),
    "always_fresh": (
        "data count as fresh whenever they were level last",
        lambda: [(Machine, "start", _always_fresh)], ""),
    "honesty_gone": (
        "old data show their colour as if they were new",
        lambda: [(inspecting, "_honest", lambda desk, found: found)], ""),
    "cursor_lost": (
        "the cursor is never kept",
        lambda: [(marks, "cursor", lambda ledger: Cursor())],
        "every exchange reads the whole city again: slow, and the same facts"),
}
