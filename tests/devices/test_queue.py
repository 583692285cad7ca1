"""A card through a print queue: what counts as sent, what is never sent, and a real CUPS with a PDF queue."""

from __future__ import annotations

import hashlib
import http.server
import re
import secrets
import socket
import subprocess
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from devices import bench, catalogue
from devices.contracts import CardFaces, FaultCode, Outcome, Severity
from devices.errors import BadReply, BadUrl, Broken, NotReached
from devices.languages import card_pdf, ipp, queue_words
from devices.languages.ipp import Group, Operation, Tag, one
from devices.printers import found
from devices.printers.emulator.queue import JOB, STANDING, EmulatedQueue
from devices.printers.emulator.tray import MemoryTray
from devices.printers.queue import QueuePrinter
from devices.transports.ipp_link import IppLink
from tests.devices import cups_server
from tests.devices.pictures import FACES, FRONT_ONLY


def queue(fault: str = "", policy: str = "abort-job", duplex: bool = True) -> tuple[QueuePrinter, EmulatedQueue]:
    far = EmulatedQueue(MemoryTray(), fault, policy)
    return QueuePrinter("queue://card", "card", far, duplex=duplex, clock=far.clock, sleep=far.wait), far


def cards(far: EmulatedQueue) -> int:
    assert isinstance(far.tray, MemoryTray)
    return len(far.tray.cards)


# --- the job


def test_the_job_is_the_card_in_its_true_size() -> None:
    job = card_pdf.encode(FACES)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", job)
    sizes = [(float(w) * 25.4 / 72, float(h) * 25.4 / 72) for w, h in boxes]
    assert len(sizes) == 2
    assert all(abs(w - 85.60) < 0.01 and abs(h - 53.98) < 0.01 for w, h in sizes)
    (drawn, *_) = re.findall(rb"q ([\d.]+) 0 0 ([\d.]+) (-[\d.]+) (-[\d.]+) cm", job)
    width, height, left, low = map(float, drawn)
    assert (width, height) == (1016 * 72 / 300, 648 * 72 / 300)
    assert abs(2 * left + width - float(boxes[0][0])) < 0.01
    assert abs(2 * low + height - float(boxes[0][1])) < 0.01
    back = card_pdf.decode(job)
    assert (back.front == FACES.front).all()
    assert back.back is not None
    assert (back.back == FACES.back).all()  # type: ignore[comparison-overlap]
    assert card_pdf.decode(card_pdf.encode(FRONT_ONLY)).back is None
    assert card_pdf.encode(FACES) == job
    assert b"/PrintScaling /None" in job


JOB_BYTES = card_pdf.encode(FRONT_ONLY)
STREAM = re.compile(rb"/Length \d+ >>\nstream\n(?=x)")
BIG = zlib.compress(bytes(1016 * 648 * 3 + 1))


@pytest.mark.parametrize(
    "job",
    [
        b"",
        b"%PDF-1.4\n%%EOF\n",
        JOB_BYTES[:-1],
        JOB_BYTES[1:],
        JOB_BYTES.replace(b"/Subtype /Image", b"/Subtype /Form"),
        STREAM.sub(b"/Length 20 >>\nstream\n", JOB_BYTES),
        STREAM.sub(b"/Length 20 >>\nstream\n!", JOB_BYTES),
        STREAM.sub(b"/Length %d >>\nstream\n" % len(BIG) + BIG, JOB_BYTES),
        b"%PDF-1.4" + JOB_BYTES * 3,
    ],
)
def test_a_file_of_others_is_no_job(job: bytes) -> None:
    with pytest.raises(BadReply):
        card_pdf.decode(job)


# --- the outcome


def test_completed_means_sent() -> None:
    printer, far = queue()
    job = printer.encode(FACES, "x")
    report = printer.print_card(job, "330102-1")
    assert (report.outcome, report.bytes_sent, report.fault, report.said) == (Outcome.ACCEPTED, len(job), None, "")
    assert report.job_sha256 == hashlib.sha256(job).hexdigest()
    assert (cards(far), far.purged, far.canceled) == (1, [1], [])
    assert not printer.answers
    assert printer.url == "queue://card"
    printer.close()
    one_side, far = queue(duplex=False)
    assert one_side.print_card(one_side.encode(FACES, "x"), "x").outcome is Outcome.ACCEPTED
    assert isinstance(far.tray, MemoryTray)
    assert far.tray.cards[0].back is None


FAULTS = [
    ("abort", Outcome.UNKNOWN, 0, []),
    ("abort_late", Outcome.UNKNOWN, 1, []),
    ("twice", Outcome.UNKNOWN, 2, []),
    ("twice_silently", Outcome.ACCEPTED, 2, []),
    ("lose", Outcome.ACCEPTED, 0, []),
    ("hold", Outcome.UNKNOWN, 0, [1]),
    ("vanish", Outcome.UNKNOWN, 1, []),
    ("cut", Outcome.UNKNOWN, 1, []),
    ("refuse", Outcome.REJECTED, 0, []),
    ("gone", Outcome.REJECTED, 0, []),
    *((name, Outcome.REJECTED, 0, []) for name in STANDING if name != "ribbon_low"),
    ("ribbon_low", Outcome.ACCEPTED, 1, []),
]


@pytest.mark.parametrize(("name", "outcome", "count", "canceled"), FAULTS)
def test_what_befalls_a_job_is_told_for_what_it_is(
    name: str, outcome: Outcome, count: int, canceled: list[int]
) -> None:
    """A card is never called unprinted once the queue has taken its job; a lost card is found by reading back."""
    printer, far = queue(f"{name}@1")
    report = printer.print_card(printer.encode(FACES, "x"), "x")
    assert report.outcome is outcome
    assert cards(far) == count
    assert far.canceled == canceled
    assert bool(report.said) is (outcome is not Outcome.ACCEPTED)
    if outcome is Outcome.REJECTED:
        assert report.fault is not None
        assert report.fault.severity is Severity.PRE
        assert report.bytes_sent == 0


def test_every_fault_is_tried() -> None:
    assert {name for name, *_ in FAULTS} == set(JOB) | set(STANDING)


@pytest.mark.parametrize("policy", ["retry-job", "retry-current-job", "stop-printer", ""])
def test_a_queue_that_repeats_by_itself_is_refused(policy: str) -> None:
    printer, far = queue("", policy)
    with pytest.raises(BadReply, match="abort-job") as refusal:
        printer.state()
    assert refusal.value.code == "repeats"
    report = printer.print_card(printer.encode(FACES, "x"), "x")
    assert (report.outcome, report.bytes_sent, cards(far)) == (Outcome.REJECTED, 0, 0)


def test_a_job_that_still_waits_keeps_the_next_one_out() -> None:
    printer, far = queue("hold@1")
    far.exchange("/", _print(printer.encode(FACES, "x")), 1.0)
    state = printer.state()
    assert (state.ready, [one.code for one in state.faults]) == (False, [FaultCode.BUSY])


def _print(document: bytes, name: str = "somebody's letter") -> bytes:
    wish = {"attributes-charset": one(Tag.CHARSET, "utf-8"), "job-name": one(Tag.NAME, name)}
    return ipp.write(Operation.PRINT_JOB, 9, [(Group.OPERATION, wish)], document)


def left_behind(far: EmulatedQueue, *names: str) -> None:
    """Jobs in the queue whose sender is gone."""
    for name in names:
        far.exchange("/", _print(card_pdf.encode(FRONT_ONLY), name), 1.0)


def test_jobs_of_ours_are_taken_back_and_those_of_others_are_not() -> None:
    printer, far = queue("hold@1,hold@2,hold@3,lose@4")
    left_behind(far, "330102-1 abc", "330102-1", "a letter to 330102-1 abc", "330102-2 abc")
    assert printer.withdraw(lambda name: name.startswith("330102")) == ("330102-1",)
    assert (far.canceled, far.purged) == ([1], [1, 4])
    assert printer.withdraw(lambda name: name.startswith("330102")) == ()
    far.release()
    assert cards(far) == 2
    assert [found.code for found in printer.state().faults] == []


def test_a_held_job_outlives_the_program(tmp_path: Path) -> None:
    url = f"emulator://queue?tray={tmp_path}&fault=hold@1"
    first = catalogue.open_printer(url)
    assert isinstance(first, QueuePrinter)
    first._sleep = _die
    with pytest.raises(KeyboardInterrupt):
        first.print_card(first.encode(FRONT_ONLY, "x"), "330102-1")
    again = catalogue.open_printer(url)
    assert isinstance(again, QueuePrinter)
    assert [found.code for found in again.state().faults] == [FaultCode.BUSY]
    assert again.withdraw(lambda name: name == "330102-1") == ("330102-1",)
    assert again.state().ready


def _die(seconds: float) -> None:
    raise KeyboardInterrupt


def test_a_job_that_cannot_be_taken_back_is_told() -> None:
    printer, link = odd(Operation.CANCEL_JOB, Broken("断", 3), "hold@1")
    left_behind(link.far, "330102-1 abc")
    with pytest.raises(NotReached):
        printer.withdraw(lambda name: True)
    printer, _ = odd(Operation.GET_JOBS, NotReached("无"))
    with pytest.raises(NotReached):
        printer.withdraw(lambda name: True)
    printer, link = odd(Operation.CANCEL_JOB, NotReached("无"))
    left_behind(link.far, "330102-1 abc")
    assert printer.withdraw(lambda name: True) == (), "what has left the queue is purged where the server may"


def test_an_answer_about_jobs_without_numbers_is_nothing_of_ours() -> None:
    nothing = ipp.write(0, 1, [(Group.JOB, {"job-name": one(Tag.NAME, "330102-1 abc")}), (Group.JOB, {})])
    printer, link = odd(Operation.GET_JOBS, nothing, times=1)
    assert printer.withdraw(lambda name: True) == ()
    assert link.asked.count(Operation.CANCEL_JOB) == 0


def test_what_is_no_card_never_leaves() -> None:
    printer, far = queue()
    report = printer.print_card(b"%PDF-1.4 something else", "x")
    assert (report.outcome, report.fault and report.fault.code) == (Outcome.REJECTED, FaultCode.SYNTAX)
    assert ipp.read(far.exchange("/", _print(b"x"), 1.0)).code == 0x040A


class _Odd:
    """A server that answers otherwise than asked."""

    def __init__(self, far: EmulatedQueue, odd: dict[int, bytes | Exception], times: int = 99) -> None:
        self.far, self.odd, self.times, self.asked = far, odd, times, []

    def exchange(self, place: str, message: bytes, timeout: float) -> bytes:
        asked = ipp.read(message)
        self.asked.append(Operation(asked.code))
        said = self.odd.get(asked.code)
        if said is None or self.times == 0:
            return self.far.exchange(place, message, timeout)
        self.times -= 1
        if isinstance(said, Exception):
            raise said
        return said


def odd(code: Operation, said: bytes | Exception, fault: str = "", times: int = 9999) -> tuple[QueuePrinter, _Odd]:
    far = EmulatedQueue(MemoryTray(), fault)
    link = _Odd(far, {code: said}, times)
    return QueuePrinter("q", "card", link, clock=far.clock, sleep=far.wait), link


def test_an_answer_that_cannot_be_read_leaves_doubt() -> None:
    nothing = ipp.write(0, 2, [(Group.OPERATION, {"attributes-charset": one(Tag.CHARSET, "utf-8")})])
    for said in (b"?", ipp.write(0, 77, []), nothing):
        printer, _ = odd(Operation.PRINT_JOB, said)
        report = printer.print_card(printer.encode(FACES, "x"), "x")
        assert report.outcome is Outcome.UNKNOWN
        assert "取消" in report.said


def test_a_lost_question_is_asked_again() -> None:
    printer, link = odd(Operation.GET_JOB_ATTRIBUTES, NotReached("无"), times=3)
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.ACCEPTED
    assert link.asked.count(Operation.GET_JOB_ATTRIBUTES) == 4
    printer, link = odd(Operation.GET_JOB_ATTRIBUTES, NotReached("无"))
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.UNKNOWN
    assert link.far.canceled == [1]


def test_a_job_in_doubt_that_cannot_be_cancelled_is_told() -> None:
    printer, _ = odd(Operation.CANCEL_JOB, NotReached("无"), "hold@1")
    assert "取消不了" in printer.print_card(printer.encode(FACES, "x"), "x").said
    printer, _ = odd(Operation.CANCEL_JOB, NotReached("无"))
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.ACCEPTED


def test_a_question_that_breaks_may_be_asked_again() -> None:
    printer, _ = odd(Operation.GET_PRINTER_ATTRIBUTES, Broken("断", 3))
    with pytest.raises(NotReached):
        printer.state()


def test_reasons_in_one_vocabulary() -> None:
    def codes(*reasons: str, **more: tuple[ipp.Value, ...]) -> list[FaultCode]:
        told = {"printer-state-reasons": reasons, **{key.replace("_", "-"): value for key, value in more.items()}}
        return [found.code for found in queue_words.state(told).faults]

    assert codes("none", "connecting-to-device", "something-report") == []
    assert codes("odd-thing-error") == [FaultCode.UNKNOWN]
    assert codes("media-low-warning", "door-open-error") == [FaultCode.FEEDER_LOW, FaultCode.COVER_OPEN]
    assert codes(printer_state=(5,)) == codes(printer_is_accepting_jobs=(False,)) == [FaultCode.LOCKED]


def test_queues_are_opened_by_url(tmp_path: Path) -> None:
    printer = catalogue.open_printer(f"emulator://queue?sides=2&tray={tmp_path}")
    assert printer.print_card(printer.encode(FACES, "x"), "x").outcome is Outcome.ACCEPTED
    assert (tmp_path / "0001_front.png").exists()
    assert (tmp_path / "0001_back.png").exists()
    again = catalogue.open_printer(f"emulator://queue?tray={tmp_path}&fault=abort@2")
    assert again.print_card(again.encode(FACES, "x"), "x").outcome is Outcome.UNKNOWN
    with pytest.raises(BadReply):
        catalogue.open_printer("emulator://queue?policy=retry-job").state()
    for url in ("queue://", "queue://a/b", "queue://a?x=1", "emulator://queue?fault=fire@1"):
        with pytest.raises(BadUrl):
            catalogue.open_printer(url)
    with pytest.raises(NotReached, match="CUPS"):
        catalogue.open_printer(f"queue://card?server={tmp_path}/none").state()


# --- the wire


class _Server(http.server.BaseHTTPRequestHandler):
    status, body = 200, b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.status == 0:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Silence."""


def test_the_wire_tells_what_may_have_left() -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    link = IppLink(f"127.0.0.1:{server.server_port}")
    try:
        _Server.body = b"answer"
        assert link.exchange("/", b"asked", 5.0) == b"answer"
        _Server.status = 403
        with pytest.raises(BadReply, match="403"):
            link.exchange("/", b"asked", 5.0)
        _Server.status = 0
        with pytest.raises(Broken):
            link.exchange("/", b"asked", 5.0)
    finally:
        _Server.status = 200
        server.shutdown()
        thread.join()
        server.server_close()
    with pytest.raises(NotReached):
        link.exchange("/", b"asked", 5.0)
    assert IppLink().server


# --- a real CUPS


def _printed(name: str) -> Path:
    """Where the PDF backend of Debian lays a file of somebody it does not know; other runs lay theirs beside it."""
    (path,) = cups_server.ANONYMOUS.glob(f"*{name}*.pdf")
    return path


@pytest.mark.queue
@pytest.mark.skipif(bool(cups_server.missing()), reason=cups_server.missing() or "-")
def test_a_card_through_a_real_queue_measures_right_and_reads_back(tmp_path: Path) -> None:
    with cups_server.cups() as server:
        printer = catalogue.open_printer(f"queue://{cups_server.QUEUE}?server={server}&sides=2")
        assert printer.state().ready
        job = printer.encode(bench.test_card(), "x")
        name = secrets.token_hex(6)
        report = printer.print_card(job, name)
        assert (report.outcome, report.said) == (Outcome.ACCEPTED, "")
        listed = {one.url: one for one in found.queues(IppLink(server))}
        assert listed[f"queue://{cups_server.QUEUE}"].supported
        assert not list((Path(server).parent / "spool").glob("d*")), "the picture of a card stays nowhere"
    pdf = _printed(name)
    try:
        told = subprocess.run(["pdfinfo", "-box", str(pdf)], check=True, capture_output=True, text=True).stdout
        box = re.search(r"MediaBox:\s+0\.00\s+0\.00\s+([\d.]+)\s+([\d.]+)", told)
        assert box is not None
        width, height = (float(side) * 25.4 / 72 for side in box.groups())
        assert abs(width - 85.60) <= 0.2
        assert abs(height - 53.98) <= 0.2
        assert re.search(r"Pages:\s+2\b", told)
        subprocess.run(["pdftoppm", "-r", "300", "-png", str(pdf), str(tmp_path / "page")], check=True)
    finally:
        pdf.unlink()
    pages = [np.asarray(Image.open(path).convert("RGB")) for path in sorted(tmp_path.glob("page*.png"))]
    texts = [[code.text for code in zxingcpp.read_barcodes(page)] for page in pages]
    assert texts == [[bench.TEST_TEXT], [bench.TEST_TEXT + " BACK"]]
    front = pages[0]
    dark = np.argwhere((front < 60).all(axis=2))
    frame = dark.max(axis=0) - dark.min(axis=0) + 1  # the outer frame of the test card: 1012 x 644 px, cut by the edge
    assert frame[1] >= 1000, "drawn at its own size, not fitted into margins"


@pytest.mark.queue
@pytest.mark.skipif(bool(cups_server.missing()), reason=cups_server.missing() or "-")
def test_a_real_queue_gives_back_what_a_killed_program_left_in_it() -> None:
    with cups_server.cups() as server:
        printer = catalogue.open_printer(f"queue://{cups_server.QUEUE}?server={server}")
        assert isinstance(printer, QueuePrinter)
        subprocess.run(["cupsdisable", "-h", server, cups_server.QUEUE], check=True, capture_output=True)
        job = printer.encode(FRONT_ONLY, "x")
        ours, theirs = secrets.token_hex(6), secrets.token_hex(6)
        for name in (ours, theirs):
            printer._send(job, name, hashlib.sha256(job).hexdigest())
        assert printer.withdraw(lambda name: name == ours) == (ours,)
        subprocess.run(["cupsenable", "-h", server, cups_server.QUEUE], check=True, capture_output=True)
        until = time.monotonic() + 30
        while not list(cups_server.ANONYMOUS.glob(f"*{theirs}*.pdf")):
            assert time.monotonic() < until
            time.sleep(0.1)
        _printed(theirs).unlink()
        assert printer.withdraw(lambda name: name == ours) == ()
        assert not list(cups_server.ANONYMOUS.glob(f"*{ours}*.pdf"))


@pytest.mark.queue
@pytest.mark.skipif(bool(cups_server.missing()), reason=cups_server.missing() or "-")
def test_a_real_queue_that_retries_is_refused(tmp_path: Path) -> None:
    with cups_server.cups("retry-job") as server:
        printer = catalogue.open_printer(f"queue://{cups_server.QUEUE}?server={server}")
        with pytest.raises(BadReply, match="retry-job"):
            printer.state()
        (one_found,) = found.queues(IppLink(server))
        assert (one_found.supported, "lpadmin" in one_found.sentence) == (False, True)
    assert list(found.queues(IppLink(str(tmp_path / "none")))) == []


def test_a_card_is_not_smaller_than_its_queue_believes() -> None:
    """Queues cut sizes to whole points."""
    from devices.printers.queue import _MEDIA

    match = re.fullmatch(r"custom_[a-z0-9-]+_([\d.]+)x([\d.]+)mm", _MEDIA)
    assert match is not None
    points = [int(float(side) * 72 / 25.4) for side in match.groups()]
    assert points == [243, 153]
    assert CardFaces(FACES.front).back is None
