"""Asks the child process to open a stranger's file, and ends it when it takes too long. Judges nothing itself."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from station.domain.errors import Refused

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 30.0
Cells = list[tuple[str, str]]
_DIED = "这个文件无法读取（处理程序已安全退出），请另存一份后重试。"


class Opener:
    """One child process, started again after it died. Use as a context manager."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Opener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def rows(self, path: Path) -> list[Cells]:
        """Every line of the sheet. Raises Refused."""
        said = self._ask({"do": "rows", "path": str(path)})
        return [[(str(kind), str(text)) for kind, text in line] for line in said["rows"]]

    def names(self, path: Path) -> list[str]:
        """The picture files of a folder or zip. Raises Refused."""
        return [str(name) for name in self._ask({"do": "names", "path": str(path)})["names"]]

    def photo(self, path: Path, name: str) -> bytes:
        """One picture as a clean JPEG. Raises Refused."""
        return base64.b64decode(self._ask({"do": "photo", "path": str(path), "name": name})["photo"])

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # a question it never read may still be in the buffer
                    pipe.close()
        child.wait()

    def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        child = self._running()
        late = threading.Timer(self._seconds, child.kill)
        late.start()
        try:
            if child.stdin is None or child.stdout is None:
                raise OSError
            child.stdin.write(json.dumps(request) + "\n")
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            line = ""
        finally:
            late.cancel()
        if not line:
            self.close()
            raise Refused(_DIED, "reader_died")
        said: dict[str, Any] = json.loads(line)
        if "refused" in said:
            raise Refused(*said["refused"])
        return said

    def _running(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
            self._child = subprocess.Popen(
                [sys.executable, "-m", "station.company.child"], cwd=ROOT, env=environment, text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self._child
