"""Any order, any repetition, any interleaving of two stations: the same record, the same tables."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain import facts
from station.ledger.encoding import RawFact
from station.ledger.ledger import Ledger
from tests.ledger.office import CITY, COMPANY, DAY, KEYS, PERMIT, Office, raws_of, registered, tables, template
from tests.ledger.test_privacy import keys_of, take_keys

SUBJECTS = ("worker:a", "worker:b", f"company:{COMPANY}", "station:hz-01")
OTHER_PERMIT = "3301022026000124"
ACTS = ("ask", "reserve", "send", "sent", "doubt", "verify", "activate", "report_lost", "void", "spoil")

payloads = st.one_of(
    st.builds(registered, st.sampled_from(["王秀英", "欧阳清风", "阿卜杜热西提·买买提"]), phone=st.just("13800001234")),
    st.builds(facts.AffiliationBegan, st.just(COMPANY), st.just(DAY), st.booleans()),
    st.builds(facts.AffiliationEnded, st.just(COMPANY), st.just(DAY), st.just("worker")),
    st.builds(facts.ApplicationOpened, st.sampled_from(["A-1", "A-2"]), st.just(COMPANY)),
    st.builds(
        facts.ApplicationActed,
        st.sampled_from(["A-1", "A-2"]),
        st.sampled_from(["put_to_review", "pass_review", "accept", "withdraw"]),
        st.just(DAY),
    ),
    st.builds(
        facts.PermitGenerated,
        st.sampled_from([PERMIT, OTHER_PERMIT]),
        st.just("A-1"),
        st.just(COMPANY),
        st.just("好阿姨"),
        st.just(("HOUSEWORK",)),
        st.just(DAY),
    ),
    st.builds(
        facts.PermitActed,
        st.sampled_from([PERMIT, OTHER_PERMIT]),
        st.sampled_from(["release", "suspend", "cancel", "revoke"]),
        st.just(DAY),
        cause=st.sampled_from(["", "medical_unfit"]),
    ),
    st.builds(facts.CardActed, st.just(PERMIT), st.integers(1, 2), st.sampled_from(ACTS), st.just(DAY)),
    st.builds(facts.MedicalRecorded, st.booleans(), st.just(DAY), st.just(DAY), st.just(DAY)),
    st.builds(facts.InsuranceRecorded, st.just("P1"), st.just("PICC"), st.just(DAY), st.just(DAY)),
    st.builds(facts.CompanyRegistered, st.just(COMPANY), st.just("好阿姨家政"), st.just("好阿姨"), st.just("330102")),
    st.builds(facts.StockActed, st.sampled_from(["RECEIVED", "DRAWN"]), st.just("P-1"), st.just(3), st.just(DAY)),
    st.builds(facts.DutyChanged, st.just("clerk-1"), st.just(("CLERK",)), st.sampled_from([None, "赵六"])),
    st.builds(facts.WorkerErased, st.just("本人申请")),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["hz-01", "hz-02"]),
        st.sampled_from(SUBJECTS),
        st.lists(payloads, min_size=1, max_size=3),
        st.integers(0, 2),
    ),
    max_size=12,
)


def in_chain_order(raws: list[RawFact], dice: random.Random) -> list[RawFact]:
    """Another arrival order, in which each station's own chain still runs forward."""
    chains: dict[str, list[RawFact]] = {}
    for raw in raws:
        chains.setdefault(raw.id.station, []).append(raw)
    mixed = []
    while chains:
        station = dice.choice(sorted(chains))
        mixed.append(chains[station].pop(0))
        if not chains[station]:
            del chains[station]
    return mixed


def rebuilt(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """The tables after a rebuild, which is rolled back."""
    try:
        with ledger.store.writing():
            ledger.rebuild()
            found = tables(ledger)
            raise Undone
    except Undone:
        return found


class Undone(Exception):
    """Ends a transaction that was only for looking."""


@settings(max_examples=max(12, settings().max_examples // 5))
@given(steps, st.integers(0, 1 << 30))
def test_every_machine_agrees(steps: list[tuple[str, str, list[facts.Payload], int]], seed: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="anxin-agree-"))
    office = Office(folder)
    try:
        _agree(office, steps, random.Random(seed))
    finally:
        office.close()
        shutil.rmtree(folder)


def _agree(office: Office, steps: list[tuple[str, str, list[facts.Payload], int]], dice: random.Random) -> None:
    two = {station: office.open(station) for station in ("hz-01", "hz-02")}
    for station, subject, together, seconds in steps:
        office.clock.advance(seconds)
        two[station].append([(subject, payload) for payload in together], actor="c")
        assert tables(two[station]) == rebuilt(two[station])
    raws = [raw for ledger in two.values() for raw in raws_of(ledger)]
    keys = [key for ledger in two.values() for key in keys_of(ledger)]
    for station, ledger in two.items():
        ledger.take([raw for raw in raws if raw.id.station != station])
        take_keys(ledger, keys)
    third = office.open("hz-03")
    arrival = in_chain_order(raws, dice)
    cut = dice.randrange(len(arrival) + 1)
    third.take(arrival[:cut])
    take_keys(third, dice.sample(keys, len(keys)))
    again = arrival[: dice.randrange(cut + 1)]  # a repetition from anywhere before
    third.take([*again, *arrival[cut:]])
    wanted = tables(two["hz-01"])
    assert tables(two["hz-02"]) == wanted
    assert tables(third) == wanted
    for subject in SUBJECTS:
        records = [ledger.record(subject) for ledger in (two["hz-01"], two["hz-02"], third)]
        assert records[0] == records[1] == records[2]
    for ledger in (*two.values(), third):
        ledger.rebuild()
        assert tables(ledger) == wanted
        report = ledger.verify()
        assert report.ok, report.problems


def test_reopening_a_template_is_the_same_as_a_fresh_file(tmp_path: Path) -> None:
    """The shortcut the tests take is no other path than the product's."""
    office = Office(tmp_path)
    from_template = office.open("hz-01")
    fresh = Ledger.open(
        tmp_path / "fresh", station="hz-09", city=CITY, clock=office.clock, vault=office.vault("hz-09")
    )
    for ledger in (from_template, fresh):
        ledger.append([("worker:a", registered())], actor="c")
    assert tables(fresh) == tables(from_template)
    assert template().exists()
    assert KEYS["ledger"] == b"F" * 32
    fresh.close()
    office.close()
