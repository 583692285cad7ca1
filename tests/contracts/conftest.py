"""One PostgreSQL for all contracts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.central_server import PgServer, programs, shared_server


@pytest.fixture(scope="session")
def pg_server() -> Iterator[PgServer]:
    import os

    if programs() is None and not os.environ.get("ANXIN_TEST_PG"):
        pytest.skip("no PostgreSQL: install the package postgresql, or name a server in ANXIN_TEST_PG")
    with shared_server() as server:
        yield server
