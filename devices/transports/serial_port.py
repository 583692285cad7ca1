"""A serial port as a transport (pyserial), taken exclusively; knows baud and framing, no printer language."""

from __future__ import annotations

import time
from dataclasses import dataclass

import serial

from devices.errors import Broken, NotReached

_CHUNK = 1024
"""Bytes of one write: a time-out is noticed within one of them, so `Broken.sent` misses at most these."""

PARITIES = {"N": serial.PARITY_NONE, "E": serial.PARITY_EVEN, "O": serial.PARITY_ODD}
FLOWS = ("none", "rtscts", "xonxoff")
BAUDS = (2400, 4800, 9600, 19200, 38400, 57600, 115200)


@dataclass(frozen=True, slots=True)
class Line:
    """How the line is set: `Pcom` in the printer must say the same (A5013)."""

    baud: int = 115200
    parity: str = "N"
    flow: str = "rtscts"


class SerialTransport:
    """One port. Implements Transport."""

    def __init__(self, port: str, line: Line) -> None:
        self._name = port
        self._line = line
        self._port: serial.Serial | None = None

    @property
    def answers(self) -> bool:
        """Both directions."""
        return True

    def open(self) -> None:
        """Take the port alone. Raises NotReached when it is not there, or taken."""
        if self._port is not None:
            return
        try:
            self._port = serial.Serial(
                self._name,
                self._line.baud,
                parity=PARITIES[self._line.parity],
                rtscts=self._line.flow == "rtscts",
                xonxoff=self._line.flow == "xonxoff",
                exclusive=True,
            )
        except (serial.SerialException, ValueError, OSError) as error:
            words = f"串口 {self._name} 打不开：请检查连接，并关闭正在使用它的程序。"
            raise NotReached(words, "serial") from error

    def write(self, data: bytes, timeout: float) -> int:
        """Send all of it in chunks. A chunk that fails may have left in part: that is Broken, also for the first."""
        if self._port is None:
            raise NotReached("串口没有打开。", "closed")
        deadline = time.monotonic() + timeout
        sent = 0
        while sent < len(data):
            try:
                self._port.write_timeout = max(0.001, deadline - time.monotonic())
                sent += self._port.write(data[sent : sent + _CHUNK]) or 0
            except serial.SerialTimeoutException as error:
                raise Broken("打印机不再接收数据。", sent, "stalled") from error
            except (serial.SerialException, OSError) as error:
                raise Broken("串口连接在传送中断开了。", sent, "unplugged") from error
        return sent

    def read(self, size: int, timeout: float) -> bytes:
        """What is there, at least one byte unless the time is over. Raises Broken when the port is gone."""
        if self._port is None:
            raise Broken("串口没有打开。", 0, "closed")
        try:
            self._port.timeout = timeout
            first = self._port.read(1)
            if not first:
                return b""
            return bytes(first + self._port.read(min(size - 1, self._port.in_waiting)))
        except (serial.SerialException, OSError, TypeError) as error:  # TypeError: pyserial, port closed under a read
            raise Broken("串口连接断开了。", 0, "unplugged") from error

    def close(self) -> None:
        """Give the port back."""
        port, self._port = self._port, None
        if port is not None:
            port.close()
