"""The tables of the centre, the same on SQLite and PostgreSQL; no query and no rule.

City first in every key, so that the centre can be partitioned or distributed by city when that is measured to pay.
`facts.number` is the city's own counter: gapless, given once per push under the lock of `counters`, so a cursor on it
never misses a late commit and survives a restore (data.md §4).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from station.ledger.schema import Ordered

metadata = MetaData()

centre = Table(
    "centre",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("generation", BigInteger, nullable=False),
    Column("protocol", Integer, nullable=False, server_default="1"),
    Column("oldest_protocol", Integer, nullable=False, server_default="1"),
)
"""One row. The generation rises on every restore from a backup; the protocols are those of the program that founded
or upgraded the centre, so that a station of another version is told."""

stations = Table(
    "stations",
    metadata,
    Column("station", String(40), primary_key=True),
    Column("city", String(6), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("why", Text, nullable=False),
    Column("public_key", LargeBinary),
    Column("login", Text),
    Column("key_since", Integer, nullable=False, server_default="1"),
    Index("stations_by_login", "login", unique=True),
)
"""`login` is the role of PostgreSQL a station comes as; embedded there is none. What was written in a life before
`key_since` was signed by another computer's key."""

progress = Table(
    "progress",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("station", String(40), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("newest", BigInteger, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("newest", BigInteger, nullable=False),
    Column("attended", BigInteger, nullable=False),
)
"""Per city: the last number given, the newest stamp, and up to which number the clerk has worked."""

facts = Table(
    "facts",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("station", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", LargeBinary),
    UniqueConstraint("city", "station", "epoch", "seq"),
    Index("facts_of_city_subject", "city", "subject"),
    Index(
        "facts_permit_acted",
        "city",
        "number",
        sqlite_where=text("kind = 'permit.acted'"),
        postgresql_where=text("kind = 'permit.acted'"),
    ),
)

forks = Table(
    "forks",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("station", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", LargeBinary),
    Column("seen_ms", BigInteger, nullable=False),
)

returned = Table(
    "returned",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("station", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("signature", LargeBinary),
    Column("given_by", String(40), primary_key=True),
    Column("verdict", String(16), nullable=False),
)
"""Facts of the centre's own that a station gave back after a restore, until the clerk has looked at the signature.

By giver, because the hash does not cover the signature: one station's wrong copy stands in no other's way.
"""

undecided = Table(
    "undecided",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("station", String(40), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("why", String(40), nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("tried_ms", BigInteger, nullable=False),
    Column("settled_ms", BigInteger),
)
"""What the clerk could not decide or did not act on (`sync.undecided`); a row is settled, never deleted."""

permits = Table(
    "permits",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("number", String(16), primary_key=True),
    Column("subject", Ordered, primary_key=True),
    Index("permits_by_number", "number"),
)
"""Which subject a permit number belongs to, derived from `permit.generated`."""

standings = Table(
    "standings",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("number", String(16), primary_key=True),
    Column("colours", Text, nullable=False),
    Column("issue", Integer, nullable=False),
    Index("standings_by_number", "number"),
)
"""What every permit answers, derived from its person's facts by the clerk; nothing of the person."""

person_keys = Table(
    "person_keys",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("key_id", String(32), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("wrapped", LargeBinary),
    Index("person_keys_of_city_subject", "city", "subject"),
)

blobs = Table(
    "blobs",
    metadata,
    Column("city", String(6), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("subject", Ordered, primary_key=True),
    Column("media", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("box", LargeBinary),
)
"""`box` is NULL once the person was erased: the tombstone keeps a late copy out."""

number_heads = Table(
    "number_heads",
    metadata,
    Column("division", String(6), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("next", Integer, nullable=False),
)

number_blocks = Table(
    "number_blocks",
    metadata,
    Column("division", String(6), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("city", String(6), nullable=False),
    Column("station", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("leased_ms", BigInteger, nullable=False),
    UniqueConstraint("division", "year", "last"),
    Index("number_blocks_of_station", "station", "epoch"),
)

papers = Table(
    "papers",
    metadata,
    Column("name", Ordered, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)
"""What the province publishes to every station, signed: the key register, each city's list of withdrawn permits."""

holders = Table(
    "holders",
    metadata,
    Column("blind", LargeBinary, primary_key=True),
    Column("city", String(6), nullable=False),
    Column("subject", Text, nullable=False),
    Column("number", String(16), nullable=False),
)
"""Per person of the province, under a keyed hash only the centre can make: where their one live permit is."""
