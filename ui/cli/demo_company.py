"""The company's two ends of the demo: its list comes in through the company desk, its cards go out at the hand-over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from station.cards.portraits import rehearsal_portrait
from station.company.opener import Opener
from station.company.rehearsal_lists import write_list
from station.company.taking import read_list, take
from station.domain.errors import Refused
from station.services import rehearsal, supervising
from station.services.desk import Desk
from station.services.people_of_rehearsal import person

EMPLOYERS = 3


def hand_in(desk: Desk, folder: Path, workers: int, first: int = 0) -> int:
    """Each made-up company hands in its workers as a workbook with photos; answers how many applications came in.

    The workers are those from number `first` on.
    """
    staff, today, count = rehearsal.cast(desk.settings.city.code), desk.today(), 0
    notice = desk.settings.city.notice_version
    with Opener() as opener:
        for index in range(EMPLOYERS):
            people = [person(n, today) for n in range(first, first + workers) if n % EMPLOYERS == index]
            if not people:
                continue
            uscc = rehearsal.employer(desk, index, staff)
            sheet, photos = write_list(folder, f"list-{index + 1}", people, rehearsal_portrait, today, notice)
            rows = read_list(desk, opener, sheet, photos, uscc)
            wrong = next((row for row in rows if not row.good), None)
            if wrong is not None:
                raise Refused(wrong.findings[0].sentence, "list")
            runs = take(desk, rows, uscc, opener=opener, photos=photos, clerk=staff.clerk, reviewer=staff.reviewer)
            count += sum(bool(one.subject) for one in runs)
    return count


def hand_over(desk: Desk, made: list[dict[str, Any]]) -> int:
    """Active cards go to the company's collector and on to the worker (R27); answers how many."""
    staff, count = rehearsal.cast(desk.settings.city.code), 0
    for one in made:
        if one["state"] != "active":
            continue
        subject, number, issue = one["subject"], one["number"], one["issue"]
        supervising.hand_to_company(
            desk, subject, number, issue, collector=staff.handler.person, actor=staff.clerk
        )
        supervising.hand_to_worker(desk, subject, number, issue, actor=staff.handler)
        count += 1
    return count
