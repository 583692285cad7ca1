"""What may be concluded after bytes went to a printer: counters, card position and words in, an Outcome out. Pure.

The table is hardware.md §12.4. A card is never declared unprinted on hope: whatever does not prove it is UNKNOWN.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.contracts import CardPosition, FaultCode, Outcome, PrinterFault, PrinterState, Severity
from devices.languages.faults import fault

_STOPS = frozenset({FaultCode.COVER_OPEN, FaultCode.FEEDER_EMPTY, FaultCode.RIBBON_END, FaultCode.RIBBON_MISSING})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known when sending has stopped."""

    before: PrinterState
    after: PrinterState | None  # None when the printer could not be asked
    left: bool  # bytes of the job left, or may have left
    panels: int  # ribbon panels a whole card uses
    all_agreed: bool  # every step was sent and answered OK
    may_finish: bool  # the end command may have left and was not answered with an error
    safe: bool  # no restart was seen between, and the printer repeats nothing by itself
    blind: bool = False  # a restart could not have been seen: only counters that agree to the last panel are proof


def conclude(evidence: Evidence) -> Outcome:
    """CONFIRMED, REJECTED or UNKNOWN; ACCEPTED where the printer agreed but has no counters to prove it."""
    before, after = evidence.before, evidence.after
    if not evidence.left:
        return Outcome.REJECTED
    if after is None or after.serial != before.serial or not evidence.safe:
        return Outcome.UNKNOWN
    cards = _difference(before.cards, after.cards)
    panels = _difference(before.panels, after.panels)
    if evidence.all_agreed:
        if after.card_position is CardPosition.INSIDE:
            return Outcome.UNKNOWN
        if evidence.blind:
            whole = (cards, panels) == (1, evidence.panels)
            return Outcome.CONFIRMED if whole else Outcome.UNKNOWN
        if cards is None:
            return Outcome.ACCEPTED
        return Outcome.CONFIRMED if cards == 1 and panels in (None, evidence.panels) else Outcome.UNKNOWN
    if evidence.blind:
        return Outcome.UNKNOWN
    untouched = cards == 0 and panels in (None, 0) and after.card_position is CardPosition.NONE
    return Outcome.REJECTED if untouched and not evidence.may_finish else Outcome.UNKNOWN


def struck(said: PrinterFault | None, evidence: Evidence) -> PrinterFault | None:
    """The fault to report: the printer's words, made exact by its sensors and counters afterwards."""
    after = evidence.after
    if after is None:
        return said or fault(FaultCode.OFFLINE, severity=Severity.MID)
    if not evidence.safe or (evidence.blind and conclude(evidence) is Outcome.UNKNOWN):
        return fault(FaultCode.REBOOTED, "" if said is None else said.said)
    if said is None:
        return None
    code = said.code
    ended = any(found.code is FaultCode.RIBBON_END for found in after.faults)
    if code in (FaultCode.RIBBON_BROKEN, FaultCode.UNKNOWN) and ended:
        code = FaultCode.RIBBON_END
    if code is FaultCode.OFFLINE:  # a printer that takes no bytes in an error: its sensors know more than the cable
        code = next((found.code for found in after.faults if found.code in _STOPS), code)
    moved = _difference(evidence.before.cards, after.cards) != 0 or after.card_position is CardPosition.INSIDE
    severity = Severity.MID if moved and said.severity is Severity.PRE else said.severity
    return PrinterFault(code, severity, said.said)


def doubt(evidence: Evidence) -> str:
    """What in the evidence forbids to trust the card, as a sentence for the person who must look; "" if nothing."""
    before, after = evidence.before, evidence.after
    if after is None:
        return "打印机没有回答打印后的状态：请查看出卡槽和打印机内部有没有卡。"
    if after.serial != before.serial:
        return "接着的已经是另一台打印机（序列号不同）：请到原来的打印机查看有没有卡。"
    cards, panels = _difference(before.cards, after.cards), _difference(before.panels, after.panels)
    if cards is not None and cards < 0:
        return "打印机的计数器被清零：请查看出卡槽里有几张卡。"
    if cards is not None and cards > 1:
        return f"打印机送进了 {cards} 张卡：请把出卡槽和打印机里的卡全部收起，逐张扫描。"
    if after.card_position is CardPosition.INSIDE:
        return "卡片还在打印机里：请取出后扫描登记。"
    if cards == 1 and panels not in (None, evidence.panels):
        return f"打印机只打了 {panels} 个色带面，应为 {evidence.panels} 个：请检查这张卡。"
    return ""


def _difference(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before
