"""The list and the photos a made-up company hands in at a rehearsal: the same workbook a real one would fill in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from devices.contracts import Picture
from station.company.columns import COLUMNS, CONSENTS, SAID_YES, SHEET, TRAINED_BY
from station.domain.people import CATEGORIES
from station.services.people_of_rehearsal import RehearsalPerson
from station.services.rehearsal import jpeg


def write_list(
    folder: Path, name: str, people: Sequence[RehearsalPerson], portrait: Callable[[int], Picture], today: date,
    notice: str,
) -> tuple[Path, Path]:
    """Sheet and photo folder. Medical and insurance follow once the credit check has passed (R24)."""
    photos = folder / name
    photos.mkdir(parents=True)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append([column.heading for column in COLUMNS])
    for who in people:
        row = _row(who, today, notice)
        sheet.append([row.get(column.key, "") for column in COLUMNS])
        (photos / f"{who.number}.jpg").write_bytes(jpeg(portrait(who.index)))
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path, photos


def _row(who: RehearsalPerson, today: date, notice: str) -> dict[str, str]:
    return {
        "name": who.name,
        "document": who.number,
        "phone": who.phone,
        "categories": "、".join(CATEGORIES[code] for code in who.categories),
        "authorised_on": (today - timedelta(days=3)).isoformat(),
        "fingerprint": SAID_YES,
        **dict.fromkeys(CONSENTS, SAID_YES),
        "notice": notice,
        "training": f"PX{who.index:06d}",
        "training_by": TRAINED_BY,
        "training_on": (today - timedelta(days=400)).isoformat(),
        "card": SAID_YES,
    }
