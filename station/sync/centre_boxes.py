"""What the centre keeps sealed: person keys and pictures. It stores, hands out within the city, and lets go.

A tombstone stays where a key or a picture was destroyed, so that no late copy from a station brings it back.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from station.ledger.blobs import BlobBox
from station.ledger.privacy import PersonKey
from station.ledger.schema import insert_new
from station.sync import centre_log
from station.sync.central_schema import blobs, person_keys

CHUNK = 500


def put_keys(conn: Connection, city: str, keys: Sequence[PersonKey]) -> None:
    """Keep keys that are new; of one that is older than its subject's erasure only the tombstone.

    A key that is here is destroyed by a fact alone, never by somebody's word that it is.
    """
    for key in keys:
        living = key.wrapped is not None and key.made_at > centre_log.erased_at(conn, city, key.subject)
        row = {
            "city": city,
            "key_id": key.id,
            "subject": key.subject,
            "made_at": key.made_at,
            "wrapped": key.wrapped if living else None,
        }
        conn.execute(insert_new(conn, person_keys), row)


def get_keys(conn: Connection, city: str, key_ids: Sequence[str]) -> list[PersonKey]:
    c = person_keys.c
    found: list[PersonKey] = []
    for start in range(0, len(key_ids), CHUNK):
        chunk = list(key_ids[start : start + CHUNK])
        rows = conn.execute(select(person_keys).where(c.city == city, c.key_id.in_(chunk)))
        found += [PersonKey(row.key_id, row.subject, row.city, row.made_at, row.wrapped) for row in rows]
    return found


def living_keys(conn: Connection, city: str, subject: str) -> list[PersonKey]:
    """The keys of one subject that were not destroyed, the newest last."""
    c = person_keys.c
    query = select(person_keys).where(c.city == city, c.subject == subject, c.wrapped.is_not(None))
    rows = conn.execute(query.order_by(c.made_at, c.key_id))
    return [PersonKey(row.key_id, row.subject, row.city, row.made_at, row.wrapped) for row in rows]


def put_blob(conn: Connection, city: str, box: BlobBox) -> None:
    """Keep a picture that is new; of an erased person only the tombstone."""
    c = person_keys.c
    key = conn.execute(select(c.wrapped).where(c.city == city, c.key_id == box.key_id)).one_or_none()
    erased = key is not None and key.wrapped is None
    row = {
        "city": city,
        "sha256": box.sha256,
        "subject": box.subject,
        "media": box.media,
        "size": 0 if erased else box.size,
        "key_id": box.key_id,
        "box": None if erased else box.box,
    }
    conn.execute(insert_new(conn, blobs), row)


def lacking_blobs(conn: Connection, city: str, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that are not here, not even as a tombstone."""
    c = blobs.c
    held: set[tuple[str, str]] = set()
    for start in range(0, len(wanted), CHUNK):
        hashes = [sha256 for sha256, _ in wanted[start : start + CHUNK]]
        rows = conn.execute(select(c.sha256, c.subject).where(c.city == city, c.sha256.in_(hashes)))
        held.update((row.sha256, row.subject) for row in rows)
    return [one for one in wanted if one not in held]


def get_blob(conn: Connection, city: str, sha256: str, subject: str) -> BlobBox | None:
    c = blobs.c
    at = (c.city == city, c.sha256 == sha256, c.subject == subject, c.box.is_not(None))
    row = conn.execute(select(blobs).where(*at)).one_or_none()
    return None if row is None else BlobBox(row.sha256, row.subject, row.media, row.size, row.key_id, row.box)
