"""What the world does to a file: each gets a sentence and a remedy, and nothing that was saved is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text

from station.domain.errors import Fault
from station.domain.facts import StationActed
from station.ledger import encoding, log, store
from station.ledger import format as ledger_format
from station.ledger.ledger import Ledger
from station.ledger.store import Store
from station.ledger.vault import MemoryVault
from tests.ledger.office import CITY, DAY, KEYS, Office, registered, whole_life


def append(ledger: Ledger, act: str = "A") -> None:
    ledger.append([("worker:a", StationActed(act, DAY))], actor="c")


def opening_fails(office: Office, code: str, **more: object) -> Fault:
    with pytest.raises(Fault) as caught:
        office.open(**more)
    assert caught.value.code == code
    assert caught.value.sentence
    assert caught.value.remedy
    return caught.value


def test_a_file_that_is_no_ledger(office: Office) -> None:
    office.path("hz-01").write_bytes(b"this is a letter, not a ledger" * 300)
    opening_fails(office, "ledger_broken")
    opening_fails(office, "ledger_broken", encrypted=False)


def test_a_damaged_first_page(office: Office) -> None:
    ledger = office.open()
    append(ledger)
    ledger.close()
    data = bytearray(office.path("hz-01").read_bytes())
    data[100] ^= 1
    office.path("hz-01").write_bytes(data)
    opening_fails(office, "ledger_broken")


@pytest.mark.parametrize("left", [None, b""])
@pytest.mark.parametrize("encrypted", [True, False])
def test_a_ledger_that_is_gone_is_not_begun_anew(office: Office, left: bytes | None, encrypted: bool) -> None:
    ledger = office.open(encrypted=encrypted)
    append(ledger)
    ledger.close()
    path, kept = office.path("hz-01"), office.path("hz-01").read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    with pytest.raises(Fault) as caught:
        Ledger.open(
            path, station="hz-01", city=CITY, clock=office.clock, vault=office.vault("hz-01"), encrypted=encrypted
        )
    assert caught.value.code == "ledger_gone"
    assert path.name in caught.value.remedy
    assert (path.read_bytes() if path.exists() else None) == left
    path.write_bytes(kept)
    assert office.open(encrypted=encrypted).count() == 1


def test_a_folder_that_takes_no_sign(office: Office) -> None:
    office.path("hz-01").with_name("hz-01.ledger.begun").symlink_to(office.folder / "nowhere" / "sign")
    opening_fails(office, "ledger_not_opened")


def test_a_wrong_or_missing_key(office: Office) -> None:
    office.open().close()
    opening_fails(office, "ledger_broken", vault=MemoryVault({**KEYS, "ledger": b"X" * 32}))
    vault = MemoryVault()
    opening_fails(office, "ledger_key_absent", vault=vault)
    assert not vault.has("ledger")


def test_a_read_only_file(office: Office) -> None:
    ledger = office.open(encrypted=False)
    append(ledger)
    ledger.close()
    office.path("hz-01").chmod(0o444)
    if os.access(office.path("hz-01"), os.W_OK):  # root may write anything: let the engine say no
        reader = Store(office.path("hz-01"))
        with pytest.raises(Fault) as caught, reader.writing() as conn:
            conn.execute(text("PRAGMA query_only=ON"))
            conn.execute(text("INSERT INTO settings VALUES ('a', 'b')"))
        reader.close()
        assert caught.value.code == "ledger_read_only"
    else:
        opening_fails(office, "ledger_read_only", encrypted=False)


def test_a_missing_folder(office: Office) -> None:
    with pytest.raises(Fault) as caught:
        Ledger.open(
            office.folder / "gone" / "a.ledger", station="hz-01", city=CITY, clock=office.clock, vault=MemoryVault()
        )
    assert caught.value.code == "ledger_not_opened"


def test_a_folder_where_the_file_should_be(office: Office) -> None:
    office.path("hz-01").mkdir()
    opening_fails(office, "ledger_not_opened", encrypted=False)


def test_a_file_another_program_holds(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    one, two = office.open(), office.open()
    append(one)
    with one.store.writing(), pytest.raises(Fault) as caught:
        append(two, "B")
    assert caught.value.code == "ledger_busy"
    append(two, "B")
    assert two.count() == 2


def test_a_full_disk(office: Office) -> None:
    ledger = office.open()
    append(ledger)
    ledger.close()
    with pytest.raises(Fault) as caught:
        office.open(keep_free=1 << 60)
    assert caught.value.code == "disk_full"
    ledger = office.open()
    with pytest.raises(Fault) as caught, ledger.store.writing() as conn:
        pages = conn.execute(text("PRAGMA page_count")).scalar()
        conn.execute(text(f"PRAGMA max_page_count={pages}"))
        for index in range(200):
            ledger.append([("worker:b", StationActed("字" * 5000 + str(index), DAY))], actor="c")
    assert caught.value.code == "disk_full"
    assert "字字" not in "".join(traceback.format_exception(caught.value))
    assert ledger.count() == 1
    ledger.close()
    ledger = office.open()
    append(ledger, "B")
    assert ledger.verify().ok


def test_a_ledger_of_another_station(office: Office) -> None:
    office.open("hz-01").close()
    office.path("hz-01").rename(office.path("hz-02"))
    with pytest.raises(Fault) as caught:
        office.open("hz-02")
    assert caught.value.code == "ledger_of_another"
    assert "hz-01" in caught.value.sentence


def test_a_ledger_of_a_newer_program(office: Office) -> None:
    ledger = office.open()
    append(ledger)
    with ledger.store.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    ledger.close()
    before = office.path("hz-01").read_bytes()
    opening_fails(office, "format_newer")
    assert office.path("hz-01").read_bytes() == before


def test_a_step_that_fails_leaves_the_old_format_whole(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    shutil.copytree(ledger_format.LEDGER_STEPS, steps, ignore=shutil.ignore_patterns("__pycache__"))
    ledger = Store(tmp_path / "a.ledger", KEYS["ledger"])
    with ledger.writing() as conn:
        assert ledger_format.upgrade(conn, steps)
        log.keep_setting(conn, "station", "hz-01")
    newest = ledger_format.known_versions(steps)[-1]
    (steps / "versions" / "9999_broken.py").write_text(
        '"""Makes a table and fails."""\n'
        "from alembic import op\nimport sqlalchemy as sa\n"
        f'revision, down_revision = "9999", "{newest}"\n'
        'def upgrade():\n    op.create_table("half", sa.Column("x", sa.Text()))\n    raise RuntimeError("power")\n',
        "utf-8",
    )
    with pytest.raises(RuntimeError), ledger.writing() as conn:
        ledger_format.upgrade(conn, steps)
    with ledger.reading() as conn:
        assert ledger_format.version_of(conn) == newest
        assert conn.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")).scalar() == 0
        assert log.setting(conn, "station") == "hz-01"
    ledger.close()


def test_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from station.ledger.schema import metadata
    from station.sync.central_schema import metadata as central_metadata
    from station.sync.sql import CENTRE_STEPS

    for name, steps, wanted in (("l", ledger_format.LEDGER_STEPS, metadata), ("c", CENTRE_STEPS, central_metadata)):
        made = Store(tmp_path / name)
        with made.writing() as conn:
            assert ledger_format.upgrade(conn, steps)
            assert not ledger_format.upgrade(conn, steps)
        with made.reading() as conn:
            context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
            assert compare_metadata(context, wanted) == []
            for table in wanted.tables.values():
                layout = conn.execute(text(f"SELECT sql FROM sqlite_master WHERE name = '{table.name}'")).scalar()
                assert ("WITHOUT ROWID" in layout) is (
                    table.dialect_options["sqlite"]["with_rowid"] is False
                ), table.name
        made.close()


FLIPS = 60


@pytest.fixture
def lived_in(office: Office) -> Path:
    ledger = office.open()
    subject = ledger.subject_of("ID_CARD", "x")
    for payload in whole_life():
        ledger.append([(subject, payload)], actor="c")
    ledger.append([("worker:b", registered("李四"))], actor="c")
    ledger.blobs.put(subject, b"picture" * 100)
    assert ledger.verify().ok
    ledger.close()
    return office.path("hz-01")


def found_wrong(office: Office) -> list[str]:
    """Sentences from opening or from the audit; empty when all is well."""
    try:
        ledger = office.open()
    except Fault as fault:
        return [fault.sentence]
    try:
        return [problem.sentence for problem in ledger.verify().problems]
    except Fault as fault:
        return [fault.sentence]
    finally:
        ledger.close()


def test_any_changed_byte_is_found(office: Office, lived_in: Path) -> None:
    """trust.md F13: SQLCipher seals every page; the last bytes and unused room inside pages are sealed with it."""
    whole = lived_in.read_bytes()
    dice = random.Random(7)
    places = [0, 15, 16, 99, 4095, 4096, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(FLIPS))]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        lived_in.write_bytes(changed)
        sentences = found_wrong(office)
        assert sentences, f"byte {place} of {len(whole)} was changed and nobody saw it"
        assert all("李四" not in sentence and "王秀英" not in sentence for sentence in sentences)
    lived_in.write_bytes(whole)
    assert found_wrong(office) == []


def test_a_truncated_file_is_found(office: Office, lived_in: Path) -> None:
    whole = lived_in.read_bytes()
    for length in (len(whole) - 1, len(whole) - 4096, len(whole) // 2, 4096):
        lived_in.write_bytes(whole[:length])
        assert found_wrong(office), f"cut at {length}"


CHANGES = [
    ("UPDATE facts SET body = replace(body, 'clerk', 'other') WHERE seq = 3", "hz-01.1.3", "chain"),
    ("UPDATE facts SET subject = 'worker:z' WHERE seq = 4", "hz-01.1.4", "chain"),
    ("UPDATE facts SET hash = zeroblob(32) WHERE seq = 5", "hz-01.1.5", "chain"),
    ("UPDATE facts SET body = 'x' WHERE seq = 6", "hz-01.1.6", "chain"),
    ("DELETE FROM facts WHERE seq = 7", "hz-01.1.8", "chain"),
    ("DELETE FROM facts WHERE seq = (SELECT max(seq) FROM facts)", "hz-01", "chain"),
    ("DELETE FROM facts", "hz-01", "chain"),
    ("UPDATE chains SET next_seq = next_seq + 1", "hz-01", "chain"),
    ("UPDATE person_keys SET wrapped = zeroblob(60)", "密钥", "boxes"),
    ("UPDATE blobs SET box = zeroblob(100)", "图片", "photos"),
    ("UPDATE roll_workers SET name = '别人'", "roll_workers", "projections"),
    ("UPDATE roll_permits SET state = 'issued', live = 0", "roll_permits", "projections"),
    ("UPDATE card_jobs SET state = 'asked'", "card_jobs", "projections"),
    ("DELETE FROM inbox_applications", "inbox_applications", "projections"),
    ("DELETE FROM roll_terms WHERE kind = 'p'", "检索词", "projections"),
    ("INSERT INTO roll_terms VALUES ('n', '幽灵', 99, '')", "检索词", "projections"),
    ("INSERT INTO conflicts VALUES ('worker:ghost', 'A', 'B', 'C')", "查询表", "projections"),
]


@pytest.mark.parametrize(("statement", "named", "area"), CHANGES, ids=range(len(CHANGES)))
def test_whoever_edits_the_tables_is_found(office: Office, statement: str, named: str, area: str) -> None:
    ledger = office.open(encrypted=False)
    for payload in whole_life():
        ledger.append([("worker:a", payload)], actor="clerk-1")
    ledger.blobs.put("worker:a", b"picture")
    ledger.close()
    raw = sqlite3.connect(office.path("hz-01"))
    raw.executescript(f"DROP TRIGGER facts_are_never_changed; DROP TRIGGER facts_are_never_deleted; {statement};")
    raw.close()
    report = office.open(encrypted=False).verify()
    assert not report.ok
    assert any(named in problem.sentence for problem in report.problems if problem.area == area), report.problems
    assert report.as_json()["ok"] is False
    assert report.as_json()[area] is False


def test_a_number_left_out_is_found_even_when_the_hashes_fit(office: Office) -> None:
    ledger = office.open(encrypted=False)
    append(ledger)
    first = ledger.own_after(0)[0]
    second = encoding.read(
        first.body.replace('"seq":1', '"seq":3').replace('"prev":""', f'"prev":"{first.hash.hex()}"')
    )
    with ledger.store.writing() as conn:
        log.store(conn, [second])
    report = ledger.verify()
    assert "hz-01.1.3" in report.problems[0].sentence
    assert "不衔接" in report.problems[0].sentence


def test_every_connection_is_as_safe_as_the_first(office: Office) -> None:
    """trust.md §0.6: NORMAL lost acknowledged commits in 156 of 201 power cuts, FULL in none."""
    ledger = office.open()
    with ledger.store.reading() as one, ledger.store.engine.connect() as two:
        for conn in (one, two):
            told = {name: conn.execute(text(f"PRAGMA {name}")).scalar() for name in PRAGMAS}
            assert told == PRAGMAS


PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "fullfsync": 1,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "temp_store": 2,
}


def test_a_check_of_the_caller_is_asked_about_every_fact(ledger: Ledger) -> None:
    for index in range(105):
        append(ledger, str(index))
    report = ledger.verify(checks=[lambda fact: f"{fact.id} 有误"])
    assert len(report.problems) == 100
    assert report.unshown == 5
    seen: list[tuple[int, int]] = []
    assert ledger.verify(checks=[lambda fact: None], progress=lambda d, t: seen.append((d, t))).ok
    assert seen[-1] == (210, 210)


CHILD = """
import sys
from datetime import date
from pathlib import Path
from station.clock import SystemClock
from station.domain.facts import StationActed
from tests.ledger.office import CITY, Office
office = Office(Path(sys.argv[1]))
ledger = office.open(clock=SystemClock())
print("ready", flush=True)
n = ledger.count()
while True:
    n += 1
    told = ledger.append([("worker:a", StationActed(str(n), date(2026, 11, 2))), ("worker:b", StationActed(str(n),
        date(2026, 11, 2)))], actor="c")
    print(told[-1].id.seq, flush=True)
"""


@pytest.mark.power
def test_a_killed_process_loses_nothing_it_acknowledged(office: Office) -> None:
    acknowledged = 0
    dice = random.Random(3)
    for _ in range(2):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(office.folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        for _ in range(dice.randrange(1, 40)):
            acknowledged = int(child.stdout.readline())
        child.kill()
        for line in child.stdout:
            acknowledged = max(acknowledged, int(line)) if line.endswith("\n") else acknowledged
        child.wait()
        child.stdout.close()
        office.clock.advance(600)
        from station.clock import SystemClock

        ledger = office.open(clock=SystemClock())
        assert ledger.count() >= acknowledged
        assert ledger.count() % 2 == 0  # a batch is there whole or not at all
        assert ledger.verify().ok
        ledger.close()
