"""A transport that writes each job into a file of its own: NNNN.prn, in order, whole or not at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

from devices.errors import NotReached

_NUMBERED = re.compile(r"(\d{4,9})\.prn")


class FolderTransport:
    """One `write` is one file. Numbers continue after the highest that is there. Implements Transport."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def answers(self) -> bool:
        """A file does not answer."""
        return False

    def open(self) -> None:
        """Make the folder. Raises NotReached when that is impossible."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotReached(f"无法建立打印文件夹：{error.strerror}。请选择其他位置。", "folder") from error

    def write(self, data: bytes, timeout: float) -> int:
        """Write the next file. Raises NotReached when it cannot be written; then no file appears."""
        try:
            part, final = self._next()
            try:
                with part.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(final)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise NotReached(f"打印文件没有写成：{error.strerror}。请检查磁盘空间和权限。", "folder") from error
        return len(data)

    def read(self, size: int, timeout: float) -> bytes:
        """Never anything."""
        return b""

    def close(self) -> None:
        """Files stay."""

    def _next(self) -> tuple[Path, Path]:
        """A number that is ours alone: whoever creates the .part file owns it."""
        taken = [int(match[1]) for path in self.folder.iterdir() if (match := _NUMBERED.fullmatch(path.name))]
        number = max(taken, default=0) + 1
        while True:
            part, final = self.folder / f".{number:04d}.part", self.folder / f"{number:04d}.prn"
            try:
                part.open("xb").close()
            except FileExistsError:
                number += 1
                continue
            if not final.exists():
                return part, final
            part.unlink()
            number += 1
