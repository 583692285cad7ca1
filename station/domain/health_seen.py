"""The conditions of code health asked of a code that was just looked at: a scan, a read-back, the symbol, the host."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from station.domain.health import Finding
from station.domain.standing import Seen

FRAMES, NEEDED = 5, 3  # BAD-1: fewer than 3 of 5 frames
QUIET_MODULES = 4
SMALLEST_MODULE_MM = 0.35
LEAST_CONTRAST = 0.4  # ISO/IEC 15415 grade C


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found out. `known` is False where the number is in no ledger here; `shown` and `now` are colours."""

    number: str = ""
    issue_number: int = 0
    genuine: bool = False
    reason: str = ""  # why it is not genuine
    known: bool = True
    body_matches: bool = True  # the stored token carries the same bytes
    printed_matches: bool = True  # the print check fits the record
    seen: Seen = Seen.ISSUED
    shown: str = ""
    now: str = ""
    city: str = ""


def of_scan(scan: Scan) -> list[Finding]:
    """DEAD-7, WRONG-1, WRONG-4, WRONG-5, BAD-3, BAD-5 for one scan."""
    about = f"{scan.number}-{scan.issue_number}" if scan.issue_number else scan.number
    found: list[tuple[str, str]] = []
    if not scan.genuine:
        if scan.reason == "foreign_host":
            found.append(("BAD-5", scan.reason))
        elif scan.reason != "not_a_code":
            found.append(("BAD-3", scan.reason))
    elif not scan.known:
        found.append(("DEAD-7", "no_record"))
    else:
        if not scan.body_matches or not scan.printed_matches:
            found.append(("WRONG-1", "printed_fields" if scan.body_matches else "body"))
        if scan.seen is Seen.SUPERSEDED:
            found.append(("WRONG-5", "replaced"))
        if scan.shown and scan.now and scan.shown not in (scan.now, "unknown"):
            found.append(("WRONG-4", f"{scan.shown}_for_{scan.now}"))
    return [Finding(condition, about, "", scan.city, detail) for condition, detail in found]


def of_readback(about: str, *, read: int, frames: int, expected: str, decoded: str, city: str = "") -> list[Finding]:
    """BAD-1 and BAD-2 for a card before the camera: `read` of `frames` gave a text, the last one `decoded`.

    Of fewer than five frames as many may have failed as of five: then three can no longer be reached.
    """
    found = []
    if read + max(0, FRAMES - frames) < NEEDED:
        found.append(Finding("BAD-1", about, "", city, f"{read}_of_{frames}"))
    if decoded and decoded != expected:
        found.append(Finding("BAD-2", about, "", city, "other_code"))
    return found


def of_symbol(
    about: str, *, quiet_modules: float = QUIET_MODULES, module_mm: float = SMALLEST_MODULE_MM, contrast: float = 1.0,
    city: str = "",
) -> list[Finding]:  # fmt: skip
    """BAD-4 for a printed or laid-out symbol; `contrast` is bright minus dark as a share of the white beside it.

    What nobody measured counts as good: a layout has no contrast yet, a camera no millimetres.
    """
    faults = {
        "quiet_zone": quiet_modules < QUIET_MODULES,
        "module_size": module_mm < SMALLEST_MODULE_MM,
        "contrast": contrast < LEAST_CONTRAST,
    }
    return [Finding("BAD-4", about, "", city, name) for name, holds in faults.items() if holds]


def of_host(prefix: str, allowed: frozenset[str], *, answers: bool | None = None, city: str = "") -> list[Finding]:
    """BAD-5 for the address that cards carry; `answers` None: nobody asked."""
    split = urlsplit(prefix)
    host = split.hostname or ""
    if split.scheme != "https" or host not in allowed:
        return [Finding("BAD-5", host or prefix, "", city, "not_allowed")]
    return [Finding("BAD-5", host, "", city, "no_answer")] if answers is False else []
