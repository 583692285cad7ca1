"""The invariants I1 to I13 of trust.md §6.3 on a simulated province: some after every step, all when it is calm."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from station.clock import COUNTER_BITS
from station.domain import permit
from station.domain.card import LIVE
from station.domain.errors import Fault, Refused
from station.domain.facts import ApplicationActed, Fact, FactId, PermitGenerated
from station.domain.record import fold
from station.domain.standing import Colour, standing
from station.domain.worker import WorkerRecord
from station.services.inspecting import inspect_number
from station.simulation import house
from station.simulation.machine import Machine
from station.simulation.memory import MemoryStore
from station.simulation.province import Province
from station.simulation.world import HOUR, MINUTE, Violation
from station.sync.central import AHEAD_MS, centre_of
from station.sync.clerk_desk import facts_in_clear

_FACTS = "SELECT station, epoch, seq, subject, kind, recorded_at, hash, body, city FROM facts"
_UNKNOWN_TO = {Colour.GREEN: 24, Colour.YELLOW: 72}
"""So many hours after it was level a station may still show this without knowing better (D-22)."""
_GREENER = {Colour.RED: 0, Colour.UNKNOWN: 1, Colour.YELLOW: 2, Colour.GREEN: 3}


def after_step(province: Province, machine: Machine) -> None:
    """What must hold at every moment, at the centre and at the machine that acted."""
    chains(machine.store, machine.name)
    numbers(province)
    city(province, machine)
    if machine.station not in province.attacked:
        sent_once(province)
    held = {FactId(*row[:3]): row[6] for row in province.centre_store.rows(_FACTS)}
    chains(province.centre_store, "centre")
    future(province)
    for fact, digest in province.world.acknowledged.items():
        if fact.station not in province.attacked and fact not in held:
            raise Violation("I1", f"{fact} was acknowledged by the centre and is not there")
        if fact in held and held[fact].hex() != digest and fact.station not in province.attacked:
            raise Violation("I2", f"{fact} is another one at the centre")
    if machine.revoked and sum(fact.station == machine.station for fact in held) > machine.before_revoked:
        raise Violation("I5", f"{machine.name} was revoked and the centre still took facts of it")
    colours(province, machine)


def chains(store: MemoryStore, where: str) -> None:
    """I4 gapless chains that hold together; I11 stamps that only rise."""
    head: dict[tuple[str, int], tuple[int, str, int]] = {}
    query = "SELECT station, epoch, seq, recorded_at, hash, body FROM facts ORDER BY station, epoch, seq"
    for station, epoch, seq, stamp, digest, body in store.rows(query):
        last, prev, newest = head.get((station, epoch), (0, "", 0))
        if seq != last + 1:
            raise Violation("I4", f"{where}: {station}.{epoch}.{seq} follows {last}")
        if f'"prev":"{prev}"' not in body:
            raise Violation("I4", f"{where}: {station}.{epoch}.{seq} does not hang on the fact before it")
        if stamp <= newest:
            raise Violation("I11", f"{where}: {station}.{epoch}.{seq} is older than the fact before it")
        head[station, epoch] = (seq, digest.hex(), stamp)


def future(province: Province) -> None:
    """I11: the centre holds nothing of a time to come; a stamp draws every later one after it."""
    ((newest,),) = province.centre_store.rows("SELECT max(recorded_at) FROM facts")
    if newest is not None and newest >> COUNTER_BITS > province.world.ms + AHEAD_MS:
        raise Violation("I11", "the centre holds a fact of a time to come")


def numbers(province: Province) -> None:
    """No permit number belongs to two people."""
    twice = province.centre_store.rows("SELECT number FROM permits GROUP BY number HAVING count(DISTINCT subject) > 1")
    if twice:
        raise Violation("I2", f"permit number {twice[0][0]} belongs to two people")


def city(province: Province, machine: Machine) -> None:
    """I10: nothing of another city, neither in a ledger nor from a station at the centre."""
    if machine.store.rows("SELECT 1 FROM facts WHERE city <> ? LIMIT 1", machine.city):
        raise Violation("I10", f"{machine.name} holds a fact of another city")
    query = "SELECT 1 FROM facts WHERE station = ? AND city <> ? LIMIT 1"
    if province.centre_store.rows(query, machine.station, machine.city):
        raise Violation("I10", f"the centre holds a fact of another city from {machine.name}")


def sent_once(province: Province) -> None:
    """I7: no station sends a token's bytes to a printer twice, as far as a disk that still exists could know."""
    for (station, *token), times in province.world.sent.items():
        if times > 1 and tuple(token) not in province.world.unsure and not province.attacked:
            raise Violation("I7", f"{station} sent token {token[0]}-{token[1]} {times} times")


def colours(province: Province, machine: Machine) -> None:
    """I9: what this machine shows now is not greener than what the centre knows, within what it may not know."""
    for (number,) in machine.store.rows("SELECT number FROM roll_permits"):
        try:
            shown = inspect_number(machine.desk, number).colour
        except (Refused, Fault):
            continue  # no colour is never too green
        if _GREENER[shown] < 2 or number[:6] != house.DIVISIONS[machine.city]:
            continue
        truth = _truth(province, machine, number)
        young = province.world.ms - machine.level_ms <= _UNKNOWN_TO[shown] * HOUR + 5 * MINUTE
        told_time = machine.watch.off_ms <= 0 and not machine.guard.behind
        if _GREENER[shown] > _GREENER[truth] and not young and (machine.guard.behind or machine.watch.off_ms == 0):
            raise Violation("I9", f"{machine.name} shows {number} {shown.value}, it is {truth.value}; {told_time}")


def _truth(province: Province, machine: Machine, number: str) -> Colour:
    record = _record(province, machine.city, _owner(province, number))
    return Colour.UNKNOWN if record is None else standing(record, number, province.world.today()).colour


def _owner(province: Province, number: str) -> str:
    rows = province.centre_store.rows("SELECT subject FROM permits WHERE number = ?", number)
    return rows[0][0] if rows else ""


def _record(province: Province, city_: str, subject: str) -> WorkerRecord | None:
    found = fold(subject, _told(province, city_, subject))
    return found if isinstance(found, WorkerRecord) else None


def _told(province: Province, city_: str, subject: str) -> list[Fact]:
    return facts_in_clear(province.centre, city_, subject, house.vault("", city_).key("city"))


def when_calm(province: Province) -> None:
    """Everything, after the calm."""
    machines = [m for m in province.machines if not m.retired]
    for machine in machines:
        after_step(province, machine)
    held = {FactId(*row[:3]): tuple(row[3:6]) for row in province.centre_store.rows(_FACTS)}
    for fact, told in province.world.promised.items():
        if held.get(fact) != told and fact not in province.world.destroyed and fact.station not in province.attacked:
            raise Violation("I1", f"{fact} {told[1]} was said to be saved and is not at the centre")
    for machine in machines:
        _equal(province, machine)
    _rights(province)
    for machine in machines:
        for (number,) in machine.store.rows("SELECT number FROM roll_permits"):
            if _GREENER[inspect_number(machine.desk, number).colour] > _GREENER[_truth(province, machine, number)]:
                raise Violation("I9", f"{machine.name} shows {number} greener than the centre")


def _equal(province: Province, machine: Machine) -> None:
    """I3: the same facts as the centre, and tables that are what a rebuild of these facts gives."""
    of_city = "SELECT station, epoch, seq, hash FROM facts WHERE city = ? ORDER BY 1, 2, 3"
    if machine.store.rows(of_city, machine.city) != province.centre_store.rows(of_city, machine.city):
        raise Violation("I3", f"{machine.name} does not hold what the centre holds")
    first = next(m for m in province.machines if m.city == machine.city and not m.retired)
    if machine is first and house.CITIES.index(machine.city) == province.seed % 2:
        report = machine.ledger.verify()
        if not report.ok:
            raise Violation("I3", f"{machine.name}: {[problem.sentence for problem in report.problems][:2]}")
    elif machine is not first and _tables(machine) != _tables(first):
        raise Violation("I3", f"{machine.name} and {first.name} show different rows")


def _tables(machine: Machine) -> list[Any]:
    shown: list[Any] = []
    for table in ("roll_workers", "roll_permits", "roll_companies", "card_jobs", "inbox_applications", "conflicts"):
        if not machine.store.rows("SELECT 1 FROM sqlite_master WHERE name = ?", table):
            continue
        names = [row[1] for row in machine.store.rows(f"PRAGMA table_info({table})") if row[1] != "id"]
        query = f"SELECT {', '.join(names)} FROM {table}"  # noqa: S608 – names of our own tables
        shown.append(sorted(map(repr, machine.store.rows(query))))
    return shown


def _rights(province: Province) -> None:
    """I6, G6 and what only the centre's clerk can do: one live permit, one live card, two people, tokens there."""
    for city_ in house.CITIES:
        subjects = province.centre_store.rows("SELECT DISTINCT subject FROM facts WHERE city = ?", city_)
        for (subject,) in subjects:
            if subject.startswith("worker:"):
                told = _told(province, city_, subject)
                record = fold(subject, told)
                if isinstance(record, WorkerRecord):
                    _one_live(record, told)
                    _no_two_copies(province, record)
                _tokens_once(province, city_, subject)


def _one_live(record: WorkerRecord, told: list[Fact]) -> None:
    issued = [p.number for p in record.permits.values() if p.state is permit.State.ISSUED]
    if len(issued) > 1:
        raise Violation("I6", f"{record.subject[-4:]} has two issued permits {issued}")
    for number, right in record.permits.items():
        live = [c.issue_number for c in record.cards_of(number) if c.state in LIVE]
        if len(live) > 1:
            raise Violation("I6", f"permit {number} has live cards {live}")
        papers = record.applications.get(right.application)
        made = next(f.actor for f in told if isinstance(f.payload, PermitGenerated) and f.payload.number == number)
        takers = {f.actor for f in told if isinstance(f.payload, ApplicationActed) and f.payload.act == "accept"}
        if papers is not None and takers == {made}:
            raise Violation("I6", f"permit {number} was accepted and generated by one person")
        ended = not right.live or record.person is None or record.person.name is None
        doubted = bool(right.open_causes)  # the centre signs for nobody it has a doubt about
        if not ended and not doubted and not any(key[0] == number for key in record.tokens):
            raise Violation("I12", f"permit {number} waits for a token that nobody signs")


def _no_two_copies(province: Province, record: WorkerRecord) -> None:
    """I7: a token that two stations sent, neither knowing of the other, is on no good card once all know all."""
    silent = {machine.station for machine in province.machines if machine.revoked}  # it told nobody what it sent
    sent = Counter((number, issue) for station, number, issue in province.world.sent if station not in silent)
    for key, piece in record.cards.items():
        sure = key not in province.world.unsure and not province.attacked
        if sent[key] > 1 and sure and piece.state in LIVE:
            raise Violation("I7", f"token {key[0]}-{key[1]} is on two cards, and they are good")


def _tokens_once(province: Province, city_: str, subject: str) -> None:
    """I2: the clerk says each thing once in one life of the centre."""
    seen: set[tuple[int, str, int]] = set()
    query = "SELECT epoch, body FROM facts WHERE subject = ? AND kind = 'token.signed' AND station = ?"
    for epoch, body in province.centre_store.rows(query, subject, centre_of(city_)):
        data = json.loads(body)["data"]
        key = (epoch, data["number"], data["issue_number"])
        if key in seen:
            raise Violation("I2", f"token {key[1]}-{key[2]} was signed twice in generation {epoch}")
        seen.add(key)
