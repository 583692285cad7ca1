"""An emulated scanner as a transport: texts on a line, one at a time, cut and disturbed as a real line is."""

from __future__ import annotations

from pathlib import Path

from devices.errors import BadUrl, Broken, Missing, NotReached

FAULTS = ("twice", "noise", "silence", "unplug", "gone", "flood")


class ScannerMachine:
    """Implements Transport. `scan` is the press of a trigger; its clock passes only while somebody waits."""

    answers = True

    def __init__(self, texts: tuple[str, ...] = (), fault: str = "") -> None:
        if fault and fault not in FAULTS:
            raise BadUrl(f"模拟扫码枪没有名为“{fault}”的故障。名称有：{'、'.join(FAULTS)}。", "fault")
        self._fault = fault
        self._pieces: list[bytes] = []
        self._seconds = 0.0
        self._open = False
        self.commands: list[bytes] = []
        for text in texts:
            self.scan(text)

    def clock(self) -> float:
        """Its own time."""
        return self._seconds

    def scan(self, text: str) -> None:
        """Press the trigger over that code."""
        raw = f"]Q1{text}".encode()
        end = b"" if self._fault == "silence" else b"\r\n"
        whole = b"A" * 5000 + b"\r" + raw + end if self._fault == "flood" else raw + end
        if self._fault == "noise":
            whole = b"\x00\xff\x07\r" + whole
        for _ in range(2 if self._fault == "twice" else 1):
            self._pieces += [whole[at : at + 31] for at in range(0, len(whole), 31)]

    def open(self) -> None:
        """Put the cable in."""
        if self._fault == "gone":
            raise NotReached("模拟扫码枪没有接上。", "gone")
        self._open = True

    def write(self, data: bytes, timeout: float) -> int:
        """A trigger command."""
        self.commands.append(data)
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """The next piece of the line."""
        if self._fault == "unplug" and self._pieces:
            self._fault = ""
            raise Broken("模拟扫码枪的连接断了。", 0, "unplugged")
        if not self._pieces:
            self._seconds += timeout
            return b""
        self._seconds += 0.003
        return self._pieces.pop(0)

    def close(self) -> None:
        """Leave it."""
        self._open = False


def texts_from(path: Path) -> tuple[str, ...]:
    """One code a line. Raises Missing."""
    try:
        return tuple(filter(None, path.read_text(encoding="utf-8").splitlines()))
    except (OSError, ValueError) as error:
        raise Missing("模拟扫码枪的文件读不出来，请检查路径。", "codes_file") from error
