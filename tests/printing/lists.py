"""A company's list of made-up workers as xlsx, a photo each: `python -m tests.printing.lists FOLDER COUNT`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from PIL import Image

from station.cards.portraits import rehearsal_portrait
from station.domain.people import CATEGORIES
from station.services.people_of_rehearsal import person

TODAY = date(2026, 11, 23)
FACES = 12


def make_list(folder: Path, count: int) -> tuple[Path, Path]:
    """The list and its folder of photos. Faces repeat, people do not."""
    photos = folder / "photos"
    photos.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    page = book.active
    page.append(("金桥家政 2026 年 11 月制卡名单",))
    page.append(("序号", "姓名", "身份证号", "手机", "服务类别", "照片"))
    for index in range(count):
        who = person(index, TODAY)
        name = f"{index + 1:04d}.jpg"
        words = "、".join(CATEGORIES[code] for code in who.categories)
        page.append((index + 1, who.name, who.number, who.phone, words, name))
        Image.fromarray(rehearsal_portrait(index % FACES)).save(photos / name, quality=88)
    path = folder / "list.xlsx"
    book.save(path)
    return path, photos


if __name__ == "__main__":
    print(*make_list(Path(sys.argv[1]), int(sys.argv[2])))
