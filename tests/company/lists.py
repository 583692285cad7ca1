"""Lists as companies hand them in: good rows made from the rehearsal's people, changed cell by cell by the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from station.cards.portraits import rehearsal_portrait
from station.company.columns import BY_KEY, COLUMNS, CONSENTS
from station.domain.people import CATEGORIES
from station.services.people_of_rehearsal import person
from station.services.rehearsal import jpeg

TODAY = date(2026, 3, 2)


def good_row(index: int, today: date = TODAY) -> dict[str, object]:
    """One row without a fault."""
    who = person(index, today)
    return {
        "name": who.name,
        "document": who.number,
        "phone": who.phone,
        "categories": "、".join(CATEGORIES[code] for code in who.categories),
        "authorised_on": (today - timedelta(days=3)).isoformat(),
        "fingerprint": "是",
        **dict.fromkeys(CONSENTS, "是"),
        "notice": "2026-1",
        "training": f"PX{index:06d}",
        "training_by": "市家协培训中心",
        "training_on": (today - timedelta(days=90)).isoformat(),
        "fit": "合格",
        "examined_on": (today - timedelta(days=10)).isoformat(),
        "policy": f"P{index}",
        "insurer": "人保财险",
        "insured_from": today.isoformat(),
        "insured_until": (today + timedelta(days=364)).isoformat(),
        "card": "是",
    }


def write_list(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """A workbook with the template's headings and these rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("人员名单")
    sheet.append([column.heading for column in COLUMNS])
    for row in rows:
        assert set(row) <= set(BY_KEY)
        sheet.append([row.get(column.key) for column in COLUMNS])
    book.save(path)
    return path


def write_photos(folder: Path, count: int, today: date = TODAY) -> Path:
    """Photos by document number."""
    folder.mkdir(exist_ok=True)
    pictures = [jpeg(rehearsal_portrait(seed)) for seed in range(6)]
    for index in range(count):
        (folder / f"{person(index, today).number}.jpg").write_bytes(pictures[index % len(pictures)])
    return folder
