"""One page of a city's facts in one statement: one moment at the server, one way there and back.

What `SqlCentral.pull` asks in several statements of one transaction. The first row is the centre's own: its generation,
the city's last number, whether the cursor is of this centre, how far the page goes and the hash of the fact there, and
on the last page how far every chain is known; the others are facts. A city's numbers have no gaps, so a page is a
stretch of numbers: a server that has not counted its rows yet would otherwise sort everything that is left for every
page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, text

from station.ledger.encoding import trusted
from station.sync.central import Cursor, Page, Position, Tally

_PAGE = text("""
    WITH here AS MATERIALIZED (
        SELECT (SELECT generation FROM centre) AS generation,
               coalesce((SELECT c.number FROM counters c WHERE c.city = :city), 0) AS last
    ), known AS MATERIALIZED (
        SELECT here.*, here.generation = :generation AND :number <= here.last AND (:number = 0 OR EXISTS (
            SELECT FROM facts p WHERE p.city = :city AND p.number = :number AND encode(p.hash, 'hex') = :hash)) AS good
        FROM here
    ), stretch AS MATERIALIZED (
        SELECT k.*, CASE WHEN k.good THEN :number ELSE 0 END AS start,
               least(k.last, CASE WHEN k.good THEN :number ELSE 0 END + :limit) AS reached
        FROM known k
    )
    SELECT 0 AS number, json_build_array(s.generation, s.last, s.good, s.reached, CASE WHEN s.reached = s.last THEN (
               SELECT json_agg(json_build_array(p.station, p.epoch, p.next_seq, p.head)) FROM progress p
               WHERE p.city = :city) END)::text AS body,
           (SELECT e.hash FROM facts e WHERE e.city = :city AND e.number = s.reached) AS signature FROM stretch s
    UNION ALL
    SELECT f.number, f.body, f.signature FROM facts f
    WHERE f.city = :city
      AND f.number > (SELECT s.start FROM stretch s) AND f.number <= (SELECT s.reached FROM stretch s)
      AND (CAST(:skip AS text) IS NULL OR f.station <> :skip)""")


def page_of(conn: Connection, city: str, cursor: Cursor, limit: int, skip: str | None) -> Page:
    """As `Central.pull`, for a cursor and a limit that are what they should be."""
    bound = {
        "city": city,
        "generation": cursor.generation,
        "number": cursor.number,
        "hash": cursor.hash,
        "skip": skip,
        "limit": limit,
    }
    (_, said, head), *rows = sorted(conn.execute(_PAGE, bound).cursor.fetchall(), key=itemgetter(0))
    generation, last, good, reached, chains = json.loads(said)
    facts = tuple([trusted(body, signature, opened=True) for _, body, signature in rows])
    at = Cursor(generation, reached, head.hex() if head else "")
    left = last - (cursor.number if good else 0)
    tally = tally_of(generation, last, chains) if reached == last else None
    return Page(facts, at, reached < last, not good and cursor.generation != 0, left, tally)


def tally_of(generation: int, number: int, chains: Sequence[Sequence[Any]] | None) -> Tally:
    """Out of (station, epoch, next number, head) of every chain, as the server tells them."""
    return Tally(generation, number, {(station, epoch): Position(*at) for station, epoch, *at in chains or ()})
