"""A town for stories: a rehearsal station on a clock that stands still, its staff, two companies, a second station."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from station.bootstrap import found_rehearsal, open_bench
from station.cards.portraits import rehearsal_portrait
from station.clock import FixedClock
from station.ledger.ledger import Ledger
from station.ledger.vault import FileVault
from station.services import companies, rehearsal
from station.services.bench import Bench
from station.services.desk import Desk
from station.services.people_of_rehearsal import company
from station.services.printing import load_rehearsal_blanks
from station.sync.exchange import exchange
from station.sync.exchanged import Exchanged
from station.sync.half import Progress
from station.sync.numbers import Numbers

CITY = "330100"
OTHER = "rehearsal-02"


@dataclass
class Town:
    """One story's world. `here` is the station that acts in the present line."""

    folder: Path
    clock: FixedClock
    desk: Desk
    staff: rehearsal.Cast
    companies: dict[str, str] = field(default_factory=dict)
    bench: Bench | None = None
    second: Desk | None = None
    here: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.here = self.desk

    def printer(self) -> Bench:
        """Printer, camera and reader of the first station, with a pack of blanks loaded."""
        if self.bench is None:
            self.bench = open_bench(self.desk.settings)
            load_rehearsal_blanks(self.desk, self.bench, actor=self.staff.clerk)
        return self.bench

    def other(self) -> Desk:
        """A second station of the same city at the same centre; it holds the city's keys and a ledger of its own."""
        if self.second is None:
            home = self.folder / "second"
            (home / "keys").mkdir(parents=True)
            keys = json.loads((self.desk.settings.home / "keys" / "vault.json").read_text("utf-8"))
            shared = {name: key for name, key in keys.items() if name in ("lookup", "city")}
            (home / "keys" / "vault.json").write_text(json.dumps(shared), encoding="utf-8")
            vault = FileVault(home / "keys" / "vault.json")
            ledger = Ledger.open(home / "ledger.sqlite", station=OTHER, city=CITY, clock=self.desk.clock, vault=vault)
            central = self.desk.central
            self.desk.central.enrol(OTHER, CITY)

            def sync(progress: Progress | None = None) -> Exchanged:
                second.keyring = self.desk.keyring
                return exchange(ledger, central, progress=progress)

            settings = dataclasses.replace(self.desk.settings, station=OTHER, home=home)
            second = dataclasses.replace(
                self.desk, settings=settings, ledger=ledger, numbers=Numbers(ledger, central), sync=sync
            )
            self.second = second
        return self.second

    def uscc(self, name: str, county: str = "") -> str:
        """The company of that short name; registered at the first mention, in the first county unless one is named."""
        if name not in self.companies:
            division = county or self.desk.divisions.counties_of(CITY, self.desk.today())[0].code
            index = next(i for i in range(6) if company(i, division, "杭州市").short_name == name)
            made = company(index, division, "杭州市")
            companies.register(
                self.here, made.uscc, made.name, made.short_name, division, phone=made.phone, actor=self.staff.clerk
            )
            self.companies[name] = made.uscc
        return self.companies[name]

    def morning(self, day: date) -> None:
        """Another day begins; the first station makes its exchange with the centre, the second only when told."""
        self.clock.set_day(day)
        if not self.desk.sync().ok:
            raise AssertionError("the morning's exchange did not end level")

    def close(self) -> None:
        for desk in (self.desk, self.second):
            if desk is not None:
                desk.ledger.close()


def found_town(folder: Path, day: date) -> Town:
    """A station founded on that morning."""
    clock = FixedClock.on(day)
    desk = found_rehearsal(folder / "first", city=CITY, clock=clock)
    return Town(folder, clock, desk, rehearsal.cast(CITY))


def photo_bytes(seed: int = 1) -> bytes:
    """A portrait as the camera would hand it in."""
    return rehearsal.jpeg(rehearsal_portrait(seed))
