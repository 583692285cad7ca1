"""How a command answers: a table for people or one JSON document, and the exit codes scripts rely on.

0 ok · 1 refused · 2 fault · 3 usage (architecture.md §7). The two doors of the program, here and the operation runner,
are the only places that catch everything.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import click

from devices.errors import DeviceError
from station.domain.errors import Bug, Fault, Refused

OK, REFUSED, FAULT, USAGE = 0, 1, 2, 3


def plain(value: Any) -> Any:
    """Any value as JSON can carry it: dates ISO, enums by value, paths as text, dataclasses as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return value


def print_json(document: Mapping[str, Any]) -> None:
    """One document on stdout, UTF-8, nothing else."""
    sys.stdout.write(json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n")


def run(command: Callable[[], int | None], *, as_json: bool) -> int:
    """Run one command at the door: failures become a sentence (or a JSON error) and an exit code."""
    try:
        return command() or OK
    except Refused as no:
        missing = [f"{item.code}:{item.detail}".rstrip(":") for item in getattr(no, "missing", ())]
        return _failed(REFUSED, "refused", no.code, no.sentence, "", as_json, missing)
    except Fault as fault:
        return _failed(FAULT, "fault", fault.code, fault.sentence, fault.remedy, as_json)
    except DeviceError as fault:
        return _failed(FAULT, "fault", fault.code, fault.sentence, "", as_json)
    except KeyboardInterrupt:
        return _failed(FAULT, "fault", "cancelled", "已取消。", "已完成的部分均已保存。", as_json)
    except Bug as bug:
        return _bug(bug, as_json)
    except Exception as bug:  # noqa: BLE001 – the door: a bug of ours must end in a sentence, too
        return _bug(bug, as_json)


def _bug(bug: BaseException, as_json: bool) -> int:
    where = traceback.extract_tb(bug.__traceback__)[-1]
    sys.stderr.write(f"{type(bug).__name__} at {Path(where.filename).name}:{where.lineno} in {where.name}\n")
    sentence = f"程序内部错误（{type(bug).__name__}）。"
    remedy = "已停止写入，台账未受影响；请运行 main.py doctor 并联系技术支持。"
    return _failed(FAULT, "bug", "bug", sentence, remedy, as_json)


def _failed(
    code: int, kind: str, name: str, sentence: str, remedy: str, as_json: bool, missing: list[str] | None = None
) -> int:
    if as_json:
        error: dict[str, Any] = {"kind": kind, "code": name, "sentence": sentence, "remedy": remedy}
        if missing:
            error["missing"] = missing
        print_json({"error": error})
    else:
        click.echo(f"✗ {sentence}{remedy and ' ' + remedy}", err=True)
        for item in missing or ():
            click.echo(f"  · {item}", err=True)
    return code
