"""What a printer's trouble means, in one vocabulary for every language: when it strikes, and what stops a card."""

from __future__ import annotations

from collections.abc import Iterable

from devices.contracts import FaultCode, PrinterFault, Severity
from devices.sentences import SENTENCES

_WHEN = {
    FaultCode.CARD_JAM: Severity.MID,
    FaultCode.FEED_FAIL: Severity.MID,
    FaultCode.RIBBON_BROKEN: Severity.MID,
    FaultCode.ENCODER: Severity.MID,
    FaultCode.OUTPUT_FULL: Severity.POST,
    FaultCode.LAMINATE: Severity.POST,
    FaultCode.CLEAN_DUE: Severity.INFO,
    FaultCode.RIBBON_LOW: Severity.INFO,
    FaultCode.FEEDER_LOW: Severity.INFO,
    FaultCode.UNKNOWN: Severity.MID,
    FaultCode.REBOOTED: Severity.MID,
}
"""The usual moment of a fault (hardware.md §11); those not listed strike before a card is fed."""


_FEW_CARDS = 10


def fault(code: FaultCode, said: str = "", severity: Severity | None = None) -> PrinterFault:
    """A fault at its usual moment, unless the caller knows better."""
    return PrinterFault(code, severity or _WHEN.get(code, Severity.PRE), said)


def runs_low(left: int | None, full: int | None = None) -> tuple[PrinterFault, ...]:
    """RIBBON_LOW for the last tenth of a ribbon, or its last ten cards where nobody knows how long it was."""
    few = _FEW_CARDS if full is None else full // 10
    return (fault(FaultCode.RIBBON_LOW, f"{left} cards"),) if left is not None and 0 < left <= few else ()


def sentence(trouble: PrinterFault) -> str:
    """What a person should do about it."""
    return SENTENCES[trouble.code]


def blocking(faults: Iterable[PrinterFault]) -> PrinterFault | None:
    """The first fault that forbids feeding a card now; information never does."""
    return next((found for found in faults if found.severity is not Severity.INFO), None)
