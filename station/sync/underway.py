"""One call of a function of the server that is on its way while this program does something else.

Knows a connection and its socket; no table and no fact. Nothing is believed to have happened before `answer` returns.
"""

from __future__ import annotations

import contextlib
import json
import selectors
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from station.sync.postgres import failure_of


class UnderWay:
    """A statement of its own transaction, sent whole to the server when this returns and not answered yet.

    The connection serves nothing else until it is `over`. Raises like `answer`.
    """

    def __init__(self, conn: Connection, statement: bytes, values: Sequence[bytes]) -> None:
        driver: Any = conn.connection.driver_connection
        self._line: Any = driver.pgconn
        self.over = False
        """Whether the connection is free again."""
        with _sentences():
            self._line.send_query_params(statement, list(values))
            while self._line.flush():
                self._wait(selectors.EVENT_READ | selectors.EVENT_WRITE)

    def answer(self) -> dict[str, Any]:
        """What the function answered, committed by now. Raises Refused or Fault for what the server or the way to it
        says; what became of the call is then for the server to say."""
        import psycopg

        results: list[Any] = []
        with _sentences():
            while not results or results[-1] is not None:
                while self._line.is_busy():
                    self._wait(selectors.EVENT_READ)
                results.append(self._line.get_result())
            self.over = True
            if results[0] is None or self._line.status != psycopg.pq.ConnStatus.OK:
                raise psycopg.OperationalError(self._line.get_error_message())
            if results[0].status != psycopg.pq.ExecStatus.TUPLES_OK:
                raise psycopg.errors.error_from_result(results[0])
            said: dict[str, Any] = json.loads(results[0].get_value(0, 0))
            return said

    def _wait(self, events: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._line.socket, events)
            if any(ready & selectors.EVENT_READ for _, ready in selector.select()):
                self._line.consume_input()


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """As `postgres.sentences`, for errors of the driver itself."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        known = failure_of(error)
        if known is None:
            raise
        raise known from error
