"""How a private key rests on disk: sealed under a passphrase or under a raw key; knows nothing of what it signs.

AES-256-GCM. The header (format, purpose, key number, derivation parameters) is authenticated with the secret, so a
sealed file can be neither weakened nor passed off as another key. The passphrase goes through argon2id
(trust.md §8.2); a raw 32-byte key comes from the OS keyring.
"""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.domain.errors import Fault, Refused

FILE_FORMAT = 1
SALT_BYTES = 16
NONCE_BYTES = 12
RAW_KEY_BYTES = 32
SIZE_LIMIT = 16_384
# A hostile file must not be able to ask for all memory before its tag is checked.
MEMORY_LIMIT_KIB = 1 << 20
ROUNDS_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Cost:
    """argon2id parameters. The default took 240-250 ms on a plain machine (trust.md §8.2); tests pass cheap ones."""

    rounds: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


STANDARD_COST = Cost()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What came out of a sealed file: which key it is, and the secret itself (never shown by repr)."""

    purpose: str
    number: int
    secret: bytes

    def __repr__(self) -> str:
        return f"Sealed(purpose={self.purpose!r}, number={self.number})"


def seal_with_passphrase(content: Sealed, passphrase: str, cost: Cost = STANDARD_COST) -> bytes:
    """The file for a secret guarded by a passphrase a person remembers."""
    salt = secrets.token_bytes(SALT_BYTES)
    header = {"kdf": "argon2id", "salt": salt.hex(), "t": cost.rounds, "m": cost.memory_kib, "p": cost.lanes}
    return _seal(content, header, _derive(passphrase, salt, cost))


def seal_with_raw_key(content: Sealed, raw_key: bytes) -> bytes:
    """The file for a secret guarded by a random 32-byte key kept in the OS keyring."""
    return _seal(content, {"kdf": "raw"}, _raw(raw_key))


def unseal(data: bytes, *, passphrase: str | None = None, raw_key: bytes | None = None) -> Sealed:
    """The secret. `Refused` for a wrong passphrase or key (damage looks the same), `Fault` for no sealed file."""
    header, nonce, ciphertext = _read(data)
    wanted = "argon2id" if passphrase is not None else "raw"
    if header["kdf"] != wanted or (passphrase is None) is (raw_key is None):
        raise Refused("这个密钥文件需要另一种打开方式（口令或系统密钥环）。", "sealed_otherwise")
    if passphrase is not None:
        cost = Cost(header["t"], header["m"], header["p"])
        key = _derive(passphrase, bytes.fromhex(header["salt"]), cost)
    else:
        key = _raw(raw_key or b"")
    try:
        secret = AESGCM(key).decrypt(nonce, ciphertext, _canonical(header))
    except InvalidTag as error:
        raise Refused("口令不对，或者密钥文件已损坏。", "seal_not_opened") from error
    return Sealed(header["purpose"], header["number"], secret)


def write_sealed(path: Path, data: bytes) -> None:
    """Put a sealed file in its place whole or not at all; never over an existing key."""
    if path.exists():
        raise Refused("这个位置已有密钥文件，不能覆盖。", "sealed_exists")
    part = path.with_suffix(path.suffix + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Fault("密钥文件无法写入。", "请检查磁盘空间和目录权限。", code="sealed_unwritable") from error


def read_sealed(path: Path) -> bytes:
    """A sealed file's bytes; `Fault` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Fault("密钥文件无法读取。", "请确认密钥文件在位且本账户可读。", code="sealed_unreadable") from error


def _seal(content: Sealed, header: dict[str, Any], key: bytes) -> bytes:
    header |= {"format": FILE_FORMAT, "purpose": content.purpose, "number": content.number}
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, content.secret, _canonical(header))
    return _canonical({"header": header, "nonce": nonce.hex(), "sealed": ciphertext.hex()}) + b"\n"


def _read(data: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    try:
        if len(data) > SIZE_LIMIT:
            raise ValueError("too long")
        outer = json.loads(data)
        header, nonce = outer["header"], bytes.fromhex(outer["nonce"])
        ciphertext = bytes.fromhex(outer["sealed"])
        _check_header(header)
        if len(nonce) != NONCE_BYTES or len(ciphertext) < 16:
            raise ValueError("nonce or tag")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Fault("这不是本系统的密钥文件，或者已损坏。", "请取用备份的密钥文件。", code="sealed_damaged") from error
    return header, nonce, ciphertext


def _check_header(header: dict[str, Any]) -> None:
    common = {"format": int, "purpose": str, "number": int, "kdf": str}
    argon = {"salt": str, "t": int, "m": int, "p": int}
    shape = common | argon if header["kdf"] == "argon2id" else common
    if {name: type(value) for name, value in header.items()} != shape or header["format"] != FILE_FORMAT:
        raise ValueError("header fields")
    if header["kdf"] == "argon2id":
        lanes, rounds, memory = header["p"], header["t"], header["m"]
        if not (1 <= rounds <= ROUNDS_LIMIT and 1 <= lanes <= 16 and 8 * lanes <= memory <= MEMORY_LIMIT_KIB):
            raise ValueError("derivation parameters")
        if len(bytes.fromhex(header["salt"])) != SALT_BYTES:
            raise ValueError("salt")


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    text = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return hash_secret_raw(text, salt, cost.rounds, cost.memory_kib, cost.lanes, RAW_KEY_BYTES, Type.ID)


def _raw(raw_key: bytes) -> bytes:
    if len(raw_key) != RAW_KEY_BYTES:
        raise Refused("系统密钥环中的密钥长度不正确。", "raw_key_length")
    return raw_key


def _canonical(plain: dict[str, Any]) -> bytes:
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode("ascii")
