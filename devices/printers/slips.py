"""A receipt or label printer: a picture of black and white once, and what is wrong with it in words for paper.

A slip proves nothing: it is *accepted* when the printer had no complaint before and after. It knows no permit.
"""

from __future__ import annotations

import hashlib
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from devices.contracts import FaultCode, Outcome, Picture, PrinterFault, PrintReport, Severity, Transport
from devices.errors import BadUrl, Broken, DeviceError, Missing, NotReached, TimedOut
from devices.languages.escpos import EscPos
from devices.languages.faults import blocking, fault
from devices.languages.language import Question, Talk
from devices.languages.slip import SlipLanguage
from devices.languages.zpl import Zpl
from devices.sentences import SENTENCES

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "slips"
T = TypeVar("T")
_READ = 4096
_DRAIN_SECONDS = 0.05
_PATIENCE = 30.0
_POLL = 0.2

PAPER: dict[FaultCode, str] = {
    FaultCode.FEEDER_EMPTY: "单据打印机没纸了：请换一卷纸，看最后一张是否完整，不完整就重打。",
    FaultCode.FEEDER_LOW: "单据打印机的纸快用完了，请准备新的一卷。",
    FaultCode.COVER_OPEN: "单据打印机的盖子开着：请合上。",
    FaultCode.CARD_JAM: "单据打印机卡纸或切刀卡住：请打开盖子取出纸，再合上。",
    FaultCode.RIBBON_END: "标签打印机的碳带用完了：请换一卷。",
    FaultCode.BUSY: "打印机里还有没打完的单据：请看最后一张是否完整，不完整就重打。",
    FaultCode.LOCKED: "标签打印机暂停着：请按面板上的继续键。",
}
"""The same vocabulary as for cards, in words for paper."""


@dataclass(frozen=True, slots=True)
class SlipProfile:
    """One kind of paper in one language."""

    name: str
    title: str
    speaks: str
    language: SlipLanguage
    dpi: int
    source: str


def load_slip(name: str, folder: Path = FOLDER) -> SlipProfile:
    """The profile of that name. Raises BadUrl for an unknown one, Missing for a broken file."""
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in names:
        raise BadUrl(f"没有名为“{name}”的单据打印机型号。可用的有：{'、'.join(names)}。", "profile")
    try:
        table = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        language = _LANGUAGES[table["language"]](table["width"])
        return SlipProfile(name, table["title"], table["language"], language, table["dpi"], table["source"])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise Missing(f"单据打印机型号文件 {name}.toml 有错误。请重新安装程序。", "profile_broken") from error


class SlipPrinter:
    """Prints pictures of exactly `width` dots. Implements PaperPrinter."""

    def __init__(
        self, url: str, profile: SlipProfile, transport: Transport, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = url
        self._pause = pause
        self.profile = profile
        self.transport = transport
        self._language = profile.language
        self._opened = False

    @property
    def width(self) -> int:
        """Dots across the paper."""
        return self._language.width

    @property
    def dpi(self) -> int:
        return self.profile.dpi

    def faults(self) -> tuple[PrinterFault, ...]:
        """What is wrong now; silence is OFFLINE. Raises NotReached when the printer is not there."""
        if not self.transport.answers:
            return ()
        try:
            self._open()
            return self._talk(self._language.look())
        except TimedOut as silent:
            self.close()
            return (fault(FaultCode.OFFLINE, silent.sentence, Severity.PRE),)
        except Broken as error:
            self.close()
            raise NotReached(error.sentence, error.code) from error

    def encode(self, picture: Picture) -> bytes:
        """The exact bytes that print the picture once. Raises BadReply for a picture that does not fit. Pure."""
        return self._language.encode(picture)

    def print_slip(self, picture: Picture) -> PrintReport:
        """Print it once. Never raises for a fault of the printer. Raises BadReply for a picture that does not fit."""
        return self.print_job(self.encode(picture))

    def print_job(self, job: bytes) -> PrintReport:
        """Send what `encode` made, once. Never raises for a fault of the printer."""
        digest = hashlib.sha256(job).hexdigest()
        try:
            stop = blocking(self.faults())
            self._open()
        except DeviceError as error:
            return PrintReport(Outcome.REJECTED, 0, digest, None, None, _pre(FaultCode.OFFLINE), error.sentence)
        if stop is not None:
            return PrintReport(Outcome.REJECTED, 0, digest, None, None, stop, sentence(stop))
        try:
            sent = self.transport.write(job, _PATIENCE)
            after = self._out()
        except DeviceError as error:
            self.close()
            lost = fault(FaultCode.OFFLINE, severity=Severity.MID)
            left = error.sent if isinstance(error, Broken) else 0
            return PrintReport(Outcome.UNKNOWN, left, digest, None, None, lost, error.sentence)
        if after is not None:
            after = PrinterFault(after.code, Severity.MID, after.said)
            return PrintReport(Outcome.UNKNOWN, sent, digest, None, None, after, sentence(after))
        return PrintReport(Outcome.ACCEPTED, sent, digest, None, None)

    def _out(self) -> PrinterFault | None:
        """Wait until it says that nothing of the job is left in it; what then is wrong, BUSY when it does not end."""
        for _ in range(round(_PATIENCE / _POLL)):
            found = self.faults()
            if all(one.code is not FaultCode.BUSY for one in found):
                return blocking(found)
            other = blocking(one for one in found if one.code is not FaultCode.BUSY)
            if other is not None:
                return other
            self._pause(_POLL)
        return fault(FaultCode.BUSY)

    def close(self) -> None:
        """Give the printer back. Safe to call twice."""
        self.transport.close()
        self._opened = False

    def _open(self) -> None:
        if not self._opened:
            self.transport.open()
            self._opened = True

    def _talk(self, talk: Talk[T]) -> T:
        try:
            question = next(talk)
            while True:
                question = talk.send(self._ask(question))
        except StopIteration as done:
            result: T = done.value
            return result

    def _ask(self, question: Question) -> str:
        while self.transport.read(_READ, _DRAIN_SECONDS):
            continue  # a picture may have contained a question: its answer is not ours
        self.transport.write(question.data, question.timeout)
        held = bytearray()
        while (reply := self._language.cut(held)) is None:
            said = self.transport.read(_READ, question.timeout)
            if not said:
                raise TimedOut("单据打印机没有回答：请检查电源、数据线、纸和盖子。", "no_answer")
            held += said
        return reply


def sentence(found: PrinterFault) -> str:
    """What a person should do about it."""
    return PAPER.get(found.code, SENTENCES[found.code])


def _pre(code: FaultCode) -> PrinterFault:
    return fault(code, severity=Severity.PRE)


def _escpos(width: int) -> SlipLanguage:
    return EscPos(width)


def _zpl(width: int) -> SlipLanguage:
    return Zpl(width)


_LANGUAGES: dict[str, Callable[[int], SlipLanguage]] = {"escpos": _escpos, "zpl": _zpl}
