"""The centre's own work: looks at what came in, decides what only the centre can, and says so in facts of its own.

What is decided comes from outside (`Clerk`, a function of a record). Looking, appending and moving the mark on is one
transaction per batch, so the clerk may be killed at any moment and may stand twice beside one database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from station.clock import HybridClock
from station.domain.errors import Bug
from station.domain.facts import Fact, FactId, Payload
from station.domain.record import Record, fold
from station.ledger import encoding
from station.ledger.blobs import blob_about
from station.ledger.encoding import RawFact
from station.ledger.ledger import FactSigner
from station.ledger.privacy import open_box, open_with
from station.sync import centre_boxes, centre_log
from station.sync.central import centre_of
from station.sync.central_schema import centre, counters
from station.sync.sql import SqlCentral

BATCH = 200
"""Facts looked at in one transaction: a station waits for it no longer than for a push of its neighbour."""
ACTOR = "centre"
CityKey = Callable[[str], bytes]
"""City -> the key under which its person keys travel."""
Told = Sequence[tuple[str, Payload]]


class ClerkDesk:
    """What the clerk sees of one city within one transaction: every record, and its own earlier answers in it."""

    def __init__(self, conn: Connection, city: str, sealer: CityKeys) -> None:
        self.conn = conn
        self._sealer = sealer
        self.city = city

    def of_city(self, city: str, city_key: bytes) -> ClerkDesk:
        """The same transaction in another city; only to look."""
        return self if city == self.city else ClerkDesk(self.conn, city, CityKeys(self.conn, city, city_key))

    def facts_of(self, subject: str) -> list[Fact]:
        """All facts of one subject in the agreed order."""
        raws = centre_log.of_subject(self.conn, self.city, subject)
        return sorted((encoding.fact_of(raw, self._sealer) for raw in raws), key=lambda fact: fact.order)

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


def attend(
    central: SqlCentral, clerk: Clerk, city_key: CityKey, *, signer: FactSigner | None = None, actor: str = ACTOR
) -> int:
    """Let the clerk look at everything that is new in every city; how many facts it told."""
    with central.transactions.reading() as conn:
        cities = list(conn.scalars(select(counters.c.city).where(counters.c.number > counters.c.attended)))
    told = 0
    for city in sorted(cities):
        more = True
        while more:
            with central.transactions.writing() as conn:
                fresh, more = _attend_batch(conn, central, city, clerk, city_key(city), signer, actor)
                told += fresh
    return told


def _attend_batch(
    conn: Connection,
    central: SqlCentral,
    city: str,
    clerk: Clerk,
    city_key: bytes,
    signer: FactSigner | None,
    actor: str,
) -> tuple[int, bool]:
    counter = centre_log.lock_counter(conn, city)
    news = centre_log.after(conn, city, counter.attended, BATCH, None)
    sealer = CityKeys(conn, city, city_key)
    desk = ClerkDesk(conn, city, sealer)
    chain = centre_log.known(conn, city, centre_of(city), conn.execute(select(centre.c.generation)).scalar_one())
    hybrid = HybridClock(central.clock, last=counter.newest)
    told = 0
    for subject, facts in _by_subject(news, city, sealer).items():
        answer = clerk(desk, desk.record(subject), facts)
        raws = _written(answer, chain, hybrid, sealer, signer, actor)
        centre_log.add(conn, chain, counter, raws)
        told += len(raws)
    if news:
        counter.attended = max(counter.attended, news[-1][0])
        centre_log.keep_counter(conn, counter)
    return told, len(news) == BATCH


def _by_subject(news: list[tuple[int, RawFact]], city: str, sealer: CityKeys) -> dict[str, list[Fact]]:
    """New facts by subject, in the order they came; the centre's own are no news to it."""
    found: dict[str, list[Fact]] = {}
    for _, raw in news:
        if raw.id.station != centre_of(city):
            found.setdefault(raw.subject, []).append(encoding.fact_of(raw, sealer))
    return found


def _written(
    answer: Told,
    chain: centre_log.Known,
    hybrid: HybridClock,
    sealer: CityKeys,
    signer: FactSigner | None,
    actor: str,
) -> list[RawFact]:
    raws: list[RawFact] = []
    seq, head = chain.next_seq, chain.head
    for subject, payload in answer:
        identity = FactId(chain.station, chain.epoch, seq)
        raw = encoding.write(identity, subject, chain.city, actor, hybrid.stamp(), payload, head, sealer)
        raws.append(raw if signer is None else encoding.signed(raw, signer.sign(raw.hash)))
        seq, head = seq + 1, raw.hash.hex()
    return raws


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
