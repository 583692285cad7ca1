"""The conditions of code health that only show between records: one photo, number or certificate of two people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from station.domain.health import Finding
from station.domain.worker import WorkerRecord

Owner = tuple[str, str, str]  # subject, city, permit number


@dataclass(slots=True)
class Across:
    """Shown one record after the other; keeps only who uses what."""

    _photos: dict[str, list[Owner]] = field(default_factory=dict)
    _numbers: dict[str, list[Owner]] = field(default_factory=dict)
    _papers: dict[tuple[str, str], list[Owner]] = field(default_factory=dict)

    def see(self, record: WorkerRecord) -> None:
        """Take note of one worker; those without a live permit answer for nothing."""
        right = record.permit
        for number in record.permits:
            self._numbers.setdefault(number, []).append((record.subject, record.city, number))
        if right is None or not right.live:
            return
        owner = (record.subject, record.city, right.number)
        if record.photo is not None:
            self._photos.setdefault(record.photo.sha256, []).append(owner)
        for paper in _papers(record):
            self._papers.setdefault(paper, []).append(owner)

    def findings(self) -> list[Finding]:
        """WRONG-3, WRONG-6 and WRONG-7, for every person concerned."""
        return [
            *_shared("WRONG-3", "two_people", self._numbers.values()),
            *_shared("WRONG-6", "same_photo", self._photos.values()),
            *_shared("WRONG-7", "same_certificate", self._papers.values()),
        ]


def _papers(record: WorkerRecord) -> set[tuple[str, str]]:
    """Certificates that are made out to one person: kind and number. A group policy is shared by right."""
    found = {("medical", f"{m.institution or ''} {m.reference}") for m in record.medicals if m.reference}
    found |= {("training", f"{t.issuer} {t.number}") for t in record.trainings if t.number}
    if record.credit is not None and record.credit.certificate:
        found.add(("credit", record.credit.certificate))
    return found


def _shared(condition: str, detail: str, groups: Iterable[list[Owner]]) -> Iterator[Finding]:
    told: set[Finding] = set()
    for owners in groups:
        if len({subject for subject, _, _ in owners}) > 1:
            told |= {Finding(condition, number, subject, city, detail) for subject, city, number in owners}
    yield from sorted(told)
