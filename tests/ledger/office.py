"""A small city for tests: stations that share the city's keys, one clock, ledgers that open fast from a template."""

from __future__ import annotations

import atexit
import random
import shutil
import tempfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from station.clock import FixedClock
from station.domain import facts
from station.ledger.encoding import RawFact
from station.ledger.format import upgrade
from station.ledger.ledger import Ledger
from station.ledger.schema import PROJECTIONS, roll_terms
from station.ledger.store import Store
from station.ledger.vault import MemoryVault

CITY = "330100"
COMPANY = "91330102MA27TE5T2K"
NUMBER = "330102197001010021"
PERMIT = "3301022026000123"
DAY = date(2026, 11, 2)
KEYS = {"lookup": b"L" * 32, "city": b"C" * 32, "ledger": b"F" * 32}
_TEMPLATE: list[Path] = []


def seeded(seed: int) -> Callable[[int], bytes]:
    """Entropy that repeats: the same seed writes the same bytes."""
    return random.Random(seed).randbytes


def template() -> Path:
    """A fresh ledger file in the newest format, made once."""
    if not _TEMPLATE:
        folder = Path(tempfile.mkdtemp(prefix="anxin-template-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "template.ledger"
        store = Store(path, KEYS["ledger"])
        with store.writing() as conn:
            upgrade(conn)
        store.close()
        _TEMPLATE.append(path)
    return _TEMPLATE[0]


class Office:
    """A folder of ledgers of one city."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FixedClock.on(DAY)
        self.ledgers: list[Ledger] = []

    def path(self, station: str) -> Path:
        return self.folder / f"{station}.ledger"

    def vault(self, station: str) -> MemoryVault:
        return MemoryVault({**KEYS, "station": station.encode().ljust(32, b"s")[:32]})

    def open(self, station: str = "hz-01", **more: Any) -> Ledger:
        path = self.path(station)
        if not path.exists() and more.get("encrypted", True):
            shutil.copyfile(template(), path)
        entropy = seeded(zlib.crc32(station.encode()))
        settings = {"clock": self.clock, "vault": self.vault(station), "entropy": entropy, **more}
        ledger = Ledger.open(path, station=station, city=CITY, **settings)
        self.ledgers.append(ledger)
        return ledger

    def close(self) -> None:
        for ledger in self.ledgers:
            ledger.close()


def registered(name: str = "王秀英", number: str = NUMBER, phone: str = "13800001234") -> facts.WorkerRegistered:
    return facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, number, name, phone=phone, birth=date(1970, 1, 1))


def whole_life(number: str = PERMIT) -> list[facts.Payload]:
    """From the first form to a card handed to the company."""
    cards = ("ask", "reserve", "send", "sent", "verify", "activate", "hand_to_company")
    return [
        registered(),
        facts.AffiliationBegan(COMPANY, DAY, True),
        facts.WorkerPhotographed("ab" * 32, "camera", 358, 441, (("sharp", 0.9, "ok"),)),
        facts.ApplicationOpened("A-1", COMPANY),
        facts.ApplicationActed("A-1", "put_to_review", DAY),
        facts.ApplicationActed("A-1", "pass_review", DAY),
        facts.ApplicationActed("A-1", "accept", DAY, due=date(2026, 11, 16)),
        facts.MedicalRecorded(True, DAY, DAY, date(2027, 11, 1), institution="市疾控中心"),
        facts.InsuranceRecorded("P1", "PICC", DAY, date(2027, 11, 1)),
        facts.BackgroundRecorded("PASSED", DAY, "bureau"),
        facts.PermitGenerated(number, "A-1", COMPANY, "好阿姨", ("HOUSEWORK",), DAY),
        facts.PermitActed(number, "release", DAY),
        *[facts.CardActed(number, 1, act, DAY, printer="p-1", batch="b-1") for act in cards],
    ]


def raws_of(ledger: Ledger) -> list[RawFact]:
    """Everything a station has appended itself."""
    return ledger.own_after(0, limit=100_000)


def tables(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """All projections, without row numbers, in an order of their own: equal tables compare equal."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with ledger.store.reading() as conn:
        subjects = {}
        for table in PROJECTIONS:
            rows = [dict(row) for row in conn.execute(table.select()).mappings()]
            subjects.update({row["id"]: row["subject"] for row in rows if "id" in row})
            found[table.name] = sorted(tuple(str(v) for k, v in row.items() if k != "id") for row in rows)
        terms = conn.execute(roll_terms.select()).all()
        found["roll_terms"] = sorted((row.kind, row.term, subjects.get(row.ref, "?"), row.said) for row in terms)
    return found
