"""What can be practised with an emulated device, by its URL: which misfortunes, where they strike, whose hands mend.

The URL of a device under practice is that of the device with one more option: it stays the same device.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from devices.cameras import tray
from devices.idcards import emulator as idcards
from devices.printers.emulator import plan, queue, slips
from devices.printers.emulator.memory import ACTS
from devices.scanners import emulator as scanners

CARD, QUEUE, SLIP, LABEL = "card", "queue", "slip", "label"
SCANNER, IDCARD, CAMERA = "scanner", "idcard", "camera"


@dataclass(frozen=True, slots=True)
class Practice:
    """The misfortunes of one kind of emulated device. Only a card printer has places and is mended by hand."""

    kind: str
    names: tuple[str, ...]
    places: tuple[str, ...] = ("",)
    acts: tuple[str, ...] = ()

    def places_of(self, name: str) -> tuple[str, ...]:
        """Where this one can strike; "" is its usual place."""
        return tuple(place for place in self.places if not place or plan.possible(name, place))


_CARD = Practice(CARD, tuple(sorted(plan.NAMES)), plan.PLACES_OF, ACTS)
_BY_HOST = {
    "evolis": _CARD,
    "magicard": _CARD,
    "epcl": _CARD,
    "queue": Practice(QUEUE, tuple(sorted(queue.NAMES))),
    "escpos": Practice(SLIP, tuple(sorted(slips.NAMES_OF["escpos"]))),
    "zpl": Practice(LABEL, tuple(sorted(slips.NAMES_OF["zpl"]))),
    "scanner": Practice(SCANNER, scanners.FAULTS),
    "sam": Practice(IDCARD, idcards.FAULTS),
}
_OPTION = re.compile(r"(?<=[?&])(?:fault|operator)=[^&]*&?")


def practice_of(url: str) -> Practice | None:
    """What can be practised with the device at that URL; None with a real one, or none."""
    scheme, host = url.partition("://")[0], url.partition("://")[2]
    if scheme == "tray":
        return Practice(CAMERA, tray.FAULTS)
    return _BY_HOST.get(re.split(r"[/?]", host)[0]) if scheme == "emulator" else None


def with_fault(url: str, name: str, place: str = "", mark: str = "") -> str:
    """The URL under which that device meets the misfortune next; a new mark lets a struck one strike again.

    "" as name: the device without any.
    """
    found = practice_of(url)
    bare = _OPTION.sub("", url).rstrip("?&")
    if found is None or not name:
        return bare
    if found.kind == CARD:
        name = f"{name}{place and ':' + place}@1{mark and '~' + mark}"
    elif found.kind in (QUEUE, SLIP, LABEL):
        name = f"{name}@next"
    return with_option(bare, "fault", name)


def with_option(url: str, name: str, value: str) -> str:
    """The URL with one more option."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{name}={quote(value, safe='/:@~,')}"
