"""Gathers a support bundle: opens devices, reads traces, writes one zip. What may be in it is services.support."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from devices.bench import plugged_in, probe
from devices.contracts import PrinterState
from devices.errors import DeviceError
from devices.transports.trace import shareable
from station.domain.errors import Fault, Refused
from station.services import support
from station.services.desk import Desk
from station.settings import Settings
from ui.checkup import findings_of

TRACES = "traces"
"""The folder of a station in which its recorder writes."""
KEPT = 20
MOST_TRACE = 2_000_000
"""Bytes of one trace that go along: its end is what matters."""


def write_bundle(
    out: Path, home: Path | None, desk: Desk | None, printers: Callable[[], dict[str, PrinterState | str]] | None = None
) -> int:
    """Write the zip; answers its size. `printers` is for a caller who has them open. Raises Fault when it cannot."""
    names = support.known_names(desk) if desk is not None else []
    found = plugged_in()
    newest = None if desk is None else (lambda: desk.ledger.newest_ms)
    asked = printers or (lambda: _asked(desk.settings) if desk is not None else {})
    gathered = support.Gathered(findings_of(home, found, newest), found, asked(), traces_of(home, names))
    packed = support.bundle(gathered, desk, names)
    try:
        out.write_bytes(packed)
    except OSError as why:
        raise Fault("支持包没有写成。", "请换一个可以写入的位置，并检查磁盘空间。", "support") from why
    return len(packed)


def next_trace(home: Path) -> Path:
    """A new file for the recorder; only the newest are kept."""
    folder = home / TRACES
    folder.mkdir(exist_ok=True)
    known = sorted(folder.glob("*.trace"))
    for old in known[: max(0, len(known) - KEPT + 1)]:
        old.unlink()
    number = int(known[-1].stem) + 1 if known and known[-1].stem.isdigit() else len(known) + 1
    return folder / f"{number:06d}.trace"


def traces_of(home: Path | None, names: list[str]) -> dict[str, str]:
    """The recordings of this station, fit to be shown."""
    found: dict[str, str] = {}
    for path in sorted((home / TRACES).glob("*.trace")) if home is not None else []:
        text = path.read_text(encoding="ascii", errors="replace")[-MOST_TRACE:]
        found[path.name] = shareable(text, lambda data: support.harmless(data, names))
    return found


def _asked(settings: Settings) -> dict[str, PrinterState | str]:
    """Each printer of the settings as it answers now, or the sentence why it does not."""
    told: dict[str, PrinterState | str] = {}
    for slot in ("printer", "second_printer"):
        url = getattr(settings.devices, slot)
        try:
            told |= {slot: probe(url)} if url else {}
        except (DeviceError, Refused) as why:
            told[slot] = why.sentence
    return told
