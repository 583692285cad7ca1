"""Where an emulated printer keeps its memory and lays its cards: a folder that outlives the process, or nothing.

In the folder: `NNNN_back.png` then `NNNN_front.png` for each card that came out, in the order in which they did (a card
is complete when its front is there); `rejected/` the same for the reject box; `.printer.json` and `.inside/` are the
printer's own. Every file appears whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from devices.contracts import Picture
from devices.errors import NotReached
from devices.languages.raster import DOTS, LINES, Plane

TRAY, REJECTED, LATE = "tray", "rejected", "late"
_MOST_KEPT = 64


@dataclass(frozen=True, eq=False, slots=True)
class Landed:
    """One card that came out, as a person sees it."""

    number: int
    front: Picture
    back: Picture | None
    where: str


class Tray(Protocol):
    """The part of an emulated printer that survives."""

    def take(self) -> bool:
        """Have the printer alone; False while another program has it."""
        ...

    def leave(self) -> None:
        """Let others have it."""
        ...

    def recall(self) -> Mapping[str, Any]:
        """The memory that was kept last, empty for a new printer."""
        ...

    def keep(self, memory: Mapping[str, Any]) -> None:
        """Remember this instead."""
        ...

    def begin(self) -> None:
        """A blank card is fed: no panel is on it."""
        ...

    def keep_ink(self, side: str, letter: str, plane: Plane) -> None:
        """Remember a panel on the card inside."""
        ...

    def inks(self, side: str) -> dict[str, Plane]:
        """The panels of the card inside that were kept."""
        ...

    def lay(self, card: Landed) -> None:
        """A card comes out; what was kept of the card inside is forgotten."""
        ...

    def release_late(self, number: int) -> int:
        """Cards that hung in the slot fall into the tray, numbered from `number`; how many there were."""
        ...


class MemoryTray:
    """Nothing outlives the process; the newest cards stay readable in `cards`."""

    def __init__(self) -> None:
        self.cards: deque[Landed] = deque(maxlen=_MOST_KEPT)
        self._late: list[Landed] = []

    def take(self) -> bool:
        """Nobody else can reach it."""
        return True

    def leave(self) -> None:
        """Nobody else can reach it."""

    def recall(self) -> Mapping[str, Any]:
        """A new printer each time."""
        return {}

    def keep(self, memory: Mapping[str, Any]) -> None:
        """The machine holds it already."""

    def begin(self) -> None:
        """Nothing was kept of the last one."""

    def keep_ink(self, side: str, letter: str, plane: Plane) -> None:
        """The machine holds it already."""

    def inks(self, side: str) -> dict[str, Plane]:
        """None: a new printer has no card inside."""
        return {}

    def lay(self, card: Landed) -> None:
        """Into `cards`, or held back when it is late."""
        (self._late if card.where == LATE else self.cards).append(card)

    def release_late(self, number: int) -> int:
        """Held-back cards join `cards`."""
        count = len(self._late)
        for offset, card in enumerate(self._late):
            self.cards.append(Landed(number + offset, card.front, card.back, TRAY))
        self._late.clear()
        return count


class FolderTray:
    """The tray as a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._memory = folder / ".printer.json"
        self._inside = folder / ".inside"
        self._late = folder / ".late"
        self._lock: _Lock | None = None
        try:
            for made in (folder, folder / REJECTED, self._inside, self._late):
                made.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotReached(f"无法建立模拟打印机的出卡文件夹：{error.strerror}。", "tray") from error

    def take(self) -> bool:
        """Lock a file; the system lets go of it when the process dies."""
        if self._lock is not None:
            return True
        with contextlib.suppress(OSError):
            self._lock = _Lock(self.folder / ".printer.lock")
        return self._lock is not None

    def leave(self) -> None:
        """Unlock it."""
        if self._lock is not None:
            self._lock.release()
        self._lock = None

    def recall(self) -> Mapping[str, Any]:
        """The kept memory. A file that is not ours counts as none."""
        try:
            memory = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return memory if isinstance(memory, dict) else {}

    def keep(self, memory: Mapping[str, Any]) -> None:
        """Replace the memory in one step."""
        _write(self._memory, json.dumps(memory).encode())

    def begin(self) -> None:
        """Forget the panels of the last card."""
        for path in self._inside.glob("*.ink"):
            path.unlink()

    def keep_ink(self, side: str, letter: str, plane: Plane) -> None:
        """One raw file a panel."""
        _write(self._inside / f"{side}_{letter}.ink", plane.tobytes())

    def inks(self, side: str) -> dict[str, Plane]:
        """Panels whose file is whole."""
        found: dict[str, Plane] = {}
        for path in sorted(self._inside.glob(f"{side}_?.ink")):
            raw = path.read_bytes()
            if len(raw) == LINES * DOTS:
                found[path.stem[-1]] = np.frombuffer(raw, np.uint8).reshape(LINES, DOTS)
        return found

    def lay(self, card: Landed) -> None:
        """Back first, then front: a front that is there is a whole card."""
        where = {TRAY: self.folder, REJECTED: self.folder / REJECTED, LATE: self._late}[card.where]
        if card.back is not None:
            _write(where / f"{card.number:04d}_back.png", _png(card.back))
        _write(where / f"{card.number:04d}_front.png", _png(card.front))
        self.begin()

    def release_late(self, number: int) -> int:
        """Move them over in their order."""
        fronts = sorted(self._late.glob("*_front.png"))
        for offset, front in enumerate(fronts):
            back = front.with_name(front.name.replace("_front", "_back"))
            if back.exists():
                shutil.move(back, self.folder / f"{number + offset:04d}_back.png")
            shutil.move(front, self.folder / f"{number + offset:04d}_front.png")
        return len(fronts)


class _Lock:
    """A locked file. Raises OSError when another program holds it; a printer that is forgotten lets go of it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            if sys.platform == "win32":
                import msvcrt  # each system has only its own

                msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Unlock. Safe to call twice."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self.release()


def _png(picture: Picture) -> bytes:
    _, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return bytes(data)


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
