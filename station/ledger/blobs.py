"""Photos and scans by the SHA-256 of what they show, sealed at rest under the key of the person they belong to.

The same picture of two people is two blobs: each is erased with its own person. Knows bytes, no picture format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from station.domain.errors import Fault, Refused
from station.ledger.privacy import Privacy
from station.ledger.schema import blobs, insert_new
from station.ledger.store import Store

SCAN_DELETED_KIND = "evidence.scan_deleted"
SIZE_LIMIT = 16 * 1024 * 1024
"""A scan of one page at 300 dpi is about 1 MB; 16 MB is a photo nobody needs and a load nobody's line likes."""
_UNOFFERED = (
    select(blobs.c.sha256, blobs.c.subject)
    .where(blobs.c.offered != bindparam("generation"))
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class BlobBox:
    """A blob as it is kept and sent: sealed, with what is needed to find and open it."""

    sha256: str
    subject: str
    media: str
    size: int
    key_id: str
    box: bytes


class Blobs:
    """The pictures of one ledger. `stamp` dates a person key that has to be made for the first picture."""

    def __init__(self, store: Store, privacy: Privacy, stamp: Callable[[Connection], int]) -> None:
        self._store = store
        self._privacy = privacy
        self._stamp = stamp

    def put(self, subject: str, data: bytes, media: str = "image/jpeg") -> str:
        """Keep a picture of that person, durable on return; its SHA-256. The same one again is kept once."""
        if not 0 < len(data) <= SIZE_LIMIT:
            raise Refused("图片为空或超过 16 MB，请重新拍摄或压缩后再上传。", code="blob_size")
        sha256 = hashlib.sha256(data).hexdigest()
        with self._store.writing() as conn:
            if self._row(conn, sha256, subject) is None:
                desk = self._privacy.desk(conn)
                desk.at = self._stamp(conn)
                key_id, box = desk.seal(subject, blob_about(sha256, subject), data)
                self._keep(conn, BlobBox(sha256, subject, media, len(data), key_id, box))
        return sha256

    def get(self, subject: str, sha256: str) -> bytes | None:
        """The picture again; None when it is not here or its person was erased. Raises Fault when it was changed."""
        with self._store.reading() as conn:
            row = self._row(conn, sha256, subject)
            if row is None:
                return None
            about = blob_about(sha256, subject)
            return _opened(self._privacy.desk(conn).unseal(subject, row.key_id, about, row.box), row)

    def has(self, subject: str, sha256: str) -> bool:
        with self._store.reading() as conn:
            return self._row(conn, sha256, subject) is not None

    def boxes(self, wanted: Sequence[tuple[str, str]]) -> list[BlobBox]:
        """The sealed blobs for these (sha256, subject), as far as they are here."""
        with self._store.reading() as conn:
            rows = [self._row(conn, sha256, subject) for sha256, subject in wanted]
            return [_box(row) for row in rows if row is not None]

    def keep(self, box: BlobBox) -> None:
        """Keep a sealed blob of another station; it opens once its key is here."""
        with self._store.writing() as conn:
            self._keep(conn, box)

    def unoffered(self, generation: int, limit: int = 200) -> list[tuple[str, str]]:
        """Blobs the centre of that generation has not been offered yet."""
        with self._store.reading() as conn:
            rows = conn.execute(_UNOFFERED, {"generation": generation, "limit": limit})
            return [(row.sha256, row.subject) for row in rows]

    def offered(self, generation: int, done: Sequence[tuple[str, str]]) -> None:
        """The centre of that generation has these."""
        c = blobs.c
        with self._store.writing() as conn:
            for sha256, subject in done:
                at = (c.sha256 == sha256, c.subject == subject)
                conn.execute(update(blobs).where(*at).values(offered=generation))

    def forget(self, conn: Connection, subject: str, key_ids: Sequence[str]) -> None:
        """Remove what was sealed under destroyed keys; inside the caller's transaction."""
        conn.execute(delete(blobs).where(blobs.c.subject == subject, blobs.c.key_id.in_(list(key_ids))))

    def drop(self, conn: Connection, subject: str, sha256: str) -> None:
        """Remove one picture of that person; inside the caller's transaction."""
        conn.execute(delete(blobs).where(blobs.c.subject == subject, blobs.c.sha256 == sha256))

    def changed(self, conn: Connection) -> list[str]:
        """The SHA-256 of every blob that no longer opens to what it should; blobs without a key are skipped."""
        wrong: list[str] = []
        desk = self._privacy.desk(conn)
        for sha256, subject in conn.execute(select(blobs.c.sha256, blobs.c.subject)).all():
            row = self._row(conn, sha256, subject)
            try:
                _opened(desk.unseal(subject, row.key_id, blob_about(sha256, subject), row.box), row)
            except Fault:
                wrong.append(sha256)
        return wrong

    def _row(self, conn: Connection, sha256: str, subject: str) -> Any:
        at = (blobs.c.sha256 == sha256, blobs.c.subject == subject)
        return conn.execute(select(blobs).where(*at)).one_or_none()

    def _keep(self, conn: Connection, box: BlobBox) -> None:
        row = {
            "sha256": box.sha256,
            "subject": box.subject,
            "media": box.media,
            "size": box.size,
            "key_id": box.key_id,
            "box": box.box,
        }
        conn.execute(insert_new(conn, blobs), row)


def blob_about(sha256: str, subject: str) -> bytes:
    """What a sealed picture is bound to."""
    return f"blob|{sha256}|{subject}".encode()


def _box(row: Any) -> BlobBox:
    return BlobBox(row.sha256, row.subject, row.media, row.size, row.key_id, row.box)


def _opened(clear: bytes | None, row: Any) -> bytes | None:
    if clear is not None and hashlib.sha256(clear).hexdigest() != row.sha256:
        raise Fault("一张图片与其登记的内容不符。", "请重新拍摄，并运行“审计核对”。", code="blob_changed")
    return clear
