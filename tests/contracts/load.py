"""One station under load as a process of its own, to be killed at any moment and started again until all is sent.

python -m tests.contracts.load FOLDER STATION FACTS ADDRESS
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from station.clock import SystemClock
from station.domain import facts
from station.domain.errors import Fault, Refused
from station.ledger.ledger import Ledger
from station.ledger.vault import MemoryVault
from station.sync.exchange import exchange
from station.sync.remote import RemoteCentral
from tests.ledger.office import CITY, DAY, KEYS, registered

AT_ONCE = 50


def open_ledger(folder: Path, station: str) -> Ledger:
    """The ledger of that station, as it was left."""
    vault = MemoryVault({**KEYS, "station": station.encode().ljust(32, b"s")[:32]})
    return Ledger.open(folder / f"{station}.ledger", station=station, city=CITY, clock=SystemClock(), vault=vault)


def told(station: str, number: int) -> tuple[str, facts.Payload]:
    """The fact with that number: every tenth says something of a person."""
    if number % 10 == 0:
        return f"worker:{station}-{number % 500}", registered(name=f"王{number}")
    return f"station:{station}", facts.StationActed(f"N{number}", DAY)


def main(folder: Path, station: str, wanted: int, address: str) -> int:
    """Write and exchange by turns until everything is written, sent and level. Goes on where it was killed."""
    ledger = open_ledger(folder, station)
    central = RemoteCentral.at(address, SystemClock())
    while True:
        written = len_own(ledger)
        batch = [told(station, n) for n in range(written + 1, min(written + AT_ONCE, wanted) + 1)]
        if batch:
            ledger.append(batch, actor="clerk-1")
        if batch and (written // AT_ONCE) % 4:
            continue
        try:
            done = exchange(ledger, central)
        except Fault:
            time.sleep(0.2)  # the net or the server is away: later
            continue
        except Refused as refused:
            print(refused.code, flush=True)
            return 1
        if done.alarms:
            print(done.alarms, flush=True)
            return 1
        if done.ok and done.waiting == 0 and len_own(ledger) == wanted:
            return 0


def len_own(ledger: Ledger) -> int:
    """How many facts this station has written."""
    from station.ledger import log

    with ledger.store.reading() as conn:
        return sum(chain.next_seq - 1 for chain in log.all_chains(conn) if chain.station == ledger.station)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]))
