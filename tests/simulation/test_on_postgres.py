"""Stories with the centre on a real PostgreSQL: no violation, whatever dies; a rule taken out of a door is noticed."""

from __future__ import annotations

import os
from functools import partial

import pytest

from station.simulation.run import play
from tests.central_server import PgServer
from tests.contracts.conftest import pg_server  # noqa: F401 – one server for the session
from tests.simulation.on_postgres import SlowProvince

pytestmark = pytest.mark.postgres
SLOW_SEEDS = int(os.environ.get("SLOW_SEEDS", "200"))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_story_breaks_nothing(pg_server: PgServer, seed: int) -> None:  # noqa: F811
    broken, diary = play(seed, 4, begin=partial(SlowProvince, pg_server))
    assert broken is None, [str(broken), *diary[-12:]]


@pytest.mark.soak
def test_many_stories_break_nothing(pg_server: PgServer) -> None:  # noqa: F811
    for seed in range(1, SLOW_SEEDS + 1):
        broken, diary = play(seed, 4, begin=partial(SlowProvince, pg_server))
        assert broken is None, [seed, str(broken), *diary[-12:]]
