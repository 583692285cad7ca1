"""The online code pack of a company: one folder a permit in a zip, with the code as a picture and a sheet to hand out.

The code opens the worker's own page, which shows a fresh code every minute; it names no number. A zip is written whole
or not at all, and the ledger says who took it and how many.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import zxingcpp
from PIL import Image

from station.documents.kinds import KINDS, Paper, common
from station.documents.sheet import write_pdf
from station.domain import facts, permit
from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.services.desk import Desk, Done
from station.services.phone import LINK_DAYS, phone_link
from station.services.viewseal import ViewSeal

MODULE = 8
QUIET = 4


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


def code_pack(
    desk: Desk, seal: ViewSeal, uscc: str, out: Path, *, actor: Actor,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Done[int]:
    """Every permit in force of that company; answers how many. Raises Refused when there is none."""
    permit_act("worker.EXPORT", actor)
    company = desk.company(uscc).uscc
    rows = [r for r in desk.ledger.roll.permits(state=permit.State.ISSUED.value) if r.company == company]
    if not rows:
        raise Refused("这家企业没有有效的码证，没有可导出的码。", "nothing_to_pack")
    part = out.with_name(f".{out.name}.part")
    with TemporaryDirectory() as folder, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as pack:
        for done, row in enumerate(rows, start=1):
            code = code_png(own_address(desk, seal, row.number))
            sheet = write_pdf(handout(desk, row.number, code), Path(folder) / "sheet.pdf")
            pack.writestr(f"{row.number}/code.png", code)
            pack.write(sheet, f"{row.number}/handout.pdf")
            tell(done, len(rows))
    part.replace(out)
    told = facts.StationActed("EXPORTED", desk.today(), f"codes {len(rows)}")
    desk.ledger.append([(f"station:{desk.settings.station}", told)], actor=actor.person)
    return Done(len(rows))
