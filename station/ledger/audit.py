"""Is the ledger still what was written: pages, chains, signatures, sealed boxes, photos, projections. Changes nothing.

Every finding is a sentence that names station.epoch.seq or a place, never a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from station.domain.errors import Fault
from station.domain.facts import Fact
from station.domain.record import fold
from station.ledger import encoding, log, projection
from station.ledger.blobs import Blobs
from station.ledger.encoding import RawFact
from station.ledger.opening import Progress
from station.ledger.privacy import Privacy
from station.ledger.rows import rows_of
from station.ledger.schema import facts, person_keys, roll_terms
from station.ledger.store import Store

SHOWN = 100
"""Findings written out; the rest are counted."""
Check = Callable[[Fact], str | None]
SignatureHolds = Callable[[RawFact], bool]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `area` is pages, chain, signatures, boxes, photos, projections or quarantine."""

    area: str
    sentence: str


@dataclass(slots=True)
class AuditReport:
    """What was looked at and what was wrong with it."""

    facts: int = 0
    chains: int = 0
    subjects: int = 0
    signed: int = 0
    signatures_checked: bool = False
    encrypted: bool = False
    problems: list[Problem] = field(default_factory=list)
    unshown: int = 0

    @property
    def ok(self) -> bool:
        return not self.problems

    def wrong(self, area: str, sentence: str) -> None:
        if len(self.problems) < SHOWN:
            self.problems.append(Problem(area, sentence))
        else:
            self.unshown += 1

    def area_ok(self, area: str) -> bool:
        """Whether nothing was found in that area."""
        return all(problem.area != area for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """The report for `audit verify --json`."""
        areas = ("pages", "chain", "signatures", "boxes", "photos", "projections", "quarantine")
        return {
            "ok": self.ok,
            "facts": self.facts,
            "chains": self.chains,
            "subjects": self.subjects,
            "signed": self.signed,
            "signatures_checked": self.signatures_checked,
            "encrypted": self.encrypted,
            **{area: self.area_ok(area) for area in areas},
            "problems": [{"area": problem.area, "sentence": problem.sentence} for problem in self.problems],
            "more_problems": self.unshown,
        }


def audit(
    store: Store,
    privacy: Privacy,
    blobs: Blobs,
    signature_holds: SignatureHolds | None = None,
    checks: Sequence[Check] = (),
    progress: Progress | None = None,
) -> AuditReport:
    """Look at everything. A file too damaged to be read ends the look with that as the finding."""
    report = AuditReport(encrypted=store.encrypted, signatures_checked=signature_holds is not None)
    try:
        for page in store.check_pages():
            report.wrong("pages", f"台账文件的存储页校验失败：{page}")
        with store.reading() as conn:
            total = 2 * log.count(conn)
            _chains(conn, privacy, report, signature_holds, checks, lambda done: _tell(progress, done, total))
            _keys(conn, privacy, report)
            for sha256 in blobs.changed(conn):
                report.wrong("photos", f"图片 {sha256[:12]} 的内容与登记不符。")
            try:
                _projections(conn, privacy, report, lambda done: _tell(progress, total // 2 + done, total))
            except Fault as fault:
                report.wrong("projections", f"查询表无法重算：{fault.sentence}")
            for aside in log.set_aside_ids(conn):
                report.wrong("quarantine", f"隔离区中有与台账冲突的记录 {aside}，请报告省级平台。")
    except (Fault, DBAPIError) as error:
        sentence = error.sentence if isinstance(error, Fault) else "台账文件中有无法读取的内容。"
        report.wrong("pages", sentence)
    return report


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None and (done % 500 == 0 or done == total):
        progress(done, total)


def _chains(
    conn: Connection,
    privacy: Privacy,
    report: AuditReport,
    signature_holds: SignatureHolds | None,
    checks: Sequence[Check],
    tell: Callable[[int], None],
) -> None:
    desk, chain = privacy.desk(conn), log.Chain("", 0)
    known = {(one.station, one.epoch): one for one in log.all_chains(conn)}
    seen = 0
    for row in _all_facts(conn):
        if (row.station, row.epoch) != (chain.station, chain.epoch):
            _chain_ends(report, chain, known)
            chain = log.Chain(row.station, row.epoch)
            report.chains += 1
        raw = _read(report, row)
        seen += 1
        tell(seen)
        if raw is None:
            continue
        if raw.id.seq != chain.next_seq or raw.prev != chain.head:
            report.wrong("chain", f"记录 {raw.id} 与前一条不衔接。")
        chain.add(raw)
        _signature(report, raw, signature_holds)
        _meaning(report, raw, desk, checks)
        desk.forget(raw.subject)
    _chain_ends(report, chain, known)
    report.facts = seen
    for missing in known:
        report.wrong("chain", f"站点 {missing[0]} 第 {missing[1]} 期的记录缺失。")


def _all_facts(conn: Connection) -> Iterator[Any]:
    c = facts.c
    return iter(conn.execute(select(facts).order_by(c.station, c.epoch, c.seq).execution_options(yield_per=1_000)))


def _read(report: AuditReport, row: Any) -> RawFact | None:
    """The fact, if its text is still what its columns and its hash say."""
    name = f"{row.station}.{row.epoch}.{row.seq}"
    try:
        raw = encoding.read(row.body, row.signature)
    except Fault:
        report.wrong("chain", f"记录 {name} 的内容已被改动，无法识别。")
        return None
    said = (raw.id.station, raw.id.epoch, raw.id.seq, raw.subject, raw.city, raw.kind, raw.recorded_at, raw.hash)
    if said != (row.station, row.epoch, row.seq, row.subject, row.city, row.kind, row.recorded_at, row.hash):
        report.wrong("chain", f"记录 {name} 的内容与其校验值不符，已被改动。")
    return raw


def _chain_ends(report: AuditReport, chain: log.Chain, known: dict[tuple[str, int], log.Chain]) -> None:
    if chain.station and known.pop((chain.station, chain.epoch), None) != chain:
        report.wrong("chain", f"站点 {chain.station} 第 {chain.epoch} 期的末尾与登记不符。")


def _signature(report: AuditReport, raw: RawFact, signature_holds: SignatureHolds | None) -> None:
    report.signed += raw.signature is not None
    if signature_holds is None or signature_holds(raw):
        return  # whoever judges knows whose facts must be signed: a signature that was taken off is not "unsigned"
    missing = raw.signature is None
    report.wrong("signatures", f"记录 {raw.id} 缺少签名，已被改动。" if missing else f"记录 {raw.id} 的签名无效。")


def _meaning(report: AuditReport, raw: RawFact, desk: encoding.Sealer, checks: Sequence[Check]) -> None:
    try:
        encoding.check(raw, desk)
    except Fault as fault:
        if fault.code == "fact_malformed":
            report.wrong("boxes", f"记录 {raw.id} 的内容不符合格式，按不认识的记录保留，不起作用。")
        else:
            report.wrong("boxes", f"记录 {raw.id} 的加密部分无法解开，已被改动。")
        return
    fact = encoding.fact_of(raw, desk)
    for check in checks:
        sentence = check(fact)
        if sentence:
            report.wrong("signatures", sentence)


def _keys(conn: Connection, privacy: Privacy, report: AuditReport) -> None:
    for subject in conn.scalars(select(person_keys.c.subject).distinct()).all():
        try:
            privacy.keys_of(conn, subject)
        except Fault:
            report.wrong("boxes", "一把个人资料密钥已被改动，无法使用。")


def _projections(conn: Connection, privacy: Privacy, report: AuditReport, tell: Callable[[int], None]) -> None:
    desk, seen, done, expected_terms = privacy.desk(conn), set(), 0, 0
    for subject, raws in log.by_subject(conn):
        done += len(raws)
        tell(done)
        seen.add(subject)
        try:
            wanted = rows_of(fold(subject, [encoding.fact_of(raw, desk) for raw in raws]))
        except Fault:
            continue  # named by the chain already
        desk.forget(subject)
        held, terms = projection.stored(conn, subject)
        table = projection.differs(wanted, held)
        if table:
            report.wrong("projections", f"查询表 {table} 与记录 {raws[0].id} 所属对象的重算结果不一致。")
        needed = projection.terms_of(wanted)
        expected_terms += len(needed)
        if needed != terms:
            report.wrong("projections", f"检索词与记录 {raws[0].id} 所属对象的重算结果不一致。")
    report.subjects = len(seen)
    if any(subject not in seen for subject in projection.subjects_shown(conn)):
        report.wrong("projections", "查询表中有台账里不存在的对象。")
    if conn.execute(select(func.count()).select_from(roll_terms)).scalar_one() != expected_terms:
        report.wrong("projections", "检索词的数量与重算结果不一致。")
