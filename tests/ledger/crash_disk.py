"""A disk that forgets: records what SQLite or SQLCipher itself does to its files, and shows what a power cut leaves.

A second VFS is made in the very library the driver loaded (trust.md §6.1, layer A): the default one with its write,
truncate, sync, open and delete replaced by callbacks that note the call and pass it on. Reads, locks and shared memory
stay untouched. `Trace.after_cut` then makes the files as they may be after a power cut behind any of those calls:
what was synced is there; each write that was not is kept, dropped or torn at 512 bytes, in any order; a file that was
never synced may be gone, and a deletion whose folder was not synced may not have happened.
"""

from __future__ import annotations

import contextlib
import ctypes
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

SECTOR = 512
OK = 0
_VOID, _INT, _I64, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_char_p


class _Vfs(ctypes.Structure):
    """sqlite3_vfs up to xDelete, and the rest as it is (sqlite3.h)."""

    _fields_ = (
        ("version", _INT), ("file_size", _INT), ("path_size", _INT), ("next", _VOID), ("name", _TEXT), ("data", _VOID),
        ("open", _VOID), ("delete", _VOID), ("rest", _VOID * 16),
    )  # fmt: skip


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("version", _INT), ("close", _VOID), ("read", _VOID), ("write", _VOID), ("truncate", _VOID), ("sync", _VOID),
        ("rest", _VOID * 13),
    )  # fmt: skip


# A name is passed as an address: a copy of its text would lose what stands behind it, and the WAL its place.
_OPEN = ctypes.CFUNCTYPE(_INT, _VOID, _VOID, _VOID, _INT, _VOID)
_DELETE = ctypes.CFUNCTYPE(_INT, _VOID, _VOID, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _VOID, _VOID, _INT, _I64)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _VOID, _I64)
_SYNC = ctypes.CFUNCTYPE(_INT, _VOID, _INT)


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that happened to a file. `what` is create, write, truncate, sync, delete, or told: not a call but
    the moment at which the program said that something is saved."""

    what: str
    name: str = ""
    at: int = 0
    data: bytes = b""
    folder_synced: bool = False


@dataclass(slots=True)
class _File:
    """What the disk surely has, and what it was only asked to have."""

    sure: bytearray | None
    asked: list[Call] = field(default_factory=list)
    former: bytearray | None = None


@dataclass
class Trace:
    """What happened, from files that were safe on the disk before."""

    before: dict[str, bytes]
    calls: list[Call] = field(default_factory=list)

    def tell(self) -> None:
        """The program says that what it did so far is saved."""
        self.calls.append(Call("told"))

    def told(self, point: int) -> int:
        """How many times it had said so before that point."""
        return sum(call.what == "told" for call in self.calls[:point])

    @property
    def points(self) -> list[int]:
        """Every number of calls after which the power may go: before the first, behind each, inside the last."""
        return [0, *(n + 1 for n, call in enumerate(self.calls))]

    def after_cut(self, point: int, dice: random.Random) -> dict[str, bytes]:
        """The files that are there when the power went after so many calls."""
        files = {name: _File(bytearray(data)) for name, data in self.before.items()}
        for call in self.calls[:point]:
            if call.what == "create":
                former = files.get(call.name)
                files[call.name] = _File(None, [call], former.sure if former else None)
            elif call.what == "sync":
                file = files[call.name]
                file.sure, file.asked, file.former = _all_of(file), [], None
            elif call.what == "delete":
                gone = files.pop(call.name, None)
                if gone is not None and not call.folder_synced:
                    files[call.name] = _File(None, [], gone.sure)
            elif call.what != "told":
                files[call.name].asked.append(call)
        left = {name: _left(file, dice) for name, file in files.items()}
        return {name: bytes(data) for name, data in left.items() if data is not None}


def _all_of(file: _File) -> bytearray:
    """What the file holds when everything that was asked for has been done."""
    data = bytearray(file.sure or b"")
    for call in file.asked:
        if call.what == "write":
            _put(data, call.at, call.data)
        elif call.what == "truncate":
            _cut(data, call.at)
    return data


def _left(file: _File, dice: random.Random) -> bytearray | None:
    """What a power cut leaves of a file; None when not even its name."""
    if file.sure is None and (not file.asked or dice.random() < 0.5):
        return file.former if dice.random() < 0.5 else None
    data = bytearray(file.sure or b"")
    mood = dice.choice(("each", "each", "none", "all"))  # disks lose everything at once more often than here and there
    for call in file.asked:
        fate = {"none": "drop", "all": "keep"}.get(mood) or dice.choice(("keep", "drop", "tear"))
        if fate == "drop" or call.what == "create":
            continue
        if call.what == "truncate":
            _cut(data, call.at)
        elif fate == "keep":
            _put(data, call.at, call.data)
        else:
            _tear(data, call, dice)
    return data


def _tear(data: bytearray, call: Call, dice: random.Random) -> None:
    """Some sectors of a write arrive; one that does not may leave rubbish where nothing was before."""
    for start in range(0, len(call.data), SECTOR):
        part = call.data[start : start + SECTOR]
        if dice.random() < 0.5:
            _put(data, call.at + start, part)
        elif call.at + start >= len(data) and dice.random() < 0.5:
            _put(data, call.at + start, dice.randbytes(len(part)))


def _put(data: bytearray, at: int, part: bytes) -> None:
    if len(data) < at:
        data.extend(bytes(at - len(data)))
    data[at : at + len(part)] = part


def _cut(data: bytearray, size: int) -> None:
    if len(data) > size:
        del data[size:]
    else:
        data.extend(bytes(size - len(data)))


class CrashDisk:
    """The default VFS of one driver's library, watched. Only files in the watched folder are noted."""

    def __init__(self, driver: ModuleType) -> None:
        library = ctypes.CDLL(str(driver.__file__))
        self._library = library
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        library.sqlite3_vfs_find.argtypes = [_TEXT]
        self._plain = library.sqlite3_vfs_find(None)
        self._trace: Trace | None = None
        self._folder = Path()
        self._fuse, self._code = -1, OK
        self._open_files: dict[int, str] = {}
        self._methods: dict[int, tuple[_Methods, list[Any]]] = {}
        self._mine = _Vfs.from_buffer_copy(self._plain.contents)
        self._mine.name = b"crash-disk"
        plain = self._plain.contents
        self._callbacks = [self._opener(_OPEN(plain.open)), self._deleter(_DELETE(plain.delete))]
        self._mine.open, self._mine.delete = (ctypes.cast(one, _VOID).value for one in self._callbacks)

    @contextlib.contextmanager
    def watching(self, folder: Path) -> Iterator[Trace]:
        """Everything that this library does in that folder, until the block ends. Its files must be closed before."""
        before = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
        self._trace, self._folder = Trace(before), folder
        self._library.sqlite3_vfs_register(ctypes.byref(self._mine), 1)
        try:
            yield self._trace
        finally:
            self._library.sqlite3_vfs_unregister(ctypes.byref(self._mine))
            self._library.sqlite3_vfs_register(self._plain, 1)

    @contextlib.contextmanager
    def failing(self, after: int, code: int) -> Iterator[Callable[[], bool]]:
        """Inside `watching`: so many writes, truncations and syncs go well, all later ones fail with that code of
        SQLite. What is given says whether one has failed."""
        self._fuse, self._code = after, code
        try:
            yield lambda: self._fuse == 0
        finally:
            self._fuse = -1

    def _blown(self) -> bool:
        if self._fuse > 0:
            self._fuse -= 1
            return False
        return self._fuse == 0

    def _note(self, call: Call) -> None:
        if call.name and self._trace is not None:
            self._trace.calls.append(call)

    def _name_of(self, path: bytes | None) -> str:
        found = Path(path.decode()) if path else None
        return found.name if found is not None and found.parent == self._folder else ""

    def _opener(self, real: Any) -> Any:
        def opening(vfs: int, name: int, file: int, flags: int, out: int) -> int:
            path = ctypes.cast(name, _TEXT).value if name else None
            fresh = path is not None and not Path(path.decode()).exists()
            code: int = real(ctypes.addressof(self._plain.contents), name, file, flags, out)
            methods = ctypes.cast(file, ctypes.POINTER(_VOID))
            if code == OK and methods[0] and (known := self._name_of(path)):
                self._open_files[file] = known
                if fresh:
                    self._note(Call("create", known))
                methods[0] = ctypes.addressof(self._watched(methods[0]))
            return code

        return _OPEN(opening)

    def _deleter(self, real: Any) -> Any:
        def deleting(vfs: int, name: int, folder_synced: int) -> int:
            path = ctypes.cast(name, _TEXT).value
            code: int = real(ctypes.addressof(self._plain.contents), name, folder_synced)
            if code == OK:
                self._note(Call("delete", self._name_of(path), folder_synced=bool(folder_synced)))
            return code

        return _DELETE(deleting)

    def _watched(self, address: int) -> _Methods:
        """The methods of an open file with three of them watched; one set for each the library has."""
        if address in self._methods:
            return self._methods[address][0]
        methods = _Methods.from_buffer_copy(ctypes.cast(address, ctypes.POINTER(_Methods)).contents)
        write, truncate, sync = _WRITE(methods.write), _TRUNCATE(methods.truncate), _SYNC(methods.sync)

        def writing(file: int, data: int, size: int, at: int) -> int:
            if self._blown():
                return self._code
            self._note(Call("write", self._open_files[file], at, ctypes.string_at(data, size)))
            return int(write(file, data, size, at))

        def truncating(file: int, size: int) -> int:
            if self._blown():
                return self._code
            self._note(Call("truncate", self._open_files[file], size))
            return int(truncate(file, size))

        def syncing(file: int, flags: int) -> int:
            if self._blown():
                return self._code
            code = int(sync(file, flags))
            self._note(Call("sync", self._open_files[file]))
            return code

        kept: list[Any] = [_WRITE(writing), _TRUNCATE(truncating), _SYNC(syncing)]
        methods.write, methods.truncate, methods.sync = (ctypes.cast(one, _VOID).value for one in kept)
        self._methods[address] = methods, kept
        return methods


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold exactly these files."""
    for path in folder.iterdir():
        path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
