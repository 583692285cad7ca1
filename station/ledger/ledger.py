"""The station's ledger: append, decide, read, take, rebuild. Owns transactions; refuses to know what a fact means.

Appending and refolding the subjects it touches is one transaction, durable when the call returns. Nothing here ever
changes or removes a fact. Erasing a person destroys their keys; the chain stays whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from station.clock import Clock, HybridClock
from station.domain.divisions import PROVINCE
from station.domain.errors import Fault, Refused
from station.domain.facts import Fact, FactId, Payload, WorkerErased
from station.domain.record import Record, fold
from station.ledger import encoding, log, projection
from station.ledger.audit import AuditReport, Check, audit
from station.ledger.blobs import SCAN_DELETED_KIND, Blobs
from station.ledger.encoding import RawFact
from station.ledger.format import upgrade
from station.ledger.inbox import Inbox
from station.ledger.inserts import Inserts
from station.ledger.jobs import Jobs
from station.ledger.keeping import Keeping
from station.ledger.looks import Looks
from station.ledger.opening import Progress, begun, fingerprint, introduce, open_store
from station.ledger.privacy import ERASED_KIND, Entropy, Privacy
from station.ledger.records import Records
from station.ledger.roll import Roll
from station.ledger.rows import rows_of
from station.ledger.store import KEEP_FREE, Store
from station.ledger.taking import Taken, check_city, take
from station.ledger.vault import Vault
from station.ledger.worklist import WorkList

Told = Sequence[tuple[str, Payload]]
"""What happened, before it has an identity: (subject, payload), in order."""


class FactSigner(Protocol):
    """Signs the hash of a fact with the station's own key."""

    def sign(self, fact_hash: bytes) -> bytes: ...


class Ledger:
    """One station's ledger. May be used from any thread, and from several processes at once."""

    def __init__(
        self, store: Store, station: str, city: str, clock: Clock, privacy: Privacy, signer: FactSigner | None
    ) -> None:
        self.store = store
        self.station = station
        self.city = city
        self.clock = clock
        self.privacy = privacy
        self._signer = signer
        self.roll = Roll(store, privacy.subject_of)
        self.inbox = Inbox(store)
        self.jobs = Jobs(store)
        self.worklist = WorkList(store)
        self.keeping = Keeping(store)
        self.looks = Looks(store)
        self._records = Records(store, privacy)
        self.blobs = Blobs(store, privacy, lambda conn: self._hybrid(conn).stamp())

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        station: str,
        city: str,
        clock: Clock,
        vault: Vault,
        signer: FactSigner | None = None,
        entropy: Entropy = os.urandom,
        encrypted: bool = True,
        keep_free: int = KEEP_FREE,
        progress: Progress | None = None,
    ) -> Ledger:
        """Open or begin the ledger, bring it to this program's format and, where needed, rebuild its projections.

        Raises Fault with a sentence when the file is damaged, gone, read-only, in use, of another station, written by a
        newer program, or when its key is not in the vault. The file is then as it was.
        """
        store = open_store(path, vault, encrypted, keep_free)
        try:
            with store.writing() as conn:
                upgrade(conn)
                introduce(conn, station, city)
                stale = log.setting(conn, "projections") != fingerprint()
            begun(path, station)
            ledger = cls(store, station, city, clock, Privacy(vault, city, entropy), signer)
            if stale:
                ledger.rebuild(progress)
        except BaseException:
            store.close()
            raise
        return ledger

    def close(self) -> None:
        """Let go of the file. What was acknowledged is on the disk already."""
        self.store.close()

    # --- telling --------------------------------------------------------------------------------------------------

    def append(self, told: Told, *, actor: str) -> list[Fact]:
        """Write down what happened and refold whom it touches: all of it or nothing, durable on return."""
        with self.store.writing() as conn:
            return self._append(conn, told, actor)

    def decide(self, subject: str, decision: Callable[[Record], Told], *, actor: str) -> list[Fact]:
        """Fold, decide, append, refold in one transaction: nobody else writes between the look and the deed.

        What `decision` raises is passed on and nothing is written.
        """
        with self.store.writing() as conn:
            return self._append(conn, decision(self._records.record(conn, subject)), actor)

    def erase(self, subject: str, basis: str, *, actor: str) -> list[Fact]:
        """Destroy the person's keys, photos and search keys, and say so in a fact (PIPL art. 47)."""
        return self.append([(subject, WorkerErased(basis))], actor=actor)

    def begin_epoch(self, epoch: int) -> None:
        """Start a new life of this station after a restored backup; the centre has given the number.

        The old chain stays as it is. Only now may a station write again whose backup was older than the centre's
        knowledge of it (trust.md §6.5 rule 5).
        """
        with self.store.writing() as conn:
            if epoch <= self._epoch(conn):
                raise Refused(f"新的启用序号必须大于 {self._epoch(conn)}。", code="epoch_not_newer")
            log.keep_setting(conn, "epoch", str(epoch))
            log.keep_setting(conn, "frozen", "")

    def freeze(self, sentence: str) -> None:
        """Stop this station from writing until it has a new epoch; `sentence` says why. Reading goes on."""
        with self.store.writing() as conn:
            log.keep_setting(conn, "frozen", sentence)

    # --- reading --------------------------------------------------------------------------------------------------

    @property
    def epoch(self) -> int:
        """Which life of this station it is: 1, and one more after each restore."""
        with self.store.reading() as conn:
            return self._epoch(conn)

    @property
    def frozen(self) -> str:
        """Why this station may not write; empty when it may."""
        with self.store.reading() as conn:
            return log.setting(conn, "frozen") or ""

    @property
    def newest_ms(self) -> int:
        """UTC milliseconds of the newest fact of any station here: the mark a clock must not fall behind."""
        with self.store.reading() as conn:
            return log.newest_stamp(conn) >> 16

    def facts_of(self, subject: str) -> list[Fact]:
        """All facts of one subject in the agreed order. Personal fields are None where the key is absent."""
        with self.store.reading() as conn:
            return self._records.facts_of(conn, subject, self.privacy.desk(conn))

    def record(self, subject: str) -> Record:
        """The fold of one subject's facts; of an unknown subject, an empty record (`newest` is 0)."""
        with self.store.reading() as conn:
            return self._records.record(conn, subject)

    def subject_of(self, document_kind: str, number: str) -> str:
        """The subject of a person, whether known or not; the same at every station of the city."""
        return self.privacy.subject_of(document_kind, number)

    def subject_of_permit(self, number: str) -> str | None:
        """Whose permit that is; of two people with one number, the one who had it first."""
        return self.roll.subject_of_permit(number)

    def count(self) -> int:
        """How many facts there are, of all stations."""
        with self.store.reading() as conn:
            return log.count(conn)

    def own_after(self, seq: int, *, epoch: int | None = None, limit: int = 500) -> list[RawFact]:
        """This station's own facts above that number, in order, as they are sent."""
        with self.store.reading() as conn:
            return log.after(conn, self.station, self._epoch(conn) if epoch is None else epoch, seq, limit)

    # --- facts of others, and checks --------------------------------------------------------------------------------

    def take(
        self,
        raws: Sequence[RawFact],
        *,
        mark: tuple[str, str] | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> Taken:
        """Keep facts of other stations and refold whom they touch; `mark` is a setting kept in the same transaction.

        Taking again changes nothing. A gap in a chain, or a fact of another city, raises Fault and nothing of the batch
        is kept; a fact that contradicts one we hold is set aside, never overwrites, and is named in the answer.
        `meanwhile` is called when all is folded, and the engine and the disk are still to be waited for; it must not
        wait itself.
        """
        check_city(raws, self.city)
        with self.store.writing() as conn:
            taken = take(conn, raws, self.station, self._hybrid(conn))
            for raw in taken.facts:
                if raw.kind in FOLLOWED:
                    self._follow(conn, raw)
            rows = self._records.folded(conn, dict.fromkeys(raw.subject for raw in taken.facts), news=taken.facts)
            if meanwhile is not None:
                meanwhile()
            rows.write()
            epoch, frozen = log.life(conn)  # what comes of an earlier life is history: this is a new machine
            own = [raw.id.epoch for raw in taken.facts if raw.id.station == self.station] if taken.recovered else []
            if not frozen and own and max(own) >= epoch:
                log.keep_setting(conn, "frozen", RESTORED)
            if mark is not None:
                log.keep_setting(conn, *mark)
            return taken

    def refold(self, subjects: Sequence[str]) -> None:
        """Fold these subjects again, after keys for them arrived."""
        with self.store.writing() as conn:
            self._records.folded(conn, dict.fromkeys(subjects)).write()

    def rebuild(self, progress: Progress | None = None) -> int:
        """Throw all projections away and fold them again from the facts; how many subjects there were.

        Changes nothing when all was well.
        """
        with self.store.writing() as conn:
            total, done, subjects = log.count(conn), 0, 0
            projection.clear(conn)
            desk, rows = self.privacy.desk(conn), Inserts(conn)
            for subject, raws in log.by_subject(conn):
                told = [encoding.fact_of(raw, desk) for raw in raws]
                projection.project(conn, rows, subject, rows_of(fold(subject, told)), {})
                desk.forget(subject)
                done, subjects = done + len(raws), subjects + 1
                if progress is not None and subjects % 200 == 0:
                    progress(done, total)
            rows.write()
            log.keep_setting(conn, "projections", fingerprint())
            if progress is not None:
                progress(total, total)
            return subjects

    def verify(
        self,
        *,
        signature_holds: Callable[[RawFact], bool] | None = None,
        checks: Sequence[Check] = (),
        progress: Progress | None = None,
    ) -> AuditReport:
        """Check pages, chains, signatures, boxes, photos and that the projections equal a rebuild; changes nothing.

        Each of `checks` is asked about every fact and answers a sentence when something is wrong with it.
        """
        return audit(self.store, self.privacy, self.blobs, signature_holds, checks, progress)

    # --- inside a transaction ---------------------------------------------------------------------------------------

    def _append(self, conn: Connection, told: Told, actor: str) -> list[Fact]:
        epoch, frozen = log.life(conn)
        if frozen:
            raise Fault(frozen, "请由主管联网完成“重新登记本站”，之前的记录都还在。", code="station_frozen")
        chains = {(known.station, known.epoch): known for known in log.all_chains(conn)}
        hybrid = HybridClock(self.clock, last=max((known.newest for known in chains.values()), default=0))
        chain = chains.get((self.station, epoch)) or log.Chain(self.station, epoch)
        desk = self.privacy.desk(conn)
        if self.city == PROVINCE and any(subject.startswith(PEOPLE) for subject, _ in told):
            raise Refused("省级站点只查看各市的统计，不办理业务。请在所属城市的站点办理。", code="province_reads")
        written: list[Fact] = []
        raws: list[RawFact] = []
        for subject, payload in told:
            identity, at = FactId(self.station, chain.epoch, chain.next_seq), hybrid.stamp()
            desk.at = at
            raw = encoding.write(identity, subject, self.city, actor, at, payload, chain.head, desk)
            if self._signer is not None:
                raw = encoding.signed(raw, self._signer.sign(raw.hash))
            self._follow(conn, raw)
            if raw.kind == ERASED_KIND:
                desk.forget(subject)
            chain.add(raw)
            raws.append(raw)
            written.append(Fact(identity, subject, self.city, actor, at, payload))
        if raws:
            log.store(conn, raws)
            log.keep_chain(conn, chain)
            self._records.folded(conn, dict.fromkeys(raw.subject for raw in raws), desk, news=raws).write()
        return written

    def _epoch(self, conn: Connection) -> int:
        return log.life(conn)[0]

    def _hybrid(self, conn: Connection) -> HybridClock:
        """A clock past every fact here, whichever thread or process appended it."""
        return HybridClock(self.clock, last=log.newest_stamp(conn))

    def _follow(self, conn: Connection, raw: RawFact) -> None:
        """What a fact destroys: an erasure the person's keys, pictures and drafts, a deleted scan its picture."""
        if raw.kind == ERASED_KIND:
            self.blobs.forget(conn, raw.subject, self.privacy.erase(conn, raw.subject, raw.recorded_at))
            log.forget_settings(conn, raw.subject)
            self._records.forget()
        elif raw.kind == SCAN_DELETED_KIND:
            self.blobs.drop(conn, raw.subject, str(raw.head.told().get("sha256", "")))
        else:
            return
        self.store.when_durable(self.store.checkpoint)


FOLLOWED = frozenset({ERASED_KIND, SCAN_DELETED_KIND})
"""Kinds that destroy something beside the facts."""
PEOPLE = ("worker:", "company:")
"""Subjects that are a city's business."""
RESTORED = "本站台账是较早的备份，省级平台上有更新的本站记录。"
