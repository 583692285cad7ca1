"""Which printer it is, across restarts, ports and replacements, and the refusal that is the printer's; asks nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from station.domain.errors import Refused


class NotReady(Refused):
    """The printer, its blanks or an unsettled card stand in the way, not this order: a batch stops here."""


_FOR_A_WHILE = re.compile(r"&(?:trace|fault|operator)=[^&]*")
"""What is asked of a printer for once: a recorder or a practised fault makes no other printer of it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A printer by its serial number and by where it is plugged in. `str()` is its name in facts.

    The port is a hash of the URL, so that no folder of this computer travels to the province.
    """

    serial: str
    port: str

    @classmethod
    def at(cls, url: str, serial: str) -> Machine:
        """The printer that was opened by `url` and says that serial ("" when it cannot say)."""
        scheme = url.partition(":")[0]
        place = _FOR_A_WHILE.sub("", url)
        digest = hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        return cls(serial, f"{scheme}:{digest}")

    @classmethod
    def parse(cls, name: str) -> Machine:
        """The inverse of `str()`."""
        serial, _, port = name.rpartition("@")
        return cls(serial, port)

    def __str__(self) -> str:
        return f"{self.serial}@{self.port}"

    def same(self, other: Machine) -> bool:
        """The same device: by serial where both have one, else by port."""
        if self.serial or other.serial:
            return self.serial == other.serial
        return self.port == other.port

    def touches(self, other: Machine) -> bool:
        """The same device or the same port: what is unsettled there is unsettled here."""
        return self.same(other) or self.port == other.port
