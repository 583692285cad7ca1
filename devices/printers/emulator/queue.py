"""A print queue like that of CUPS, in the program: it takes jobs, and aborts, repeats, keeps or loses them on request.

It is the far end of an IPP link (`exchange`), prints into a tray, and is as unhelpful as a real one: it knows no card,
only sheets. Its faults are planned like a printer's: `NAME@JOB`; JOB counts the jobs taken since the tray was new,
`next` is the first one after the opening.
"""

from __future__ import annotations

import re

from devices.contracts import CardFaces
from devices.errors import BadReply, BadUrl, Broken, NotReached
from devices.languages import card_pdf, ipp
from devices.languages.ipp import Group, JobState, Operation, Tag, Typed, one
from devices.languages.queue_words import SAFE_POLICY
from devices.printers.emulator.tray import TRAY, Landed, Tray

STANDING = {
    "feeder_empty": "media-empty-error",
    "ribbon_end": "marker-supply-empty-error",
    "cover_open": "cover-open",
    "jam": "media-jam-error",
    "offline": "offline-report",
    "ribbon_low": "marker-supply-low-warning",
}
"""Conditions before the job; nobody mends them. Their names are those of the printers."""

JOB = {
    "abort": "given up before a sheet",
    "abort_late": "given up although the card came out",
    "twice": "printed two times, and it says so",
    "twice_silently": "printed two times, and it says nothing",
    "lose": "said to be completed, nothing comes out",
    "hold": "stays in the queue",
    "vanish": "nobody knows the job any more, the card came out",
    "cut": "the link dies after the job was taken",
    "refuse": "not taken",
    "gone": "the server cannot be reached",
}
NAMES = frozenset(STANDING) | frozenset(JOB)
_SHAPE = re.compile(r"([a-z_]+)@(\d{1,6}|next)")
_ABORTED = frozenset({"abort", "abort_late"})
_MOST_JOBS = 50
_PRINTED = frozenset({"", "abort_late", "twice", "twice_silently", "vanish", "cut"})


class EmulatedQueue:
    """Implements Link. `canceled` names the jobs that were withdrawn, `purged` those whose data was removed."""

    def __init__(self, tray: Tray, fault: str = "", policy: str = SAFE_POLICY) -> None:
        self.tray = tray
        self.canceled: list[int] = []
        self.purged: list[int] = []
        self._policy = policy
        kept = tray.recall()
        self._taken = int(kept.get("taken", 0))
        self._planned = _parse(fault, self._taken + 1)
        self._landed = int(kept.get("landed", 0))
        self._seconds = 0.0
        self._jobs: dict[int, str] = {}  # number -> what befell it
        self._pages: dict[int, int] = {}
        self._names: dict[int, str] = {}
        self._held: dict[int, CardFaces] = {}
        for number, fate, pages, name in kept.get("jobs", ()):
            self._jobs[number], self._pages[number], self._names[number] = fate, pages, name

    def clock(self) -> float:
        """Its own time, which passes only while somebody waits."""
        return self._seconds

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds

    def befall(self, fault: str) -> None:
        """From here on these faults are planned, and none of those before; their jobs count from the next one."""
        self._planned = frozenset((name, self._taken + job) for name, job in _parse(fault, 1))

    @property
    def waiting(self) -> tuple[str, ...]:
        """The names of the jobs that it holds."""
        return tuple(self._names[number] for number, fate in self._jobs.items() if fate == "hold")

    def release(self) -> None:
        """Somebody starts the queue again: what is still held is printed."""
        for number, faces in self._held.items():
            if self._jobs[number] == "hold":
                self._jobs[number] = ""
                self._lay(faces)
        self._keep()

    def exchange(self, place: str, message: bytes, timeout: float) -> bytes:
        """Answer one message. Raises NotReached and Broken as a link would."""
        asked = ipp.read(message)
        if self._due("gone"):
            raise NotReached("连不上模拟打印队列。", "queue_server")
        told = asked.first(Group.OPERATION)
        if asked.code == Operation.GET_PRINTER_ATTRIBUTES:
            return _said(asked, printer=self._state())
        if asked.code == Operation.PRINT_JOB:
            return self._take(asked)
        if asked.code == Operation.GET_JOBS:
            return self._list(asked)
        number = told.get("job-id", (0,))[0]
        if number not in self._jobs or self._jobs[int(number)] == "vanish":
            return _said(asked, code=ipp.NOT_FOUND)
        if asked.code == Operation.CANCEL_JOB:
            self._cancel(int(number), bool(told.get("purge-job")))
            return _said(asked)
        return _said(asked, self._job(int(number)))

    def _cancel(self, number: int, purge: bool) -> None:
        (self.purged if purge else self.canceled).append(number)
        if purge:
            for known in (self._jobs, self._pages, self._names):
                del known[number]
        elif self._jobs[number] == "hold":
            self._jobs[number] = "canceled"
        self._held.pop(number, None)
        self._keep()

    def _list(self, asked: ipp.Message) -> bytes:
        """Get-Jobs: those that have left the queue, or those that have not."""
        waiting = asked.first(Group.OPERATION).get("which-jobs", ("not-completed",))[0] != "completed"
        jobs = [
            {"job-id": one(Tag.INTEGER, number), "job-name": one(Tag.NAME, self._names[number])}
            for number, fate in self._jobs.items()
            if (fate == "hold") is waiting and fate != "vanish"
        ]
        return _said(asked, *jobs)

    def _lay(self, faces: CardFaces) -> None:
        self._landed += 1
        self.tray.lay(Landed(self._landed, faces.front, faces.back, TRAY))

    def _keep(self) -> None:
        jobs = [[number, fate, self._pages[number], self._names[number]] for number, fate in self._jobs.items()]
        self.tray.keep({"taken": self._taken, "landed": self._landed, "jobs": jobs[-_MOST_JOBS:]})

    def _take(self, asked: ipp.Message) -> bytes:
        number = self._taken + 1
        fault = next((name for name in JOB if self._due(name)), "")
        if fault == "refuse":
            self._taken = number
            return _said(asked, code=0x0506)
        try:
            faces = card_pdf.decode(asked.document)
        except BadReply:
            return _said(asked, code=0x040A)
        self._taken = number
        self._jobs[number], self._pages[number] = fault, 1 if faces.back is None else 2
        self._names[number] = str(next(iter(asked.first(Group.OPERATION).get("job-name", ())), ""))
        if fault == "hold":
            self._held[number] = faces
        for _ in range(0 if fault not in _PRINTED else 2 if fault.startswith("twice") else 1):
            self._lay(faces)
        self._keep()
        if fault == "cut":
            raise Broken("与模拟打印队列的连接断了。", len(asked.document), "queue_link")
        return _said(asked, {"job-id": one(Tag.INTEGER, number)})

    def _job(self, number: int) -> dict[str, Typed]:
        fault = self._jobs[number]
        state = JobState.ABORTED if fault in _ABORTED else JobState.COMPLETED
        if fault in ("hold", "canceled"):
            state = JobState.PROCESSING if fault == "hold" else JobState.CANCELED
        pages = self._pages[number] * (2 if fault == "twice" else 1)
        return {
            "job-state": one(Tag.ENUM, int(state)),
            "job-state-reasons": one(Tag.KEYWORD, "aborted-by-system" if fault in _ABORTED else "none"),
            "job-impressions-completed": one(Tag.INTEGER, pages if state is JobState.COMPLETED else 0),
        }

    def _state(self) -> dict[str, Typed]:
        reasons = [word for name, word in STANDING.items() if self._due(name)]
        held = sum(fault == "hold" for fault in self._jobs.values())
        return {
            "printer-make-and-model": one(Tag.TEXT, "Emulated queue"),
            "printer-state": one(Tag.ENUM, 3),
            "printer-state-reasons": one(Tag.KEYWORD, *(reasons or ["none"])),
            "printer-is-accepting-jobs": one(Tag.BOOLEAN, True),
            "printer-error-policy": one(Tag.NAME, self._policy),
            "queued-job-count": one(Tag.INTEGER, held),
        }

    def _due(self, name: str) -> bool:
        return (name, self._taken + 1) in self._planned


def _said(asked: ipp.Message, *jobs: dict[str, Typed], code: int = 0, printer: dict[str, Typed] | None = None) -> bytes:
    spoken: dict[str, Typed] = {
        "attributes-charset": one(Tag.CHARSET, "utf-8"),
        "attributes-natural-language": one(Tag.LANGUAGE, "en"),
    }
    about = [(Group.PRINTER, printer)] if printer else []
    told = [(Group.OPERATION, spoken), *about, *((Group.JOB, job) for job in jobs)]
    return ipp.write(code, asked.number, told)


def _parse(text: str, upcoming: int) -> frozenset[tuple[str, int]]:
    found = set()
    for part in filter(None, text.split(",")):
        match = _SHAPE.fullmatch(part)
        if match is None or match[1] not in NAMES:
            raise BadUrl(f"模拟打印队列没有名为“{part}”的故障。名称有：{'、'.join(sorted(NAMES))}。", "fault")
        found.add((match[1], upcoming if match[2] == "next" else int(match[2])))
    return frozenset(found)
