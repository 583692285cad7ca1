"""A company's list of 5,000 rows with photos: read, checked, taken; beside a plain full load of the same workbook.

    python -m tests.bench.bench_company [ROWS] [TAKEN]

Reading happens in the child process with its limits; memory is the highest resident set of child and parent.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from station.company.opener import Opener
from station.company.taking import read_list, take
from station.domain.authority import Actor
from station.services.people_of_rehearsal import citizen_check
from tests.company.lists import good_row, write_list, write_photos
from tests.stories.town import found_town

TODAY = date(2026, 3, 2)
PLAIN = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print(sum(1 for _ in book.worksheets[0].iter_rows()))
"""


def _rows(count: int) -> list[dict[str, object]]:
    rows = []
    for index in range(count):
        first17 = f"330102{1965 + index % 30}{1 + index % 12:02d}{1 + index // 360 % 28:02d}{index % 1000:03d}"
        rows.append({**good_row(index % 900, TODAY), "document": first17 + citizen_check(first17), "photo": "face.jpg"})
    return rows


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sheet = write_list(place / "list.xlsx", _rows(count))
        photos = write_photos(place / "photos", 1, TODAY)
        next(photos.iterdir()).rename(photos / "face.jpg")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", PLAIN, str(sheet)], check=True, stdout=subprocess.DEVNULL)
        plain = time.perf_counter() - began
        town = found_town(place / "town", TODAY)
        uscc = town.uscc("金桥家政")
        with Opener(seconds=120) as opener:
            began = time.perf_counter()
            lines = opener.rows(sheet)
            read = time.perf_counter() - began
            began = time.perf_counter()
            rows = read_list(town.desk, opener, sheet, photos, uscc)
            checked = time.perf_counter() - began
            good = [row for row in rows if row.good]
            began = time.perf_counter()
            runs = take(
                town.desk, good[:wanted], uscc, opener=opener, photos=photos, clerk=town.staff.clerk,
                reviewer=Actor("reviewer", ("COMPANY_REVIEWER",)),
            )  # fmt: skip
            taken = sum(bool(one.subject) for one in runs)
            per_row = (time.perf_counter() - began) / max(1, taken)
        town.close()
    print(f"{count} rows, {len(lines)} lines read, {len(good)} good")
    print(f"read in the child, with all limits      {read:8.2f} s")
    print(f"plain full load (openpyxl, baseline)    {plain:8.2f} s   ours takes {read / plain:.2f} of it")
    print(f"read and checked, with photos and roll  {checked:8.2f} s   {count / checked:.0f} rows/s")
    print(f"taken, with photo and all papers        {1000 * per_row:8.0f} ms a row ({taken} taken)")
    print(f"memory: station {_peak(resource.RUSAGE_SELF):.0f} MB, child {_peak(resource.RUSAGE_CHILDREN):.0f} MB")


if __name__ == "__main__":
    main()
