"""A picture of a person wherever it was taken: from this ledger, else fetched by its hash from the centre and kept.

Facts travel to every station of a city, pictures only where somebody looks at them. Nobody waits for a line that is
known to be down; a fetch that was cut is simply asked for again.
"""

from __future__ import annotations

import hashlib

from station.domain.errors import Fault, Refused
from station.domain.worker import WorkerRecord
from station.ledger.blobs import BlobBox, blob_about
from station.services.desk import Desk
from station.sync import marks


def picture(desk: Desk, subject: str, sha256: str) -> bytes | None:
    """The picture in clear; None where neither this station nor the centre has it, or its person was erased."""
    if not desk.ledger.blobs.has(subject, sha256):
        fetch(desk, subject, sha256)
    return desk.ledger.blobs.get(subject, sha256)


def fetch_portrait(desk: Desk, subject: str) -> bool:
    """Fetch a worker's photo that is not here yet; whether it came."""
    record = desk.ledger.record(subject)
    photo = record.photo if isinstance(record, WorkerRecord) else None
    if photo is None or desk.ledger.blobs.has(subject, photo.sha256):
        return False
    return fetch(desk, subject, photo.sha256)


def fetch(desk: Desk, subject: str, sha256: str) -> bool:
    """Ask the centre for a picture and keep it; whether it is here now. Never raises for a line that is down."""
    ledger = desk.ledger
    if marks.trouble(ledger) is not None:
        return False  # the last exchange failed: whoever looks at the screen does not wait for a time-out
    try:
        box = desk.central.get_blob(ledger.city, sha256, subject)
        return box is not None and _kept(desk, box)
    except (Fault, Refused) as away:
        marks.keep_trouble(ledger, away.code, away.sentence, desk.clock.now_ms())
        return False


def _kept(desk: Desk, box: BlobBox) -> bool:
    """Keep a box that opens to the picture with that hash; its key first, where no fact has brought it."""
    ledger = desk.ledger
    with ledger.store.reading() as conn:
        wanted = ledger.privacy.unknown(conn, [box.key_id])
    keys = desk.central.get_keys(ledger.city, wanted) if wanted else []
    generation = marks.cursor(ledger).generation or 1
    with ledger.store.writing() as conn:
        ledger.refold(sorted(ledger.privacy.take(conn, keys)))
        ledger.privacy.offered(conn, generation, [key.id for key in keys])
        about = blob_about(box.sha256, box.subject)
        clear = ledger.privacy.desk(conn).unseal(box.subject, box.key_id, about, box.box)
        if clear is None or hashlib.sha256(clear).hexdigest() != box.sha256:
            return False
        ledger.blobs.keep(box)
        ledger.blobs.offered(generation, [(box.sha256, box.subject)])
    return True
