"""Scans of signed and stamped papers: a picture becomes an encrypted blob under the person's key, named by its hash.

The fact that speaks of the paper carries the hash; the picture goes when the person is erased (PIPL art. 47).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.services.capture import read_picture
from station.services.desk import Desk
from station.services.pictures import picture

LONGEST_SIDE = 2400
"""A page at 200 dpi: every stamp can be read, and a city's papers still fit on one disk."""
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Scan:
    """One kept scan: which picture, of which kind of fact, when and by whom."""

    sha256: str
    kind: str
    at_ms: int
    actor: str


def keep_scan(desk: Desk, subject: str, data: bytes, *, actor: Actor) -> str:
    """Keep a scan of one of this worker's papers; its hash, for the fact that speaks of it.

    Untrusted: format, size and pixels are checked before anything is decoded. Raises Refused for what is no picture,
    and for a picture of somebody nobody registered.
    """
    permit_act("evidence.RECORD", actor)
    if desk.worker(subject).closed:
        raise Refused("该人员的档案已关闭，不能再登记材料。", "worker_closed")
    image = Image.fromarray(read_picture(data))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return desk.ledger.blobs.put(subject, out.getvalue())


def scans_of(desk: Desk, subject: str) -> list[Scan]:
    """All scans of this worker's papers that were not deleted since (§11.4), the newest first."""
    return scans_among(desk.ledger.facts_of(subject))


def scans_among(told: Sequence[facts.Fact]) -> list[Scan]:
    """The same from one worker's facts in their order."""
    found = []
    gone = {fact.payload.sha256 for fact in told if isinstance(fact.payload, facts.ScanDeleted)}
    for fact in told:
        payload = fact.payload
        sha256 = payload.evidence if isinstance(payload, facts.ConsentGiven) else getattr(payload, "paper", None)
        if sha256 and sha256 not in gone:
            found.append(Scan(sha256, payload.kind, fact.at_ms, fact.actor))
    return list({scan.sha256: scan for scan in found}.values())[::-1]


def scan_data(desk: Desk, subject: str, sha256: str) -> bytes:
    """The JPEG of one scan. Raises Refused where its person's key or the picture is not here."""
    told = (fact.payload for fact in desk.ledger.facts_of(subject))
    gone = any(isinstance(p, facts.ScanDeleted) and p.sha256 == sha256 for p in told)
    data = None if gone else picture(desk, subject, sha256)  # the centre may not have heard of it yet
    if data is None:
        raise Refused("扫描件不在本站，请先同步；已按规定删除的不能再看。", "scan_not_here")
    return data
