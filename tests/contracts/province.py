"""The centre on a real PostgreSQL as the contract sees it: by the clerk's login, or each station by its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import text

from station.clock import Clock
from station.ledger.blobs import BlobBox
from station.ledger.encoding import RawFact
from station.ledger.privacy import PersonKey
from station.sync.administration import CENTRE, CLERK_LOGIN, Administration
from station.sync.central import Ack, Cursor, NumberBlock, Page, Tally, Welcome
from station.sync.postgres import REFUSED_HERE, PostgresTransactions
from station.sync.refusals import refusal_of
from station.sync.remote import RemoteCentral
from station.sync.sql import SqlCentral
from station.sync.standings import StandingLine
from tests.central_server import PgServer

PASSWORD = secrets.token_hex(8)


def founded(server: PgServer) -> str:
    """The name of a database with an empty centre in it, to be copied."""
    if "centre" not in server.templates:
        name = server.database()
        admin = Administration(server.dsn(name))
        admin.found(PASSWORD)
        admin.close()
        server.templates["centre"] = name
    return server.templates["centre"]


class Province(SqlCentral):
    """A database with the clerk's login: a fresh one unless it is named."""

    def __init__(self, server: PgServer, clock: Clock, name: str = "") -> None:
        self.server, self.name = server, name or server.database(founded(server))
        self.admin = Administration(server.dsn(self.name))
        address = server.dsn(self.name, CLERK_LOGIN, PASSWORD)
        super().__init__(PostgresTransactions(address, role=CENTRE), clock)

    def close(self) -> None:
        super().close()
        self.admin.close()
        with psycopg.connect(self.server.dsn("postgres"), autocommit=True) as conn:
            conn.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'.encode())

    def login(self, station: str) -> RemoteCentral:
        """That station's own way in."""
        return RemoteCentral.at(self.server.dsn(self.name, f"st-{station}", PASSWORD), self.clock)


class Logins(Province):
    """What a station does goes through that station's login; the rest is the administrator's."""

    def __init__(self, server: PgServer, clock: Clock, name: str = "") -> None:
        super().__init__(server, clock, name)
        self._ways: dict[str, RemoteCentral] = {}
        with self.admin.transactions.writing() as conn:
            # The server's clock stands still like the test's.
            conn.execute(text(
                "CREATE OR REPLACE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE "
                f"SET search_path = pg_catalog, pg_temp AS 'SELECT {clock.now_ms()}::bigint'"
            ))  # fmt: skip

    def close(self) -> None:
        for way in self._ways.values():
            way.close()
        super().close()

    def typed(self, station: str, statement: str, *values: object) -> Any:
        """What somebody who has a station's password gets by typing SQL, past every line of ours."""
        with psycopg.connect(self.server.dsn(self.name, f"st-{station}", PASSWORD), autocommit=True) as conn:
            try:
                return (conn.execute(statement.encode(), values).fetchone() or (None,))[0]
            except psycopg.Error as error:
                if error.sqlstate != REFUSED_HERE:
                    raise
                raise refusal_of(error.diag.message_primary or "", error.diag.message_detail or "") from error

    def typed_push(self, station: str, *facts: tuple[str, bytes | None]) -> Any:
        """The answer of the door to these bodies and signatures. Raises what it refuses with."""
        bodies = "\n".join(body for body, _ in facts)
        signatures = "\n".join(signature.hex() if signature else "-" for _, signature in facts)
        answer = self.typed(station, "SELECT push(%s, %s)", bodies, signatures)
        if "refused" in answer:
            raise refusal_of(answer["refused"], answer["about"])
        return answer

    def _way(self, station: str) -> RemoteCentral:
        if station not in self._ways:
            if station not in {one.station for one in self.stations()}:
                with self.admin.transactions.writing() as conn:  # a login that the centre knows nothing of
                    conn.execute(text(f"DROP ROLE IF EXISTS \"st-{station}\""))
                    role = f"CREATE ROLE \"st-{station}\" LOGIN PASSWORD '{PASSWORD}' IN ROLE anxin_station"
                    conn.execute(text(role))
            self._ways[station] = self.login(station)
        return self._ways[station]

    def _of_city(self, city: str) -> SqlCentral:
        """The way of a station that may read that city; without one, of a station of another city."""
        known = [one for one in self.stations() if one.state != "revoked"]
        best = next((one for one in known if one.city == city), known[0])
        return self._way(best.station)

    def enrol(self, station: str, city: str, *, public_key: bytes | None = None) -> int:
        if station.startswith("centre") or station in {one.station for one in self.stations()}:
            if public_key is None:
                return super().enrol(station, city)
            return self._way(station).enrol(station, city, public_key=public_key)
        self.admin.add_station(station, city, PASSWORD)
        return 1

    def renew(self, station: str) -> int:
        return self.admin.renew_station(station)

    def revoke(self, station: str, why: str) -> None:
        self.admin.revoke_station(station, why)

    def progress(self, station: str) -> Welcome:
        return self._way(station).progress(station)

    def push(self, station: str, batch: Sequence[RawFact]) -> Ack:
        return self._way(station).push(station, batch)

    def push_all(self, station: str, batches: Iterable[Sequence[RawFact]]) -> Iterator[Ack]:
        return self._way(station).push_all(station, batches)

    def pull(self, city: str, cursor: Cursor, limit: int, *, skip: str | None = None) -> Page:
        return self._of_city(city).pull(city, cursor, limit, skip=skip)

    def tally(self, city: str) -> Tally:
        return self._of_city(city).tally(city)

    def standing_of(self, station: str, number: str) -> StandingLine | None:
        return self._way(station).standing_of(station, number)

    def lease_numbers(self, station: str, division: str, year: int, count: int) -> NumberBlock:
        return self._way(station).lease_numbers(station, division, year, count)

    def blocks_of(self, station: str, epoch: int) -> list[NumberBlock]:
        return self._way(station).blocks_of(station, epoch)

    def put_keys(self, station: str, keys: Sequence[PersonKey]) -> None:
        self._way(station).put_keys(station, keys)

    def get_keys(self, city: str, key_ids: Sequence[str]) -> list[PersonKey]:
        return self._of_city(city).get_keys(city, key_ids)

    def put_blob(self, station: str, box: BlobBox) -> None:
        self._way(station).put_blob(station, box)

    def lacking_blobs(self, city: str, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return self._of_city(city).lacking_blobs(city, wanted)

    def get_blob(self, city: str, sha256: str, subject: str) -> BlobBox | None:
        return self._of_city(city).get_blob(city, sha256, subject)
