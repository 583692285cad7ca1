"""What the devices screen shows: a printer in words, where each device stands, what is plugged in. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from devices.contracts import FaultCode, FoundDevice, PrinterState
from devices.sentences import SENTENCES
from station.services.devices import FITS, SLOTS
from station.services.support import told_url
from station.settings import Devices
from ui.desktop import text_devices as text
from ui.desktop.viewmodels.lines import TableLine

CLEANING = (FaultCode.CLEAN_MUST, FaultCode.CLEAN_DUE)


@dataclass(frozen=True, slots=True)
class PrinterView:
    """A printer as a person sees it: how it is in one word, what to do, and what it tells of itself."""

    good: bool
    heading: str
    todo: str
    rows: Mapping[str, str]


def printer_view(state: PrinterState) -> PrinterView:
    """The state in words. What the printer does not tell is said to be unknown, never a number."""
    todo = "".join(SENTENCES[fault.code] for fault in state.faults)
    return PrinterView(
        state.ready,
        text.READY if state.ready else text.UNREADY,
        todo,
        {
            "device": text.SAID.format(model=state.model, serial=state.serial or text.NO_SERIAL),
            "ribbon": _ribbon(state),
            "counters": counters(state),
            "card": text.POSITIONS[state.card_position.value],
            "clean": _cleaning(state),
        },
    )


def silent_view(sentence: str) -> PrinterView:
    """A printer that does not answer."""
    return PrinterView(False, text.SILENT, sentence, {})


def counters(state: PrinterState) -> str:
    """Cards and panels; a queue has none and says so."""
    if state.cards is None and state.panels is None:
        return text.NO_COUNTERS
    told = [text.UNKNOWN if value is None else str(value) for value in (state.cards, state.panels)]
    return text.COUNTED.format(cards=told[0], panels=told[1])


def _ribbon(state: PrinterState) -> str:
    if not state.ribbon and state.ribbon_left is None:
        return text.UNKNOWN
    kind = (state.ribbon or text.UNKNOWN).upper()
    if state.ribbon_left is None:
        return text.RIBBON_KIND.format(kind=kind)
    return text.RIBBON.format(kind=kind, left=state.ribbon_left)


def _cleaning(state: PrinterState) -> str:
    codes = {fault.code for fault in state.faults}
    due = next((code for code in CLEANING if code in codes), None)
    if due is None and state.cards is None:
        return text.UNKNOWN
    told = text.CLEAN[due.value if due is not None else ""]
    left = state.cleaning.left
    return told if due is not None or left is None else text.CLEAN_LEFT.format(left=left)


def slot_lines(devices: Devices, practised: Mapping[str, str]) -> dict[str, str]:
    """Where each device stands; of an address only what a person needs."""
    lines = {}
    for slot in SLOTS:
        url = words_of(getattr(devices, slot))
        said = url or text.NOT_SET_NOTES.get(slot, text.NOT_SET)
        lines[slot] = text.PRACTISED.format(url=url, fault=practised[slot]) if url and practised.get(slot) else said
    return lines


def words_of(url: str) -> str:
    """An address as a person says it: the way, the place, the model; one of an unknown kind as it is."""
    told = urlsplit(told_url(url))
    way = text.WAYS.get(told.scheme)
    if way is None:
        return told.geturl()
    options = dict(parse_qsl(told.query))
    place = told.netloc or (told.path.lstrip("/") if told.path.startswith("/dev/") else "")
    model = options.get("profile") or options.get("serial") or (told.netloc if told.scheme == "emulator" else "")
    return way.format(place=options.get("id") or place, model=model).strip()


def slots_for(device: FoundDevice | None) -> tuple[str, ...]:
    """Where that device may stand; every place where none is chosen and an address is typed."""
    if device is None:
        return SLOTS
    return tuple(slot for slot in SLOTS if device.kind in FITS[slot]) if device.supported else ()


def found_lines(found: Sequence[FoundDevice], devices: Devices) -> list[TableLine]:
    """What is plugged in, what it is good for, and what it is used for now."""
    return [_line(place, one, devices) for place, one in enumerate(found)]


def _line(place: int, one: FoundDevice, devices: Devices) -> TableLine:
    used = [text.SLOTS[slot] for slot in SLOTS if one.url and _same(getattr(devices, slot), one.url)]
    if used:
        state, said = "good", text.USED.format(slots="、".join(used))
    elif one.supported:
        state, said = "plain", text.USABLE
    else:
        state, said = "warn", text.NOT_DRIVEN
    return TableLine(str(place), (one.name or one.url, text.KINDS.get(one.kind, one.kind), said), state)


def _same(chosen: str, found: str) -> bool:
    """The same device, whatever options were added to its address; two alike differ by their serial number."""
    one, other = urlsplit(chosen), urlsplit(found)
    if not chosen or (one.scheme, one.netloc, one.path) != (other.scheme, other.netloc, other.path):
        return False
    serials = {dict(parse_qsl(url.query)).get("serial", "") for url in (one, other)}
    return "" in serials or len(serials) == 1
