"""The online code pack of a company: one folder a permit in a zip, with the code as a picture and a sheet to hand out.

The code opens the worker's own page, which shows a fresh code every minute; it names no number. The files are all
written or none of them, and the ledger says who took them and how many.
"""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import zxingcpp
from PIL import Image

from station.documents.kinds import KINDS, Paper, common
from station.documents.sheet import write_pdf
from station.domain import facts, permit
from station.domain.authority import Actor, permit_act
from station.domain.errors import Fault, Refused
from station.domain.identity import PermitNumber
from station.services.desk import Desk, Done
from station.services.phone import LINK_DAYS, phone_link
from station.services.viewseal import ViewSeal

MODULE = 8
QUIET = 4
MANY = 50


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who is not in the pack, by permit number, and why."""

    number: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: the files, for how many people, and who was left out."""

    files: tuple[Path, ...]
    count: int
    skipped: tuple[Skipped, ...] = ()


def own_address(desk: Desk, seal: ViewSeal, number: str) -> str:
    """Where a worker's own page is: the host of the city's codes, and a sealed link."""
    scheme, _, rest = desk.settings.city.url_prefix.partition("://")
    return f"{scheme}://{rest.split('/')[0]}/me/{phone_link(desk, seal, number)}"


def code_png(text: str) -> bytes:
    """The code as PNG: whole modules, quiet zone, level M."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCodeModel2, ec_level="M")
    cells = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False)).reshape(-1)
    side = round(len(cells) ** 0.5)
    framed = np.full((side + 2 * QUIET,) * 2, 255, np.uint8)
    framed[QUIET:-QUIET, QUIET:-QUIET] = cells.reshape(side, side)
    out = io.BytesIO()
    Image.fromarray(framed.repeat(MODULE, axis=0).repeat(MODULE, axis=1)).save(out, "PNG", optimize=True)
    return out.getvalue()


def handout(desk: Desk, number: str, code: bytes) -> Paper:
    """The sheet a worker is given: how to open the online permit, and that the code is theirs alone."""
    subject = desk.ledger.subject_of_permit(number)
    record = desk.worker(subject or "")
    right, name = record.permits[number], record.person.name if record.person is not None else None
    values = {
        **common(desk), "name": name or "—", "number": PermitNumber.parse(number).grouped,
        "company": right.company_name, "days": LINK_DAYS, "title_of_permit": desk.settings.city.permit_title,
    }  # fmt: skip
    return Paper("handout", KINDS["handout"], values, code)


def in_force(desk: Desk, uscc: str) -> list[str]:
    """The numbers of that company's permits in force, in their order. Raises Refused when there is none."""
    company = desk.company(uscc).uscc
    rows = desk.ledger.roll.permits(state=permit.State.ISSUED.value)
    numbers = [row.number for row in rows if row.company == company]
    if not numbers:
        raise Refused("这家企业没有有效的码证，没有可导出的码。", "nothing_to_pack")
    return numbers


def rule_to_pack(numbers: Sequence[str]) -> str:
    """More than fifty people leave the station only with two names (trust.md §8.2)."""
    return "worker.EXPORT_MANY" if len(numbers) > MANY else "worker.EXPORT"


def code_pack(
    desk: Desk, seal: ViewSeal, uscc: str, out: Path, *, actor: Actor, second: Actor | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Done[Packed]:
    """Every permit in force of that company, fifty to a zip; all of the files are there afterwards, or none.

    A person whose sheet cannot be made is left out and named by permit number with the reason. Raises Refused when
    nobody is left.
    """
    numbers = in_force(desk, uscc)
    rule = rule_to_pack(numbers)
    permit_act(rule, actor, second if rule == "worker.EXPORT_MANY" else None)
    pieces = [numbers[at : at + MANY] for at in range(0, len(numbers), MANY)]
    files = [out] if len(pieces) == 1 else [out.with_stem(f"{out.stem}-{nth}") for nth in range(1, len(pieces) + 1)]
    parts = [file.with_name(f".{file.name}.part") for file in files]
    skipped: list[Skipped] = []
    try:
        for nth, (piece, part) in enumerate(zip(pieces, parts, strict=True)):
            skipped += _write(desk, seal, piece, part, functools.partial(_tell_all, tell, nth * MANY, len(numbers)))
        if len(skipped) == len(numbers):
            raise Refused(f"没有一个人的码可以导出：{skipped[0].sentence}", "nothing_to_pack")
        for part, file in zip(parts, files, strict=True):
            part.replace(file)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    count = len(numbers) - len(skipped)
    who = f" {second.person}" if second is not None and rule == "worker.EXPORT_MANY" else ""
    told = facts.StationActed("EXPORTED", desk.today(), f"codes {count}{who}")
    desk.ledger.append([(f"station:{desk.settings.station}", told)], actor=actor.person)
    return Done(Packed(tuple(files), count, tuple(skipped)))


def _tell_all(tell: Callable[[int, int], None], before: int, total: int, done: int) -> None:
    tell(before + done, total)


def _write(
    desk: Desk, seal: ViewSeal, numbers: Sequence[str], part: Path, tell: Callable[[int], None]
) -> list[Skipped]:
    """One zip of these permits; answers who had to be left out."""
    skipped = []
    with TemporaryDirectory() as folder, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as pack:
        for done, number in enumerate(numbers, start=1):
            try:
                code = code_png(own_address(desk, seal, number))
                sheet = write_pdf(handout(desk, number, code), Path(folder) / "sheet.pdf")
            except (Refused, Fault) as why:
                skipped.append(Skipped(number, why.sentence))
            else:
                pack.writestr(f"{number}/code.png", code)
                pack.write(sheet, f"{number}/handout.pdf")
            tell(done)
    return skipped
