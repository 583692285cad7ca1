"""Per-person data keys: personal fields and photos are sealed under them, and erasing a person destroys them.

AES-256-GCM with a random 96-bit nonce before each box. Keys lie wrapped under the station's vault key and travel
wrapped under the city's. A destroyed key leaves a tombstone, so that no late copy brings it back; which keys an
erasure destroys is decided by the order of facts, so all stations destroy the same ones (PIPL art. 47).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, select, update

from station.domain.errors import Fault
from station.ledger.schema import facts, insert_new, person_keys, settings, upsert
from station.ledger.vault import Vault

NONCE_BYTES = 12
KEY_BYTES = 32
ERASED_KIND = "worker.erased"
CITY_KEY_OPENS = "city-key-opens"
"""The setting that says that the city's key of this station has opened another station's."""
KEY_CHANGED = "key_changed"
Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A person key on its way between two stations of a city. `wrapped` is None for a destroyed one."""

    id: str
    subject: str
    city: str
    made_at: int
    wrapped: bytes | None


class Privacy:
    """Makes, finds, exchanges and destroys person keys. Every call works inside the caller's transaction."""

    def __init__(self, vault: Vault, city: str, entropy: Entropy = os.urandom) -> None:
        self._vault = vault
        self._city = city
        self._entropy = entropy
        self._station_key = AESGCM(vault.key("station"))

    def subject_of(self, document_kind: str, number: str) -> str:
        """The same person is the same subject at every station of the city, and nobody else can tell who it is."""
        return subject_of(self._vault.key("lookup"), document_kind, number)

    def desk(self, conn: Connection) -> KeyDesk:
        """Seals and opens boxes for the length of one transaction."""
        return KeyDesk(self, conn)

    def keys_of(self, conn: Connection, subject: str) -> dict[str, AESGCM]:
        """The living keys of one subject by id, the newest last."""
        rows = conn.execute(_LIVING, {"subject": subject}).all()
        return {row.key_id: self._opened(row.key_id, subject, row.wrapped) for row in rows}

    def make(self, conn: Connection, subject: str, at: int) -> tuple[str, AESGCM]:
        """A new key for a subject that has none."""
        key_id, key = self._entropy(16).hex(), self._entropy(32)
        self._keep(conn, key_id, subject, at, key)
        return key_id, AESGCM(key)

    def sealed(self, key: AESGCM, about: bytes, clear: bytes) -> bytes:
        """Nonce and box."""
        return _seal(key, self._entropy, about, clear)

    def erase(self, conn: Connection, subject: str, before: int) -> list[str]:
        """Destroy every key of the subject made up to that stamp; the ids of those that were."""
        c = person_keys.c
        gone = list(conn.scalars(select(c.key_id).where(c.subject == subject, c.made_at <= before)))
        conn.execute(update(person_keys).where(c.key_id.in_(gone)).values(wrapped=None, offered=0))
        return gone

    def unknown(self, conn: Connection, key_ids: Iterable[str]) -> list[str]:
        """Those of the ids this ledger has neither a key nor a tombstone for."""
        wanted = sorted(set(key_ids))
        known: set[str] = set()
        for start in range(0, len(wanted), 500):
            chunk = wanted[start : start + 500]
            known.update(conn.scalars(select(person_keys.c.key_id).where(person_keys.c.key_id.in_(chunk))))
        return [key_id for key_id in wanted if key_id not in known]

    def unoffered(self, conn: Connection, generation: int, limit: int) -> list[str]:
        """Keys and tombstones the centre of that generation has not been offered yet."""
        return list(conn.scalars(_UNOFFERED, {"generation": generation, "limit": limit}))

    def offered(self, conn: Connection, generation: int, key_ids: Iterable[str]) -> None:
        """The centre of that generation has these."""
        rows = [{"id": key_id, "generation": generation} for key_id in key_ids]
        if rows:
            conn.execute(_OFFERED, rows)

    def export(self, conn: Connection, key_ids: Iterable[str]) -> list[PersonKey]:
        """Keys wrapped for the other stations of the city, tombstones included."""
        table, city = person_keys.c, AESGCM(self._vault.key("city"))
        sent = []
        for row in conn.execute(select(person_keys).where(table.key_id.in_(list(key_ids)))):
            wrapped = None
            if row.wrapped is not None:
                clear = _open(self._station_key, _wrap_about(row.key_id, row.subject), row.wrapped)
                wrapped = _seal(city, self._entropy, _wrap_about(row.key_id, row.subject), clear)
            sent.append(PersonKey(row.key_id, row.subject, self._city, row.made_at, wrapped))
        return sent

    def take(self, conn: Connection, keys: Iterable[PersonKey]) -> set[str]:
        """Keep keys of other stations; a key older than its subject's erasure stays destroyed. The subjects touched.

        A key that does not open is left out once one has opened: it is one station's nonsense, and the person's
        fields stay unread. Until then it raises Fault, because this station's own city key may be the wrong one.
        """
        city, touched = AESGCM(self._vault.key("city")), set()
        opens, shut = False, list[Fault]()
        for sent in keys:
            clear = None
            if sent.wrapped is not None and sent.made_at > self._erased_at(conn, sent.subject):
                try:
                    clear = _open_key(city, sent.id, sent.subject, sent.wrapped, "box_changed")
                except Fault as fault:
                    shut.append(fault)
                    continue
                opens = True
            if self._keep(conn, sent.id, sent.subject, sent.made_at, clear):
                touched.add(sent.subject)
        if opens:
            conn.execute(upsert(conn, settings), {"name": CITY_KEY_OPENS, "value": "1"})
        if shut and not conn.execute(_CITY_KEY_OPENS).scalar():
            raise shut[0]
        return touched

    def _erased_at(self, conn: Connection, subject: str) -> int:
        table = facts.c
        query = select(table.recorded_at).where(table.subject == subject, table.kind == ERASED_KIND)
        return max(conn.scalars(query), default=0)

    def _keep(self, conn: Connection, key_id: str, subject: str, at: int, clear: bytes | None) -> bool:
        about = _wrap_about(key_id, subject)
        wrapped = None if clear is None else _seal(self._station_key, self._entropy, about, clear)
        row = {"key_id": key_id, "subject": subject, "made_at": at, "wrapped": wrapped}
        return conn.execute(insert_new(conn, person_keys), row).rowcount == 1

    def _opened(self, key_id: str, subject: str, wrapped: bytes) -> AESGCM:
        return AESGCM(_open_key(self._station_key, key_id, subject, wrapped, KEY_CHANGED))


class KeyDesk:
    """The `encoding.Sealer` of one transaction. `at` is the stamp a key gets that has to be made now."""

    def __init__(self, privacy: Privacy, conn: Connection) -> None:
        self.at = 0
        self._privacy = privacy
        self._conn = conn
        self._keys: dict[str, dict[str, AESGCM]] = {}

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        keys = self._of(subject)
        if not keys:
            key_id, key = self._privacy.make(self._conn, subject, self.at)
            keys[key_id] = key
        key_id, key = next(reversed(keys.items()))
        return key_id, self._privacy.sealed(key, about, clear)

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        held = self._of(subject).get(key)
        return None if held is None else _open(held, about, box)

    def opens(self, subject: str, key: str) -> bool:
        """Whether that key is here and was not destroyed."""
        return key in self._of(subject)

    def forget(self, subject: str) -> None:
        """Look this subject's keys up again when they are next needed."""
        self._keys.pop(subject, None)

    def _of(self, subject: str) -> dict[str, AESGCM]:
        keys = self._keys.get(subject)
        if keys is None:
            keys = self._keys[subject] = self._privacy.keys_of(self._conn, subject)
        return keys


def open_with(city_key: bytes, keys: Iterable[PersonKey]) -> dict[str, AESGCM]:
    """The living ones of these keys by id, opened with the city's key; the order is kept.

    One that does not open is left out beside others that do. Raises Fault `key_changed` when none opens.
    """
    city, opened, shut = AESGCM(city_key), dict[str, AESGCM](), list[Fault]()
    for key in keys:
        if key.wrapped is None:
            continue
        try:
            opened[key.id] = AESGCM(_open_key(city, key.id, key.subject, key.wrapped, KEY_CHANGED))
        except Fault as fault:
            shut.append(fault)
    if shut and not opened:
        raise shut[0]
    return opened


def open_box(key: AESGCM, about: bytes, box: bytes) -> bytes:
    """What a box holds. Raises Fault when it was changed or belongs elsewhere."""
    return _open(key, about, box)


def subject_of(lookup: bytes, document_kind: str, number: str) -> str:
    """"worker:" and 24 characters: HMAC-SHA256 of kind and number under the city's lookup key."""
    digest = hmac.digest(lookup, f"{document_kind}:{number}".encode(), hashlib.sha256)
    return "worker:" + base64.b32encode(digest[:15]).decode("ascii").lower()


def _seal(key: AESGCM, entropy: Entropy, about: bytes, clear: bytes) -> bytes:
    nonce = entropy(NONCE_BYTES)
    return nonce + key.encrypt(nonce, clear, about)


def _open(key: AESGCM, about: bytes, box: bytes) -> bytes:
    try:
        return key.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        raise _changed("box_changed") from None


def _open_key(wrapping: AESGCM, key_id: str, subject: str, wrapped: bytes, code: str) -> bytes:
    """A person key. Raises Fault with that code when it was changed or is no key."""
    try:
        clear = _open(wrapping, _wrap_about(key_id, subject), wrapped)
    except Fault:
        raise _changed(code) from None
    if len(clear) != KEY_BYTES:
        raise _changed(code)
    return clear


def _changed(code: str) -> Fault:
    return Fault("一份加密资料与密钥不符，可能被改动过。", "请运行“审计核对”，并从备份恢复台账。", code=code)


def _wrap_about(key_id: str, subject: str) -> bytes:
    return f"person-key|{key_id}|{subject}".encode()


_LIVING = (
    select(person_keys.c.key_id, person_keys.c.wrapped)
    .where(person_keys.c.subject == bindparam("subject"), person_keys.c.wrapped.is_not(None))
    .order_by(person_keys.c.made_at, person_keys.c.key_id)
)
_CITY_KEY_OPENS = select(settings.c.value).where(settings.c.name == CITY_KEY_OPENS)
_UNOFFERED = (
    select(person_keys.c.key_id)
    .where(person_keys.c.offered != bindparam("generation"))
    .order_by(person_keys.c.made_at)
    .limit(bindparam("limit"))
)
_OFFERED = update(person_keys).where(person_keys.c.key_id == bindparam("id")).values(offered=bindparam("generation"))
