"""A card printer behind a print queue: one PDF job at a time, never sent twice, followed until it has left the queue.

"Completed" means that the bytes were sent, not that a card came out: such a card is only ACCEPTED and must be read
back. A queue that would send a failed job again by itself is refused (hardware.md §10, §12.8). It knows no permit.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Protocol
from urllib.parse import quote

from devices.contracts import Accept, CardFaces, FaultCode, Outcome, PrinterFault, PrinterState, PrintReport, Severity
from devices.errors import BadReply, Broken, DeviceError, NotReached
from devices.languages import card_pdf, ipp, queue_words
from devices.languages.faults import blocking, fault, sentence
from devices.languages.ipp import Attributes, Group, JobState, Message, Operation, Tag, Typed, one

USER = "anxin"
PATIENCE = 300.0
_POLL = 0.25
_ANSWER = 15.0
_JOB_ASKED = ("job-state", "job-state-reasons", "job-impressions-completed")
_REFUSALS = ("ipp_refused", "queue_http")
_MEDIA = "custom_id-1_85.73x53.98mm"  # 243 x 153 points: queues cut sizes to whole points, and 242 would lose 0.23 mm


class Link(Protocol):
    """A print server."""

    def exchange(self, place: str, message: bytes, timeout: float) -> bytes:
        """One message and its answer. Raises NotReached, Broken, BadReply."""
        ...


@dataclass(frozen=True, slots=True)
class _End:
    """How a job left the queue, or that it did not."""

    state: JobState | None
    pages: int | None
    words: str


class QueuePrinter:
    """Implements CardPrinter over a queue of CUPS or any other IPP printer that tells its error policy."""

    def __init__(
        self,
        url: str,
        queue: str,
        link: Link,
        *,
        duplex: bool = False,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._queue, self._link, self._duplex = url, queue, link, duplex
        self._patience, self._clock, self._sleep = patience, clock, sleep
        self._numbers = count(1)
        self._place = f"/printers/{quote(queue, safe='')}"

    @property
    def url(self) -> str:
        """The URL it was opened by."""
        return self._url

    @property
    def answers(self) -> bool:
        """A queue tells of jobs, never of cards."""
        return False

    def state(self) -> PrinterState:
        """Ask the queue. Raises NotReached, BadReply; BadReply with the code `repeats` for a dangerous policy."""
        try:
            told = self._ask_printer()
        except Broken as error:  # only a question was lost
            raise NotReached(error.sentence, error.code) from error
        queue_words.check_policy(self._queue, told)
        return queue_words.state(told)

    def encode(self, faces: CardFaces, name: str) -> bytes:
        """The PDF of these faces; the back is left out where the queue prints one side. Pure."""
        return card_pdf.encode(faces if self._duplex else CardFaces(faces.front))

    def panels(self, job: bytes) -> int | None:
        """What the driver behind it makes of a card is not known."""
        return None

    def print_card(self, job: bytes, name: str) -> PrintReport:
        """Send one job, once, and follow it. Never raises for a queue's fault."""
        digest = hashlib.sha256(job).hexdigest()
        try:
            pages = 1 if card_pdf.decode(job).back is None else 2
            before = self.state()
        except DeviceError as error:
            code = FaultCode.SYNTAX if error.code == "card_pdf" else FaultCode.OFFLINE
            return _report(Outcome.REJECTED, 0, digest, fault(code, severity=Severity.PRE), error.sentence)
        found = blocking(before.faults)
        if found is not None:
            return _report(Outcome.REJECTED, 0, digest, found, sentence(found), before)
        try:
            number = self._send(job, name, digest)
        except (NotReached, BadReply) as error:
            return _report(Outcome.REJECTED, 0, digest, fault(FaultCode.OFFLINE), error.sentence, before)
        except Broken as error:
            words = f"{error.sentence}作业可能已进入队列：请到队列里查看并取消，再看有没有出卡。"
            return _report(Outcome.UNKNOWN, error.sent, digest, _lost(), words, before)
        end = self._follow(number)
        if end.state is JobState.COMPLETED and end.pages in (None, 0, pages):
            self._forget(number)
            return _report(Outcome.ACCEPTED, len(job), digest, None, "", before)
        return _report(Outcome.UNKNOWN, len(job), digest, _lost(), self._withdrawn(number, end), before)

    def withdraw(self, ours: Accept) -> tuple[str, ...]:
        """Cancel what still waits under a name of ours; what has left the queue is purged where the server may."""
        found: list[str] = []
        try:
            for which, must in (("not-completed", True), ("completed", False)):
                for told in self._ask_jobs(which):
                    name, number = _sent_as(told), next(iter(told.get("job-id", ())), None)
                    if isinstance(number, int) and ours(name):
                        self._remove(number, must)
                        found += [name] if must else []
        except Broken as error:  # asking and cancelling may be done again
            raise NotReached(error.sentence, error.code) from error
        return tuple(found)

    def _remove(self, number: int, must: bool) -> None:
        if must:
            self._exchange(Operation.CANCEL_JOB, {"job-id": one(Tag.INTEGER, number)})
        self._forget(number)

    def close(self) -> None:
        """Nothing is held between two exchanges."""

    def _send(self, job: bytes, name: str, digest: str) -> int:
        about = {
            "job-name": one(Tag.NAME, f"{name} {digest[:12]}"),
            "document-format": one(Tag.MIME, "application/pdf"),
        }
        wishes = {
            "copies": one(Tag.INTEGER, 1),
            "media": one(Tag.KEYWORD, _MEDIA),
            "print-scaling": one(Tag.KEYWORD, "none"),
            "sides": one(Tag.KEYWORD, "two-sided-long-edge" if self._duplex else "one-sided"),
        }
        try:
            answer = self._exchange(Operation.PRINT_JOB, about, wishes, job)
        except BadReply as error:
            if error.code in _REFUSALS:
                raise
            raise Broken(error.sentence, len(job), error.code) from error  # it may have been taken
        told = answer.first(Group.JOB).get("job-id", ())
        if len(told) != 1 or not isinstance(told[0], int):
            raise Broken("打印服务没有给出作业号。", len(job), "queue_no_job")
        return told[0]

    def _follow(self, number: int) -> _End:
        """Until the job has left the queue or the time is over. A lost question is asked again: asking is harmless."""
        until = self._clock() + self._patience
        last: JobState | None = None
        while self._clock() < until:
            self._sleep(_POLL)
            try:
                told = self._ask_job(number)
            except BadReply as error:
                return _End(None, None, error.sentence)
            except DeviceError:  # the server may come back; the time decides
                continue
            last = _job_state(told)
            if last is not None and last >= JobState.CANCELED:
                pages = told.get("job-impressions-completed", ())
                return _End(last, pages[0] if pages and isinstance(pages[0], int) else None, _told(told))
        return _End(last, None, "")

    def _withdrawn(self, number: int, end: _End) -> str:
        """A job in doubt must not be printed later: cancel it, and say what happened."""
        if end.state is None or end.state < JobState.CANCELED:
            try:
                self._exchange(Operation.CANCEL_JOB, {"job-id": one(Tag.INTEGER, number)})
            except DeviceError:
                return f"{end.words}打印队列里的作业 {number} 没有打完，也取消不了：请到队列里取消它，再看有没有出卡。"
            return f"{end.words}打印队列没有打完，作业 {number} 已取消：请看有没有出卡。"
        if end.state is JobState.COMPLETED:
            return f"打印队列送出了 {end.pages} 面，与这张卡不符：请把出来的卡全部收起，逐张扫描。"
        return f"打印队列中止了作业 {number}（{end.words}）：请看有没有出卡。"

    def _forget(self, number: int) -> None:
        """Have the server remove the job and its picture, so that nobody can print it again; some servers may not."""
        wish = {"job-id": one(Tag.INTEGER, number), "purge-job": one(Tag.BOOLEAN, True)}
        try:
            self._exchange(Operation.CANCEL_JOB, wish)
        except DeviceError:  # the card is sent: what the server keeps is set by PreserveJobFiles
            return

    def _ask_printer(self) -> Attributes:
        wish = {"requested-attributes": one(Tag.KEYWORD, *queue_words.ASKED)}
        return self._exchange(Operation.GET_PRINTER_ATTRIBUTES, wish).first(Group.PRINTER)

    def _ask_job(self, number: int) -> Attributes:
        wish = {"job-id": one(Tag.INTEGER, number), "requested-attributes": one(Tag.KEYWORD, *_JOB_ASKED)}
        return self._exchange(Operation.GET_JOB_ATTRIBUTES, wish).first(Group.JOB)

    def _ask_jobs(self, which: str) -> tuple[Attributes, ...]:
        wish = {
            "requested-attributes": one(Tag.KEYWORD, "job-id", "job-name"),
            "which-jobs": one(Tag.KEYWORD, which),
        }
        return self._exchange(Operation.GET_JOBS, wish).of(Group.JOB)

    def _exchange(
        self, code: Operation, about: dict[str, Typed], job: dict[str, Typed] | None = None, document: bytes = b""
    ) -> Message:
        operation = {
            "attributes-charset": one(Tag.CHARSET, "utf-8"),
            "attributes-natural-language": one(Tag.LANGUAGE, "zh-cn"),
            "printer-uri": one(Tag.URI, f"ipp://localhost{self._place}"),
        }
        if "job-id" in about:
            operation["job-id"] = about["job-id"]
        operation["requesting-user-name"] = one(Tag.NAME, USER)
        operation.update(about)
        groups = [(Group.OPERATION, operation)] + ([(Group.JOB, job)] if job else [])
        number = next(self._numbers)
        answer = ipp.read(self._link.exchange(self._place, ipp.write(code, number, groups, document), _ANSWER))
        if answer.number != number:
            raise BadReply("打印服务的回答对不上所问。", "ipp_number")
        if answer.code >= ipp.REFUSED:
            said = next(iter(answer.first(Group.OPERATION).get("status-message", ())), "")
            said = said if isinstance(said, str) else ""
            if answer.code == ipp.NOT_FOUND:
                raise BadReply("打印服务没有这个队列或作业。", "ipp_refused")
            raise BadReply(f"打印服务拒绝了请求：{answer.code:#06x} {said}。", "ipp_refused")
        return answer


def _sent_as(told: Attributes) -> str:
    """The name that `print_card` was given; behind it in the queue stands the hash of the job."""
    name, _, _ = str(next(iter(told.get("job-name", ())), "")).rpartition(" ")
    return name


def _job_state(told: Attributes) -> JobState | None:
    said = next(iter(told.get("job-state", ())), 0)
    return JobState(said) if said in list(JobState) else None


def _told(told: Attributes) -> str:
    return ",".join(str(reason) for reason in told.get("job-state-reasons", ()))


def _lost() -> PrinterFault:
    return fault(FaultCode.OFFLINE, severity=Severity.MID)


def _report(
    outcome: Outcome, sent: int, digest: str, found: PrinterFault | None, words: str, before: PrinterState | None = None
) -> PrintReport:
    return PrintReport(outcome, sent, digest, before, None, found, words)
