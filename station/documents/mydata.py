"""个人信息副本: everything stored about one worker and who used it, as a zip for the worker – a PDF to read, JSON to
take along, the pictures themselves (PIPL 45). Written whole or not at all.
"""

from __future__ import annotations

import dataclasses
import json
import zipfile
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from station.documents.mydata_paper import Say, Word, copy_paper, is_scan
from station.documents.sheet import write_pdf
from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import personal
from station.domain.errors import Fault
from station.domain.worker import WorkerRecord
from station.ledger.looks import Look
from station.services.desk import Desk, Done, Topic
from station.services.looking import Opened, look
from station.services.pictures import picture
from station.services.scans import scans_of


def write_copy(desk: Desk, subject: str, out: Path, *, say: Say, word: Word, actor: Actor) -> Done[Path]:
    """Write the zip, whole or not at all, and the fact that the worker was given it.

    `say` puts a fact into a sentence and `word` a code into words, as the face does that shows them.
    """
    record, today = desk.worker(subject), desk.today()
    personal.export(record, today, actor=actor)  # refused before anything is gathered
    look(desk, [subject], Opened.EXPORT, actor=actor)
    pictures = _pictures(desk, record)
    told = desk.ledger.facts_of(subject)
    part = out.with_name(f".{out.name}.part")
    try:
        with TemporaryDirectory() as folder, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as pack:
            paper = copy_paper(desk, record, told, say=say, word=word, files=list(pictures))
            pack.write(write_pdf(paper, Path(folder) / "copy.pdf"), "copy.pdf")
            pack.writestr("data.json", as_json(record, told, desk.ledger.looks.of(subject), say))
            for name, data in pictures.items():
                pack.writestr(name, data)
        done = desk.decide(subject, actor, lambda r: personal.export(r, today, actor=actor))
        part.replace(out)
    except OSError:
        raise Fault("个人信息副本没有写成。", "请检查文件夹是否存在、是否可写。", "no_copy") from None
    finally:
        part.unlink(missing_ok=True)
    return Done(out, frozenset({Topic.ROLL}) if done.person is not None else frozenset())


def as_json(record: WorkerRecord, told: Sequence[facts.Fact], looks: Sequence[Look], say: Say) -> str:
    """The same for a machine: the record with its own names, every recorded act, and who looked at this station."""
    plain: dict[str, Any] = {
        one.name: getattr(record, one.name)
        for one in dataclasses.fields(record)
        if one.name not in ("subject", "tokens", "conflicts", "newest", "complaints")
    }
    for name in ("consents", "applications", "permits", "cards"):
        plain[name] = list(plain[name].values())
    # the household's own contact is somebody else's data
    plain["complaints"] = [{"topic": one.topic, "text": one.text, "at_ms": one.at_ms} for one in record.complaints]
    plain["history"] = [
        {"at_ms": fact.at_ms, "by": fact.actor, "station": fact.id.station, "said": say(fact)}
        for fact in told
        if not is_scan(fact)
    ]
    plain["household_scans"] = [
        {"at_ms": fact.at_ms, "colour": fact.payload.colour}
        for fact in told
        if isinstance(fact.payload, facts.HouseholdScanned)
    ]
    plain["looks"] = [{"at_ms": one.at_ms, "by": one.person, "opened": one.opened} for one in looks]
    return json.dumps(plain, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    return str(value)


def _pictures(desk: Desk, record: WorkerRecord) -> dict[str, bytes]:
    found = {}
    wanted = [("photo.jpg", record.photo.sha256)] if record.photo is not None else []
    scans = scans_of(desk, record.subject)[::-1]
    wanted += [(f"scans/{place:02d}.jpg", scan.sha256) for place, scan in enumerate(scans, start=1)]
    for name, sha256 in wanted:
        data = picture(desk, record.subject, sha256)
        if data is not None:
            found[name] = data
    return found
