"""Prints what one keystroke of a search costs among a million workers, beside a LIKE scan of the same rows.

    python -m tests.bench.bench_search [WORKERS]

Each kind of key is typed as a clerk types it and every keystroke is timed: in the roll alone, and as the desktop pays
for it (`find_people`: the search, the names of companies, the colours of today, the lines of the list). The goal is
5 ms at the 95th percentile; the exit code is 1 when a kind of key misses it. What counts is the time of the searching
thread on its core, so that a busy machine does not blur the figure; the time on the clock stands beside it.
"""

from __future__ import annotations

import functools
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import insert, text

from station.domain import facts
from station.domain.facts import FactId
from station.domain.record import fold
from station.ledger.ledger import Ledger
from station.ledger.rows import rows_of, terms_of_company, terms_of_worker
from station.ledger.schema import roll_companies, roll_terms, roll_workers
from station.services.desk import Desk
from tests.ledger.office import CITY, DAY, Office, registered
from ui.desktop.viewmodels.people import find_people

GOAL_MS = 5.0
PEOPLE = 150
"""People searched for with each kind of key."""
SCANS = 8
AT_ONCE = 20_000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡余杜叶程苏魏吕丁任沈姚卢"
GIVEN = "秀英芳娜敏静丽强磊洋艳勇军杰娟涛明超兰霞平刚桂红玉梅春花云飞淑珍琴凤莲翠琳燕萍香月"
FIRMS = "好阿姨阳光里金桥安心福满家爱佳帮手巧手邻里暖心洁净馨园"
COLOURS = "0001-01-01 red,2026-01-05 green,2027-01-05 yellow,2027-03-01 red"


@dataclass(frozen=True, slots=True)
class Someone:
    """What a clerk may know of a worker in the table."""

    name: str
    number: str
    phone: str
    pinyin: str
    initials: str
    permit: str
    firm: str
    firm_initials: str


def main() -> int:
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    missed = 0
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        title = f"a keystroke among {workers:,} workers, p95 ms"
        print(f"{title:50} {'roll':>8} {'desktop':>8} {'clock':>8} {'LIKE':>9}", flush=True)
        for what, roll, desktop, clock, scan in rows(Path(folder), workers):
            missed += desktop > GOAL_MS
            over = "" if desktop <= GOAL_MS else f"  over {GOAL_MS:.0f} ms"
            figures = f"{roll:8.2f} {desktop:8.2f} {clock:8.2f} {scan:9.1f}  {scan / desktop:5.1f} x"
            print(f"{what:50} {figures}{over}", flush=True)
    return 1 if missed else 0


def growing(key: str) -> list[str]:
    """What stands in the field after each keystroke."""
    return [key[: end + 1] for end in range(len(key))]


AT_COMPANY = "company IN (SELECT uscc FROM roll_companies WHERE {0} LIKE '%' || :k || '%')"
KEYS: dict[str, tuple[Callable[[Someone], list[str]], str]] = {
    "hanzi from the start": (lambda p: growing(p.name), "name LIKE :k || '%'"),
    "hanzi inside the name": (lambda p: growing(p.name[1:]), "name LIKE '%' || :k || '%'"),
    "full pinyin": (lambda p: growing(p.pinyin), "readings LIKE :k || '%'"),
    "initials": (lambda p: growing(p.initials), "initials LIKE :k || '%'"),
    "tail of the document": (lambda p: [p.number[-n:] for n in (4, 5, 6)], "id_tail LIKE '%' || :k"),
    "tail of the phone": (lambda p: [p.phone[-n:] for n in (4, 5, 6)], "phone_tail LIKE '%' || :k"),
    "permit number": (lambda p: growing(p.permit), "permit_number LIKE :k || '%'"),
    "company by hanzi": (lambda p: growing(p.firm), AT_COMPANY.format("short_name")),
    "company by initials": (lambda p: growing(p.firm_initials), AT_COMPANY.format("initials")),
    "surname and last 4 of the document": (
        lambda p: [f"{p.name[0]} {p.number[-4:]}"],
        "name LIKE substr(:k, 1, 1) || '%' AND id_tail LIKE '%' || substr(:k, 3)",
    ),
    "surname and company": (lambda p: [f"{p.name[0]} {p.firm}"], "name LIKE substr(:k, 1, 1) || '%'"),
    "nobody": (lambda p: ["覃𬱖", "qzzq", "99999999"], "name LIKE '%' || :k || '%'"),
}


def rows(folder: Path, workers: int) -> Iterator[tuple[str, float, float, float, float]]:
    """For each kind of key the 95th percentile of a keystroke in ms: roll, desktop, desktop by the clock, LIKE."""
    office = Office(folder)
    ledger = office.open("hz-05")
    people = _fill(ledger, workers, folder / "terms.db")
    desk = cast(Desk, SimpleNamespace(ledger=ledger, clock=SimpleNamespace(today=lambda: DAY)))
    dice = random.Random(5)
    for what, (keys, like) in KEYS.items():
        chosen = [keys(dice.choice(people)) for _ in range(PEOPLE)]
        typed = [key for one in chosen for key in one]
        for warm in typed[:20]:
            find_people(desk, warm)
        roll = [_timed(partial(ledger.roll.find, key))[0] for key in typed]
        desktop = [_timed(partial(find_people, desk, key)) for key in typed]
        scan = partial(_scan, ledger, f"SELECT * FROM roll_workers WHERE {like} ORDER BY sort_key LIMIT 50")
        scans = [_timed(partial(scan, key))[0] for key in dice.sample(typed, SCANS)]
        yield what, _p95(roll), _p95([one[0] for one in desktop]), _p95([one[1] for one in desktop]), _p95(scans)
    office.close()


def _fill(ledger: Ledger, workers: int, spill: Path) -> list[Someone]:
    """Workers and companies straight into the projections; the search keys sorted on disk first, as memory is small."""
    dice = random.Random(1)
    firms = _firms(ledger, dice, max(20, workers // 300))
    people: list[Someone] = []

    def lines() -> Iterator[dict[str, Any]]:
        for ref in range(1, workers + 1):
            row, someone = _worker(ref, dice, *dice.choice(firms))
            if ref % max(1, workers // 2_000) == 0:
                people.append(someone)
            yield row

    with closing(sqlite3.connect(spill, isolation_level=None)) as heap:
        heap.execute("PRAGMA journal_mode=OFF")
        heap.execute("CREATE TABLE terms (kind, term, ref, said)")
        source = lines()
        while part := list(islice(source, AT_ONCE)):
            heap.execute("BEGIN")
            keys = ((kind, term, row["id"], said) for row in part for kind, term, said in terms_of_worker(row))
            heap.executemany("INSERT INTO terms VALUES (?, ?, ?, ?)", keys)
            heap.execute("COMMIT")
            with ledger.store.writing() as conn:
                conn.execute(insert(roll_workers), part)
        ordered = heap.execute("SELECT kind, term, ref, said FROM terms ORDER BY kind, term, ref")
        while found := ordered.fetchmany(AT_ONCE):
            with ledger.store.writing() as conn:
                rows = [{"kind": k, "term": t, "ref": r, "said": s} for k, t, r, s in found]
                conn.execute(insert(roll_terms), rows)
    return people


def _firms(ledger: Ledger, dice: random.Random, count: int) -> list[tuple[str, str, str]]:
    """(code, short name, its initials) of made-up companies."""
    made = []
    with ledger.store.writing() as conn:
        for ref in range(1, count + 1):
            uscc = f"9133{ref:014d}"
            short = "".join(dice.choices(FIRMS, k=3)) + dice.choice(("", "家政", "到家"))
            told = facts.CompanyRegistered(uscc, f"杭州{short}服务有限公司", short, "330102")
            row = {"id": ref, **rows_of(_record(f"company:{uscc}", ref, told))["roll_companies"][0]}
            conn.execute(insert(roll_companies), row)
            keys = [{"kind": k, "term": t, "ref": ref, "said": said} for k, t, said in terms_of_company(row)]
            conn.execute(insert(roll_terms), keys)
            made.append((uscc, short, row["initials"].split()[-1]))
    return made


def _worker(ref: int, dice: random.Random, uscc: str, firm: str, firm_initials: str) -> tuple[dict[str, Any], Someone]:
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
    number, phone = f"33010219700101{dice.randrange(10_000):04d}", f"1{dice.randrange(3 * 10**9, 10**10)}"
    permit = f"33010{dice.randrange(2, 9)}2026{ref:06d}"
    row = _of_name(name) | {
        "id": ref, "subject": f"worker:{ref}", "id_tail": number[-6:], "phone_tail": phone, "company": uscc,
        "permit_number": permit, "permit_state": "issued", "colours": COLOURS,
    }  # fmt: skip
    pinyin, initials = row["readings"].split()[0], row["initials"].split()[0]
    return row, Someone(name, number, phone, pinyin, initials, permit, firm, firm_initials)


@functools.cache
def _of_name(name: str) -> dict[str, Any]:
    """What the projection says of somebody of that name."""
    return dict(rows_of(_record("worker:1", 1, registered(name)))["roll_workers"][0])


def _record(subject: str, ref: int, told: facts.Payload) -> Any:
    return fold(subject, [facts.Fact(FactId("x", 1, ref), subject, CITY, "c", ref << 16, told)])


def _scan(ledger: Ledger, query: str, key: str) -> int:
    with ledger.store.reading() as conn:
        return len(conn.execute(text(query), {"k": key}).all())


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of this thread on its core, and on the clock."""
    clock, core = time.perf_counter(), time.thread_time()
    act()
    return (time.thread_time() - core) * 1000, (time.perf_counter() - clock) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


if __name__ == "__main__":
    sys.exit(main())
