"""What the clerk may look at: records of every city, personal fields opened with the keys the centre holds.

What is decided comes from outside (`Clerk`, a function of a record); when it is asked is `sync.clerk`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from station.domain.errors import Bug
from station.domain.facts import Fact, FactId, Payload
from station.domain.record import Record, fold
from station.ledger import encoding
from station.ledger.blobs import blob_about
from station.ledger.privacy import open_box, open_with
from station.sync import centre_boxes, centre_log, undecided
from station.sync.pushing import NoKeys
from station.sync.sql import SqlCentral

CityKey = Callable[[str], bytes]
"""City -> the key under which its person keys travel."""
Told = Sequence[tuple[str, Payload]]


class ClerkDesk:
    """What the clerk sees of one city within one transaction: every record, and its own earlier answers in it."""

    def __init__(self, conn: Connection, city: str, sealer: CityKeys) -> None:
        self.conn = conn
        self._sealer = sealer
        self.city = city
        self._left_out = undecided.unsigned(conn, city)

    def of_city(self, city: str, city_key: bytes) -> ClerkDesk:
        """The same transaction in another city; only to look."""
        return self if city == self.city else ClerkDesk(self.conn, city, CityKeys(self.conn, city, city_key))

    def facts_of(self, subject: str) -> list[Fact]:
        """All facts of one subject in the agreed order, without those nobody's key stands for."""
        raws = [one for one in centre_log.of_subject(self.conn, self.city, subject) if one.id not in self._left_out]
        return sorted((encoding.fact_of(raw, self._sealer) for raw in raws), key=lambda fact: fact.order)

    def leave_out(self, fact: FactId) -> None:
        """Look at this fact no more; `undecided` says so for later."""
        self._left_out.add(fact)

    def record(self, subject: str) -> Record:
        """The same fold as at every counter."""
        return fold(subject, self.facts_of(subject))


Clerk = Callable[[ClerkDesk, Record, Sequence[Fact]], Told]
"""(desk, record of one subject, its facts that are new) -> what the centre says about it. May be asked again about
facts it has answered: it decides by the record, not by the news."""


class CityKeys:
    """Opens sealed fields with the person keys the centre holds for a city; `encoding.Sealer` of the clerk."""

    def __init__(self, conn: Connection, city: str, city_key: bytes) -> None:
        self._conn = conn
        self._city = city
        self._city_key = city_key
        self._keys: dict[str, dict[str, AESGCM]] = {}

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        raise Bug("the centre says nothing personal")

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        keys = self._keys.get(subject)
        if keys is None:
            living = centre_boxes.living_keys(self._conn, self._city, subject)
            keys = self._keys[subject] = open_with(self._city_key, living)
        return open_box(keys[key], about, box) if key in keys else None

    def lacks(self, subject: str, key: str) -> bool:
        """Whether that key never came here: neither it nor a sign that it was destroyed."""
        if key in self._keys.get(subject, ()):
            return False
        return not centre_boxes.get_keys(self._conn, self._city, [key])


def record_without_keys(conn: Connection, city: str, subject: str, left_out: set[FactId]) -> Record:
    """What everybody may know of a subject; facts nobody's key stands for are `left_out`."""
    raws = [raw for raw in centre_log.of_subject(conn, city, subject) if raw.id not in left_out]
    return fold(subject, [encoding.fact_of(raw, NoKeys()) for raw in raws])


def photo_of(central: SqlCentral, city: str, subject: str, sha256: str, city_key: bytes) -> bytes | None:
    """A picture in clear, for the page a household sees; None when it is not here or its person was erased."""
    box = central.get_blob(city, sha256, subject)
    if box is None:
        return None
    with central.transactions.reading() as conn:
        return CityKeys(conn, city, city_key).unseal(subject, box.key_id, blob_about(sha256, subject), box.box)


def facts_in_clear(central: SqlCentral, city: str, subject: str, city_key: bytes) -> list[Fact]:
    """All facts of one subject with what the centre may read of the person, in the agreed order."""
    with central.transactions.reading() as conn:
        return ClerkDesk(conn, city, CityKeys(conn, city, city_key)).facts_of(subject)
