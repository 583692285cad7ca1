"""The straight way through the door and the door as it stood: for every text somebody may type, one and the same answer
and the same rows. Only how long it takes may differ."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from station.clock import FixedClock
from station.domain import facts
from station.ledger import encoding
from station.ledger.form import BODY_LIMIT, canonical
from station.sync.central import PUSH_LIMIT
from tests.central_server import PgServer
from tests.contracts.province import PASSWORD, Logins
from tests.contracts.test_central import CITY, DAY, Pen, key
from tests.contracts.test_hostile import forged_headers
from tests.ledger.test_encoding import BAD_BODIES, body

pytestmark = pytest.mark.postgres
ROWS = (
    "SELECT number, station, epoch, seq, subject, kind, recorded_at, hash, body, signature FROM facts ORDER BY number",
    "SELECT * FROM progress ORDER BY station, epoch",
    "SELECT * FROM counters WHERE number > 0",
    "SELECT * FROM permits ORDER BY number, subject",
    "SELECT key_id, wrapped FROM person_keys ORDER BY key_id",
    "SELECT station, state, why FROM stations",
)
Batch = tuple[str, str]
"""Bodies and signatures as they are typed."""


class Doors:
    """One station that may, for once, also call the door as it stood."""

    def __init__(self, server: PgServer) -> None:
        self.clock = FixedClock.on(DAY)
        self.logins = Logins(server, self.clock)
        self.logins.enrol("hz-01", CITY)
        self.over = psycopg.connect(server.dsn(self.logins.name))
        opened = "push_each(text, text), push_straight(text, text)"
        self.over.execute(f'GRANT EXECUTE ON FUNCTION {opened} TO "st-hz-01"'.encode())
        self.over.execute("ALTER FUNCTION push_straight(text, text) SECURITY DEFINER")
        self.over.commit()
        self.station = psycopg.connect(server.dsn(self.logins.name, "st-hz-01", PASSWORD))

    def close(self) -> None:
        self.over.close()
        self.station.close()
        self.logins.close()

    def through(self, door: str, batch: Batch) -> Any:
        """What that door answers and what is there afterwards; it is taken back."""
        try:
            answer = self.station.execute(f"SELECT {door}(%s, %s)".encode(), batch).fetchone()
            return answer, [self.station.execute(rows.encode()).fetchall() for rows in ROWS]
        except psycopg.Error as error:
            return error.sqlstate, error.diag.message_primary, error.diag.message_detail
        finally:
            self.station.rollback()

    def straight(self, batch: Batch) -> bool:
        """Whether the straight way takes it, as far as its own words go."""
        taken = self.station.execute("SELECT push_straight(%s, %s) IS NOT NULL", batch).fetchone()
        self.station.rollback()
        return bool(taken and taken[0])

    def agree(self, batch: Batch) -> None:
        assert self.through("push", batch) == self.through("push_each", batch), batch[0][:2_000]


@pytest.fixture(scope="module")
def doors(pg_server: PgServer) -> Iterator[Doors]:
    made = Doors(pg_server)
    yield made
    made.close()


def one(text: str) -> Batch:
    return text, "-"


def many(raws: list[encoding.RawFact]) -> Batch:
    signatures = [raw.signature.hex() if raw.signature else "-" for raw in raws]
    return "\n".join(raw.body for raw in raws), "\n".join(signatures)


def typed(data: str = '{"act":"A","on":"2026-11-02"}', **changed: str) -> str:
    """A first fact with parts of its text replaced, lawful or not."""
    said = {"actor": '"c"', "at": "5046272", "city": f'"{CITY}"', "data": data, "epoch": "1", "format": "1",
            "kind": '"station.acted"', "prev": '""', "sealed": "", "seq": "1", "station": '"hz-01"',
            "subject": '"worker:a"', "version": "1", **changed}  # fmt: skip
    return "{" + ",".join(f'"{name}":{value}' for name, value in said.items() if value) + "}"


def nested(opening: str, depth: int) -> str:
    closing = {"[": "]", '{"a":': "}"}[opening]
    return f'{{"x":{opening * depth}1{closing * depth}}}'


NUMBERS = ["9999999999999999999", "10000000000000000000", "-10000000000000000000", "1e18", "1e19", "-1E19", "1e999999",
           "1e-400000", "0." + "1" * 17_000, "9" * 18, "9" * 20, "9" * 200, "1" + "0" * 19 + ".5", "01", "1.", ".5",
           "+1", "NaN", "-", "1e", "0x1"]  # fmt: skip
DATA = [
    "{}", "{ }", '{"a":1,"a":2}', '{"a":' + "9" * 20 + ',"a":1}', '{"a":"' + "9" * 200 + '"}', '{"a":"e9"}',
    *[f'{{"a":{sign}{number}}}' for number in NUMBERS for sign in ("", " ", "\t")],
    *[f'{{"a":[{number}]}}' for number in NUMBERS], *[f'{{"a":[1,{number}]}}' for number in NUMBERS],
    *[nested(opening, depth) for opening in ("[", '{"a":') for depth in (1, 2, 3, 4, 5, 6, 7, 5_000)],
    '{"a":{"b":{"c":[[[1]]]}}}', '{"a":{"b":[[[1]]]}}', '{"a":[{"b":[{"c":[[1]]}]}]}', '{"a":"[[[[[[{{{{{{"}',
    *[f'{{"a":"{said}"}}' for said in ("\\u0000", "\\ud800", "\\ud83d\\ude00", "\\u00e9", "\\n", '\\"', "\\\\", "\\x",
                                       "\x01", "\t", "é", "词", "\x7f", "\\\\u0000")],
    '{"\\u006eumber":"1"}', '{"data":{}}', '{"x":"y","data":{}}', '{"x":"y","data":5}', '{"x":1,"epoch":1}',
    '{"x":1,"epoch":1,"format":1}', '{"x":1,"seq":1}', '{"x":"\\",\\"data\\":{"}', '{"x":",\\"epoch\\":1"}',
    "{}}", "{{}", '{},"data":{}', '{}, "x":{}', '{},"epoch":1', "[]", "[{}]", "null", '"x"', "5", "", " {}", "{} ",
    '{"a":1}{"b":2}', '{"a":1},{"b":2}', '{"a":1},"b":{"c":2}', '{"a":' + '"' + "x" * BODY_LIMIT + '"}',
    '{"a":"' + "x" * (BODY_LIMIT - len(typed('{"a":""}'))) + '"}',
    '{"a":"' + "x" * (BODY_LIMIT + 1 - len(typed('{"a":""}'))) + '"}',
]  # fmt: skip
HEADERS: dict[str, list[str]] = {
    "actor": ['"' + "a" * 64 + '"', '"' + "a" * 65 + '"', '"' + "词" * 64 + '"', '"' + "词" * 65 + '"', '"词"', '""',
              '"a\\"b"', '"a\\\\b"', '"a\tb"', '"a\x01"', '"a\\tb"', '"a\\u0062"', '"\x7f"', "5", "null", '"a","at":1'],
    "at": ["0", "-5", "+5", "05", " 5", "5.0", "5e0", '"5"', "9223372036854775807", "9223372036854775808", "null", ""],
    "city": ['"330200"', '"33010"', f' "{CITY}"', CITY, '""'],
    "epoch": ["0", "2", "01", "+1", " 1", "1.0", '"1"', "2147483648", "-1", "null"],
    "format": ["0", "2", "01", '"1"', "1.0"],
    "kind": ['"a.b"', '"a..b"', '".a"', '"a."', '"A"', '"a b"', '"a1"', '"_"', '""', '"' + "a" * 64 + '"',
             '"' + "a" * 65 + '"', '"worker.erased"', '"permit.generated"', '"a\\u0062"', "5", '"é"'],
    "prev": ['"' + "ab" * 32 + '"', '"x"', "null", '"\\u0000"'],
    "sealed": ['{"box":"AAAA","key":"' + "0" * 32 + '"}', '{"box":"","key":"' + "0" * 32 + '"}',
               '{"box":"AB==","key":"' + "0" * 32 + '"}', '{"box":"AA==","key":"' + "0" * 32 + '"}',
               '{"box":"A A=","key":"' + "0" * 32 + '"}', '{"box":"AAA","key":"' + "0" * 32 + '"}',
               '{"box":"é","key":"' + "0" * 32 + '"}', '{"box":"AA\\u0041A","key":"' + "0" * 32 + '"}',
               '{"box":"AAAA","key":"' + "0" * 31 + '"}', '{"box":"AAAA","key":"' + "F" * 32 + '"}',
               '{"key":"' + "0" * 32 + '","box":"AAAA"}', '{"box":"AAAA"}', "{}", "[]", "null", '"sealed"',
               '{"box":"AAAA","key":"' + "0" * 32 + '","x":1}',
               '{"box":"' + "A" * 400 + '","key":"' + "0a" * 16 + '"}'],
    "seq": ["0", "2", "01", " 1", "1.0", '"1"', "-1"],
    "station": ['"hz-02"', '"HZ-01"', '""', "5"],
    "subject": ['"worker:a]b"', '"worker:a[b"', '"worker:a\\\\b"', '"worker:a\\"b"', '"worker:!~"', '"worker:"', '":x"',
                '"w0:x"', '"worker:a b"', '"worker:é"', '"worker:\x7f"', '"a:' + "x" * 115 + '"',
                '"a:' + "x" * 116 + '"', '"worker:a","subject":"worker:b"', '"worker"', "5"],
    "version": ["0", "2", "10", "01", "1.0", "-1", '"1"', "9223372036854775807", "9223372036854775808", " 1", "1 ",
                "null", "[]", '1,"version":1'],
}  # fmt: skip


@pytest.mark.parametrize("kind", ['"station.acted"', '"permit.generated"'])
def test_of_what_data_may_hold_both_doors_think_the_same(doors: Doors, kind: str) -> None:
    for data in DATA:
        doors.agree(one(typed(data or " ", kind=kind)))


@pytest.mark.parametrize("part", HEADERS)
def test_of_every_part_of_a_header_both_doors_think_the_same(doors: Doors, part: str) -> None:
    for value in HEADERS[part]:
        doors.agree(one(typed(**{part: value})))
        doors.agree(one(typed('{"number":"3301022026000123"}', **{"kind": '"permit.generated"', part: value})))


def test_of_texts_that_are_no_facts_both_doors_think_the_same(doors: Doors) -> None:
    for text in [*forged_headers(), *(bad for bad in BAD_BODIES if "\ud800" not in bad), typed()[1:], typed()[:-1]]:
        doors.agree(one(text))


def test_what_our_programs_write_goes_straight(doors: Doors) -> None:
    told = facts.PermitGenerated("3301022026000123", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY)
    photo = facts.WorkerPhotographed("ab" * 32, "camera", 358, 441, (("sharp", 0.9, "ok"), ("size", 1.0, "ok")))
    raws = Pen(doors.clock)("A", "词", told, photo, "Z" * 5_000)
    signed = [encoding.signed(raw, bytes([n]) * 64) for n, raw in enumerate(raws)]
    sealed = typed(sealed=HEADERS["sealed"][0])
    for batch in (many(raws), many(signed), many(raws[:1]), one(body(sealed=...)), one(sealed),
                  one(typed(version="2"))):  # fmt: skip
        assert doors.straight(batch)
        doors.agree(batch)


def chains(clock: FixedClock) -> Iterator[Batch]:
    """Batches in which each fact is well and something between them is not."""
    pen = Pen(clock)
    a, b, c = pen("A", "B", "C")
    now = clock.now_ms() << 16
    for raws in ([a], [a, b, c], [b], [a, c], [a, a], [a, b, a], [b, a], [a, b, b, c], [c, b, a]):
        yield many(raws)
    yield many([*Pen(clock)("A", at=9), *pen("D")])
    ahead = now + (300_000 << 16)
    for stamps in ((9, 9), (9, 8), (0, 1), (ahead, ahead + 1), (1, ahead + (1 << 16))):
        other = Pen(clock)
        yield many([*other("A", at=stamps[0] or 1), *other("B", at=stamps[1])])
    forged = encoding.read(canonical({**b.fields, "prev": "ab" * 32}))
    yield many([a, forged])
    for changed in ({"station": "hz-02"}, {"epoch": 2}, {"city": "330200"}, {"prev": b.hash.hex().upper()}):
        yield "\n".join([a.body, canonical({**b.fields, **changed})]), "-\n-"
    bodies = many([a, b])[0]
    for signatures in ("", "-", "-\n", "-\n-\n-", "AB\ncd", "a\n-", "zz\n-", "\n", "-\n" + "0" * 200, "\\x00\n-",
                       "ab cd\n-"):  # fmt: skip
        yield bodies, signatures
    for early in ({"at": "0"}, {"at": "-5"}, {"at": "5"}, {"prev": '""'}, {"prev": '"x"'}):
        yield one(typed(**{"seq": "7", "prev": '"' + "ab" * 32 + '"', **early}))
    yield "", ""
    yield "\n", "-\n-"
    yield bodies + "\n", "-\n-"
    yield bodies + "\n", "-\n-\n-"
    yield a.body.replace(",", "\n", 1), "-\n-"


def test_of_chains_both_doors_think_the_same(doors: Doors) -> None:
    for batch in chains(doors.clock):
        doors.agree(batch)


def test_of_a_chain_that_goes_on_both_doors_think_the_same(pg_server: PgServer) -> None:
    doors = Doors(pg_server)
    pen = Pen(doors.clock)
    doors.logins.push("hz-01", pen("A", "B"))
    doors.logins.put_keys("hz-01", [key("a")])
    told = facts.PermitGenerated("3301022026000123", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY)
    c, d, e, f = pen("C", told, facts.WorkerErased("asked"), told)
    a, b = pen.raws[:2]
    fork = Pen(doors.clock)("A", "X", "Y")
    later = Pen(doors.clock)
    later.raws = [a, b]
    for raws in ([c, d, e, f], [b, c], [a, b], [b], [d], [a, b, c, d, e, f], fork, fork[1:], fork[2:],
                 later("S", at=b.recorded_at), later("T", at=b.recorded_at + 1)):  # fmt: skip
        doors.agree(many(raws))
    assert doors.straight(many([c, d, e, f]))
    assert not doors.straight(many([b, c])), "what is there already is for the door as it stood"
    many_more = pen(*[f"{n}" for n in range(PUSH_LIMIT + 1)])
    for raws in ([c, d, e, f, *many_more[: PUSH_LIMIT - 4]], [c, d, e, f, *many_more[: PUSH_LIMIT - 3]]):
        doors.agree(many(raws))
        assert doors.straight(many(raws)) == (len(raws) <= PUSH_LIMIT)
    for state in ("frozen", "revoked"):
        doors.over.execute(f"UPDATE stations SET state = '{state}', why = 'x'".encode())
        doors.over.commit()
        doors.agree(many([c]))
    doors.close()


@pytest.mark.parametrize("data", ["[]", "null", "5", '"x"', "[{}]", "{}", '{"x": 1e999}', '{"x":["y",{"z":0}]}'])
def test_of_a_later_fact_both_doors_think_the_same(doors: Doors, data: str) -> None:
    first = Pen(doors.clock)("A")[0]
    later = {"prev": f'"{first.hash.hex()}"', "seq": "2", "at": str(first.recorded_at + 1)}
    batch = f"{first.body}\n{typed(data, **later)}", "-\n-"
    doors.agree(batch)
    assert doors.straight(batch) == (data[0] == "{" and "e9" not in data)


def test_no_setting_of_a_session_opens_the_door(pg_server: PgServer) -> None:
    """What a text in a function means is decided when a session first runs it, by the settings of that session."""
    doors = Doors(pg_server)
    doors.station.execute("SET standard_conforming_strings = off")
    doors.station.commit()
    for data in ('{"x": 1e999}', '{"x": 99999999999999999999}', '{"x":"\\u0000"}', "{}"):
        doors.agree(one(typed(data)))
    good = many(Pen(doors.clock)("A", "B"))
    doors.agree(good)
    (answer,), _ = doors.through("push", good)
    assert answer["accepted"] == 2
    doors.close()


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_session_that_looks_at_an_older_moment_puts_nothing(pg_server: PgServer, level: str) -> None:
    """A batch is read before anything is locked: what is there is looked at after that, or nothing is put."""
    doors = Doors(pg_server)
    raws = Pen(doors.clock)("A", "B", "C", "D", "E")
    doors.logins.push("hz-01", raws[:1])
    for meanwhile, late in ((raws[1:3], raws[1:2]), (raws[3:4], raws[3:]), (raws[4:], raws[4:])):
        doors.station.execute(f"SET TRANSACTION ISOLATION LEVEL {level}".encode())
        doors.station.execute("SELECT now()")
        doors.logins.push("hz-01", meanwhile)
        with pytest.raises(psycopg.errors.SerializationFailure):
            doors.station.execute("SELECT push(%s, %s)", many(late))
        doors.station.rollback()
    assert doors.logins.tally(CITY).number == 5
    doors.close()


def meanwhile(doors: Doors, locked: str, change: str, batch: Batch) -> Any:
    """What the door answers when `change` happens between the reading of the batch and its keeping."""

    def push() -> Any:
        try:
            return doors.station.execute("SELECT push(%s, %s)", batch).fetchone()
        except psycopg.Error as error:
            return error.diag.message_primary
        finally:
            doors.station.commit()

    with ThreadPoolExecutor(1) as beside:
        doors.over.execute(locked.encode())
        answer = beside.submit(push)
        deadline = time.monotonic() + 30
        with psycopg.connect(doors.logins.server.dsn(doors.logins.name), autocommit=True) as third:
            while third.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (0,):
                assert time.monotonic() < deadline
                time.sleep(0.01)
        doors.over.execute(change.encode())
        doors.over.commit()
        return answer.result()


def test_what_changes_after_a_batch_is_read_counts(pg_server: PgServer) -> None:
    """It is read with nothing locked."""
    doors = Doors(pg_server)
    raws = Pen(doors.clock)("A", "B", "C", "D")
    station, counter = "SELECT 1 FROM stations FOR UPDATE", "SELECT 1 FROM counters FOR UPDATE"
    (said,) = meanwhile(doors, station, "UPDATE stations SET epoch = 2", many(raws[:1]))
    assert said["next_seq"] == 2, "a life that is over may still be told of"
    latest = raws[3].recorded_at
    (said,) = meanwhile(doors, counter, f"UPDATE counters SET number = 10, newest = {latest}", many(raws[1:2]))
    assert said["next_seq"] == 3
    assert [row[0] for row in doors.over.execute("SELECT number FROM facts ORDER BY seq")] == [1, 11]
    assert doors.over.execute("SELECT number, newest FROM counters").fetchone() == (11, latest)
    for state in ("frozen", "revoked"):
        doors.over.execute("UPDATE stations SET state = 'active'")
        doors.over.commit()
        change = f"UPDATE stations SET state = '{state}', why = 'x'"
        assert meanwhile(doors, station, change, many(raws[2:])) == state
    doors.close()


TOKENS = ['"', "\\", "{", "}", "[", "]", ",", ":", "0", "e", "-", " ", "\t", "\x01", "é", "\n", "9" * 20, "1e19",
          '","data":', ',"epoch":', ',"seq":', '"data":{}', "\\u0000", '"x":1,', ',"x":[[[[[[1]]]]]]', "\\n",
          '"}']  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_of_texts_spoiled_by_chance_both_doors_think_the_same(doors: Doors, seed: int) -> None:
    chance = random.Random(seed)
    told = facts.PermitGenerated("3301022026000123", "A-1", "X", "好阿姨", ("HOUSEWORK",), DAY)
    good = [typed(), many(Pen(doors.clock)("A", told))[0], typed(sealed=HEADERS["sealed"][0])]
    for _ in range(150):
        text = chance.choice(good)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            cut = chance.choice((0, 0, 1, 1, 5))
            text = text[:at] + chance.choice([*TOKENS, "", text[at : at + 30]]) + text[at + cut :]
        doors.agree((text, "\n".join("-" * (text.count("\n") + 1))))
