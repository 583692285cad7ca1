"""Where the station's own secret keys lie: OS keyring in production, a file in rehearsal, memory in tests.

A vault gives 32 bytes by name and knows nothing of what they protect. Names in use: `ledger` (the file at rest),
`station` (wraps person keys on this machine), `city` (wraps person keys between the stations of one city, and the key
of its household pages follows from it) and
`lookup` (turns a document number into a subject). `city` and `lookup` must be the same on all stations of a city:
enrolment puts them; where they are missing in a rehearsal they are made.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from pathlib import Path
from typing import Protocol

from station.domain.errors import Fault

KEY_BYTES = 32
SERVICE = "anxin-station"


class Vault(Protocol):
    """Secret keys by name."""

    def has(self, name: str) -> bool:
        """Whether the key was ever put or made."""
        ...

    def key(self, name: str) -> bytes:
        """32 secret bytes; made on first use."""
        ...

    def put(self, name: str, key: bytes) -> None:
        """Keep a key that was made elsewhere (enrolment); replaces one of the same name."""
        ...


class MemoryVault:
    """Keys that live as long as the process; tests and simulations give them by hand."""

    def __init__(self, keys: dict[str, bytes] | None = None) -> None:
        self._keys = dict(keys or {})
        self._lock = threading.Lock()

    def has(self, name: str) -> bool:
        return name in self._keys

    def key(self, name: str) -> bytes:
        with self._lock:
            return self._keys.setdefault(name, secrets.token_bytes(KEY_BYTES))

    def put(self, name: str, key: bytes) -> None:
        with self._lock:
            self._keys[name] = _checked(key)


class FileVault:
    """Keys in a JSON file beside the rehearsal's ledger. Protects nothing against who can read the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def has(self, name: str) -> bool:
        return name in self._read()

    def key(self, name: str) -> bytes:
        with self._lock:
            keys = self._read()
            if name not in keys:
                keys[name] = secrets.token_hex(KEY_BYTES)
                self._write(keys)
            return bytes.fromhex(keys[name])

    def put(self, name: str, key: bytes) -> None:
        with self._lock:
            self._write({**self._read(), name: _checked(key).hex()})

    def _read(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        try:
            keys = json.loads(self._path.read_text("utf-8"))
            return {str(name): bytes.fromhex(text).hex() for name, text in keys.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            raise Fault("密钥文件无法读取或已损坏。", "请从备份恢复密钥文件，不要新建。", code="vault_broken") from None

    def _write(self, keys: dict[str, str]) -> None:
        """All or nothing: a power cut leaves the old file or the new one."""
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as out:
                fresh.chmod(0o600)
                json.dump(keys, out, sort_keys=True)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self._path)
        except OSError:
            raise Fault("密钥文件无法写入。", "请检查磁盘空间和文件夹权限。", code="vault_broken") from None


class KeyringVault:
    """Keys in the keyring of the operating system, under the name of the station."""

    def __init__(self, station: str) -> None:
        self._station = station

    def has(self, name: str) -> bool:
        return self._get(name) is not None

    def key(self, name: str) -> bytes:
        found = self._get(name)
        if found is None:
            self.put(name, secrets.token_bytes(KEY_BYTES))
            found = self._get(name)
        if found is None:
            raise _no_keyring()
        return found

    def put(self, name: str, key: bytes) -> None:
        import keyring  # slow to import, and absent machines must still open a rehearsal
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, f"{self._station}/{name}", _checked(key).hex())
        except KeyringError:
            raise _no_keyring() from None

    def _get(self, name: str) -> bytes | None:
        import keyring
        from keyring.errors import KeyringError

        try:
            text = keyring.get_password(SERVICE, f"{self._station}/{name}")
            return None if text is None else _checked(bytes.fromhex(text))
        except (KeyringError, ValueError):
            raise _no_keyring() from None


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return key


def _no_keyring() -> Fault:
    """trust.md §8.2: in production refuse to start rather than fall back to a file."""
    return Fault(
        "系统钥匙串不可用，无法取得台账密钥。",
        "请登录系统钥匙串（密码管理服务）后重新打开本程序。",
        code="keyring_absent",
    )
