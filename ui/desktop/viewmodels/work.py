"""What today's page shows: numbers, each with the list it counts, and one list of what a person must do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from station.domain.due import Refresh
from station.services import night
from station.services.desk import Desk
from station.services.overdue import Late, pressing
from ui import text_acts as words
from ui.desktop import text
from ui.desktop.viewmodels import queues
from ui.desktop.viewmodels.people import PersonRow
from ui.words import word

FIRST = (
    "overdue", "changes", "cards", "complaints", "conflicts", "review", "hand_over", "transfers", "refresh", "expiring",
)  # fmt: skip
"""The order in which lists feed the one list of what to do; a person stands in it once."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the page: how many, and what they are made of."""

    count: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TodayView:
    numbers: dict[str, Number]
    todo: list[PersonRow]


def today(desk: Desk, limit: int = 60) -> TodayView:
    """Numbers and the to-do list as of now."""
    notices = night.notices(desk)
    lists = {name: load(desk) for name, load in queues.LISTS.items() if name != "expiring"}
    lists["expiring"] = queues.expiring(desk, notices)
    ledger, day = desk.ledger, desk.clock.today()
    papers = ledger.inbox.open()
    late = [line for line in pressing(desk) if line.late is not Late.ANSWER]
    clocks = Counter(row.stage for row in night.refresh_list(desk))
    soon = sum(row.expiry.days <= SOON for row in notices)
    doubtful = len(ledger.jobs.doubtful())
    numbers = {
        "overdue": Number(len(late), _split(Counter(words.ROLES[line.turn] for line in late))),
        "due": Number(sum(row.due == day for row in papers)),
        "open": Number(len(papers), _split(Counter(word("application", row.state) for row in papers), 2)),
        "refresh": Number(clocks.total(), _split(Counter(
            {text.TODAY_LATE: clocks[Refresh.OVERDUE], text.TODAY_GRACE: clocks[Refresh.GRACE_OVER]}
        ))),
        "expiring": Number(len(lists["expiring"]), text.TODAY_SOON.format(days=SOON, count=soon) if soon else ""),
        "complaints": Number(len(lists["complaints"])),
        "to_print": Number(len(lists["cards"]), _split(Counter({text.DOUBTFUL: doubtful}))),
        "to_hand": Number(len(lists["hand_over"])),
        "conflicts": Number(len(lists["conflicts"])),
        "transfers": Number(len(lists["transfers"])),
        "health": Number(len(lists["health"])),
        "issued": Number(ledger.roll.live_count()),
    }  # fmt: skip
    rows: dict[str, PersonRow] = {}
    for name in FIRST:
        for line in lists[name]:
            note = f"{words.QUEUES[name]}：{line.person.state}"
            rows.setdefault(line.person.subject, replace(line.person, state=note))
    return TodayView(numbers, list(rows.values())[:limit])


SOON = 7
"""Days within which a paper that ends is named on the number itself."""


def _split(parts: Counter[str], most: int = 4) -> str:
    """企业 2 · 商务局 1: the larger part first, nothing for nothing."""
    return " · ".join(f"{name} {count}" for name, count in parts.most_common(most) if count)
