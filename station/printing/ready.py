"""Whether a printer and its camera may take one more card now, and the sentence when not. Writes nothing."""

from __future__ import annotations

from devices.contracts import (
    Camera,
    CardPosition,
    CardPrinter,
    CodeReader,
    FaultCode,
    PrinterState,
    Severity,
    SpooledPrinter,
)
from devices.errors import DeviceError
from devices.sentences import SENTENCES
from station.domain.errors import Fault
from station.printing.journal import Journal, is_attempt
from station.printing.machine import Machine, NotReady
from station.printing.readback import IsCode, SameToken

_HARMLESS = frozenset({FaultCode.REBOOTED, FaultCode.RIBBON_LOW, FaultCode.FEEDER_LOW, FaultCode.CLEAN_DUE})


def ask(printer: CardPrinter) -> PrinterState:
    """The printer's state now. Raises Fault with the device's own sentence."""
    try:
        return printer.state()
    except DeviceError as why:
        raise Fault(why.sentence, "请检查打印机后重试。", why.code) from why


def ask_if_there(printer: CardPrinter) -> PrinterState | None:
    """The printer's state now, None when it cannot be asked: doubt is a value."""
    try:
        return printer.state()
    except DeviceError:
        return None


def withdraw(printer: CardPrinter) -> tuple[str, ...]:
    """Take back what a queue still holds of attempts of ours, whoever left it there: nothing is in flight now.

    The names of those attempts; none where there is no queue. Raises Fault when a job stays: it would print later.
    """
    if not isinstance(printer, SpooledPrinter):
        return ()
    try:
        return printer.withdraw(is_attempt)
    except DeviceError as why:
        raise Fault(why.sentence, "请到打印队列里删除留下的作业后重试。", why.code) from why


def machine_of(printer: CardPrinter, state: PrinterState) -> Machine:
    """The printer's name in facts."""
    return Machine.at(printer.url, state.serial)


def check_printer(journal: Journal, printer: CardPrinter, state: PrinterState) -> None:
    """Raises NotReady when this printer may not be given a card (hardware.md §12.7), Fault for the clock."""
    journal.clock.check()
    left = journal.unsettled(machine_of(printer, state))
    if left:
        raise NotReady(f"上一张卡（{left[0].order.name}）还没有核实，请先扫描核实。", "card_unsettled")
    for fault in state.faults:
        harmless = fault.severity is Severity.INFO or fault.code in _HARMLESS
        if fault.code is FaultCode.CLEAN_MUST or not harmless:
            raise NotReady(SENTENCES[fault.code], fault.code.value)
    if state.card_position is CardPosition.INSIDE:
        raise NotReady(SENTENCES[FaultCode.CARD_IN_PATH], FaultCode.CARD_IN_PATH.value)
    if state.ribbon_left == 0:
        raise NotReady(SENTENCES[FaultCode.RIBBON_END], FaultCode.RIBBON_END.value)
    if not state.ready:
        raise NotReady(SENTENCES[FaultCode.BUSY], FaultCode.BUSY.value)


def check_camera(reader: CodeReader, camera: Camera, token: str, same_token: SameToken, is_code: IsCode) -> None:
    """One frame before a blank is spent. Raises Fault when the camera is gone.

    Raises NotReady when the token is in view already: the preview on a screen must not pass for the card.
    """
    try:
        frame = camera.read(0.25)
    except DeviceError as why:
        raise Fault(why.sentence, "请检查摄像头后重试。", why.code) from why
    if frame is None:
        return
    if any(same_token(found.text, token) for found in reader.read(frame.picture, is_code)):
        said = "卡还没有打印，镜头里却已看到它的码（可能是屏幕上的预览）。请让镜头只对着出卡口。"
        raise NotReady(said, "token_in_view")
