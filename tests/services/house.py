"""A rehearsal station with released permits, made once and copied; printers and cameras are opened as a test needs."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from devices.catalogue import open_camera, open_printer, open_reader
from station.bootstrap import found_rehearsal, open_desk
from station.cards.portraits import rehearsal_portrait
from station.clock import FixedClock
from station.services import rehearsal
from station.services.bench import Bench
from station.services.desk import Desk

DAY = date(2026, 11, 23)
CITY = "330100"
STAFF = rehearsal.cast(CITY)


@dataclass(frozen=True, slots=True)
class House:
    """An open station and who went through its counter."""

    home: Path
    desk: Desk
    clock: FixedClock
    workers: list[rehearsal.Issued]

    @property
    def orders(self) -> list[tuple[str, str]]:
        return [(one.subject, one.number) for one in self.workers]

    @contextmanager
    def bench(
        self,
        fault: str = "",
        *,
        operator: str = "",
        tray: str = "tray",
        more: str = "",
        profile: str = "evolis-primacy",
    ) -> Iterator[Bench]:
        """Printer and camera over one tray of the station."""
        place = self.home / tray
        options = f"profile={profile}&tray={place.as_posix()}&fault={fault}&operator={operator}{more}"
        printer = open_printer(f"emulator://evolis?{options}")
        camera = open_camera(f"tray://{place.as_posix()}?view=desk")
        try:
            yield Bench(printer, open_reader(), camera)
        finally:
            printer.close()
            camera.close()


def make(home: Path, workers: int) -> list[rehearsal.Issued]:
    """A station in `home` whose workers have permits and signed tokens; closed again."""
    desk = found_rehearsal(home, clock=FixedClock.on(DAY))
    issued = list(rehearsal.seed(desk, workers, rehearsal_portrait))
    desk.sync()
    desk.ledger.close()
    return issued


@contextmanager
def opened(made: Path, home: Path, workers: list[rehearsal.Issued]) -> Iterator[House]:
    """A copy of it, open on the same day."""
    shutil.copytree(made, home)
    kept = home / "station.toml"  # it names the tray of its devices: the copy has devices of its own
    kept.write_text(kept.read_text(encoding="utf-8").replace(made.as_posix(), home.as_posix()), encoding="utf-8")
    clock = FixedClock.on(DAY)
    desk = open_desk(home, clock)
    limits = dataclasses.replace(desk.settings.limits, read_back_seconds=0.3)  # a doubt is looked at that long
    desk.settings = dataclasses.replace(desk.settings, limits=limits)
    try:
        yield House(home, desk, clock, workers)
    finally:
        desk.ledger.close()
