"""The slow loop of the simulation: the same stories, the centre on a real PostgreSQL, each station by its own login.

What the fast loop never touches is under test here: the doors in SQL, row security, rights, the clerk's own login.
The server's clock is the world's.
"""

from __future__ import annotations

import secrets
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from station.simulation.memory import PowerCut
from station.simulation.province import Province
from station.simulation.world import World
from station.sync import returned
from station.sync.administration import CENTRE, CLERK_LOGIN
from station.sync.central import Ack
from station.sync.postgres import PostgresTransactions
from station.sync.remote import RemoteCentral
from tests.central_server import PgServer
from tests.contracts.province import PASSWORD, Logins, founded

CLOCK = """
CREATE TABLE IF NOT EXISTS world_clock (ms bigint);
INSERT INTO world_clock SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM world_clock);
GRANT SELECT ON world_clock TO PUBLIC;
CREATE OR REPLACE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
'SELECT ms FROM public.world_clock'
"""


class Database:
    """One database that is copied as a backup, put back, and cut off at any statement: `Place` of a province."""

    def __init__(self, server: PgServer) -> None:
        self.server, self.name = server, server.database(founded(server))
        self.fuse = 0
        self.copies: list[str] = []
        self.centre: SimCentre | None = None
        self._look: psycopg.Connection[Any] | None = None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """A look from outside, past every layer under test."""
        return self.outside().execute(sql.replace("?", "%s").encode(), values).fetchall()

    def outside(self) -> psycopg.Connection[Any]:
        if self._look is None:
            self._look = psycopg.connect(self.server.dsn(self.name), autocommit=True)
        return self._look

    def image(self) -> bytes:
        copy = f"copy_{secrets.token_hex(5)}"
        self.copies.append(copy)
        self._let_go()
        self._admin(f'CREATE DATABASE "{copy}" TEMPLATE "{self.name}"')
        return copy.encode()

    def load(self, image: bytes) -> None:
        self._let_go()
        copy = f'CREATE DATABASE "{self.name}" TEMPLATE "{image.decode()}"'
        self._admin(f'DROP DATABASE "{self.name}" WITH (FORCE)', copy)

    def restart(self) -> None:
        self.fuse = 0

    def close(self) -> None:
        self._let_go()
        self._admin(*[f'DROP DATABASE "{one}" WITH (FORCE)' for one in [self.name, *self.copies]])

    def burn(self) -> None:
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                raise PowerCut

    def watch(self, engine: Engine) -> None:
        """Every statement of these connections, and the moment after every commit, may be the last."""
        event.listen(engine, "before_cursor_execute", lambda *_: self.burn())

    def _let_go(self) -> None:
        if self._look is not None:
            self._look.close()
            self._look = None
        if self.centre is not None:
            self.centre.let_go()

    def _admin(self, *statements: str) -> None:
        with psycopg.connect(self.server.dsn("postgres"), autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement.encode())


class Way(PostgresTransactions):
    """The clerk's own way in."""

    place: Database

    def restart(self) -> None:
        self.place.restart()


class SimCentre(Logins):
    """The centre as the stations of one story reach it."""

    def __init__(self, place: Database, world: World) -> None:
        super().__init__(place.server, world, place.name)
        self.place, self.world = place, world
        place.centre = self
        place.outside().execute(CLOCK.encode())
        self.transactions.close()
        way = Way(place.server.dsn(place.name, CLERK_LOGIN, PASSWORD), role=CENTRE)
        way.place = place
        place.watch(way.engine)
        self.transactions = way

    def let_go(self) -> None:
        """Nobody may be connected while a database is copied or put back."""
        self.transactions.close()
        self.admin.close()
        for way in self._ways.values():
            way.close()

    def _way(self, station: str) -> RemoteCentral:
        known = station in self._ways
        way = super()._way(station)
        if not known:
            assert isinstance(way.transactions, PostgresTransactions)
            self.place.watch(way.transactions.engine)
        self.place.outside().execute("UPDATE world_clock SET ms = %s", [self.world.ms])
        return way

    def renew(self, station: str) -> int:
        """By the station's own door where that is open to it; what froze a station the administrator ends."""
        state = next(one.state for one in self.stations() if one.station == station)
        return self._way(station).renew(station) if state == "active" else super().renew(station)

    def push(self, station: str, batch: Any) -> Ack:
        done = super().push(station, batch)
        self.place.burn()  # committed, and the answer is lost
        return done


class SlowProvince(Province):
    """A province whose centre is on a real server."""

    def __init__(self, server: PgServer, seed: int, stations: int) -> None:
        self.database = Database(server)
        super().__init__(seed, stations, place=self.database, make=SimCentre)

    def attend(self) -> int:
        """As the clerk's process does it: first what was given back, then the news."""
        try:
            returned.settle(self.centre, lambda raw: True)
        except PowerCut:
            self.database.restart()
            return 0
        return super().attend()

    def close(self) -> None:
        super().close()
        self.database.close()
