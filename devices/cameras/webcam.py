"""A webcam through OpenCV: a worker thread that always holds the newest frame and comes back after the plug was pulled.

It knows cv2.VideoCapture; nobody else has to.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.contracts import Frame
from devices.errors import Missing

BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before each further attempt to open; the last one repeats
GONE_AFTER = 2.0  # seconds without a frame after which a reader is told that the camera is gone
BACKENDS = {"win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION, "linux": cv2.CAP_V4L2}
NOT_FOUND = "没有找到摄像头，请插好 USB 摄像头、确认没有被别的程序占用，再试一次"
PULLED = "摄像头断开了，请重新插好；插好后会自动恢复"


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's name
    def set(self, prop: int, value: float) -> bool: ...
    def read(self) -> tuple[bool, NDArray[Any] | None]: ...
    def release(self) -> None: ...


class NoCapture:
    """What is opened while the camera is not plugged in. Implements Capture."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        """Never."""
        return False

    def set(self, prop: int, value: float) -> bool:
        """Nothing to set."""
        return False

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        """No frame."""
        return False, None

    def release(self) -> None:
        """Nothing is held."""


def open_capture(index: int, width: int, height: int, fps: int) -> Capture:
    """Open with this platform's own backend. The order matters: the format before the size, or drivers ignore both."""
    capture = cv2.VideoCapture(index, BACKENDS.get(sys.platform, cv2.CAP_ANY))
    for prop, value in (
        (cv2.CAP_PROP_FOURCC, float(cv2.VideoWriter.fourcc(*"MJPG"))),
        (cv2.CAP_PROP_FRAME_WIDTH, float(width)),
        (cv2.CAP_PROP_FRAME_HEIGHT, float(height)),
        (cv2.CAP_PROP_FPS, float(fps)),
        (cv2.CAP_PROP_BUFFERSIZE, 1.0),
    ):
        capture.set(prop, value)
    return capture


class WebcamCamera:
    """The newest frame of a webcam; a `Camera`. Frames nobody asked for are dropped and counted."""

    def __init__(
        self,
        opener: Callable[[], Capture],
        name: str = "webcam",
        monotonic: Callable[[], float] = time.monotonic,
        back_off: tuple[float, ...] = BACK_OFF,
        gone_after: float = GONE_AFTER,
    ) -> None:
        """Raises Missing when there is no camera to begin with."""
        self._opener = opener
        self._name = name
        self._monotonic = monotonic
        self._back_off = back_off
        self._gone_after = gone_after
        self._changed = threading.Condition()
        self._slot: Frame | None = None
        self._last_frame_at = monotonic()
        self._stop = threading.Event()
        self.dropped = 0
        self.reopened = 0
        capture = opener()
        if not capture.isOpened():
            capture.release()
            raise Missing(NOT_FOUND, "no_camera")
        self._worker = threading.Thread(target=self._work, args=(capture,), name=name, daemon=True)
        self._worker.start()

    def read(self, timeout: float) -> Frame | None:
        """The newest frame not yet taken, waiting for one up to `timeout`. Raises Missing while the plug is out."""
        with self._changed:
            if self._slot is None and not self._stop.is_set():
                self._changed.wait_for(lambda: self._slot is not None or self._stop.is_set(), timeout)
            if self._stop.is_set():
                raise Missing("摄像头已经关闭，请重新打开", "camera_closed")
            frame, self._slot = self._slot, None
            silent = self._monotonic() - self._last_frame_at
        if frame is None and silent > self._gone_after:
            raise Missing(PULLED, "camera_gone")
        return frame

    def close(self) -> None:
        """Release the camera; waits for the worker. Safe to call twice."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        self._worker.join(timeout=5)

    def _work(self, capture: Capture) -> None:
        try:
            while not self._stop.is_set():
                good, picture = capture.read()
                if good and picture is not None:
                    self._put(picture)
                else:
                    capture = self._come_back(capture)
        finally:
            capture.release()

    def _put(self, picture: NDArray[Any]) -> None:
        colour = cv2.COLOR_GRAY2RGB if picture.ndim == 2 else cv2.COLOR_BGR2RGB
        now = self._monotonic()
        frame = Frame(np.asarray(cv2.cvtColor(picture, colour), dtype=np.uint8), now, self._name)
        with self._changed:
            if self._slot is not None:
                self.dropped += 1
            self._slot = frame
            self._last_frame_at = now
            self._changed.notify_all()

    def _come_back(self, capture: Capture) -> Capture:
        """Open again, patiently, until it works or the camera is closed."""
        attempt = 0
        while True:
            capture.release()
            if self._stop.wait(self._back_off[min(attempt, len(self._back_off) - 1)]):
                return capture
            attempt += 1
            capture = self._opener()
            if capture.isOpened():
                self.reopened += 1
                return capture
