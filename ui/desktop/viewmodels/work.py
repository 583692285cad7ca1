"""What today's page shows: counts and one list of what a person must do, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from station.domain import card
from station.services import conflicts, night
from station.services.desk import Desk
from ui.desktop import text
from ui.desktop.viewmodels.people import PersonRow, person_row
from ui.words import word


@dataclass(frozen=True, slots=True)
class TodayView:
    counts: dict[str, int]
    todo: list[PersonRow]


def today(desk: Desk, limit: int = 60) -> TodayView:
    """Counts and the to-do list as of now."""
    ledger, day = desk.ledger, desk.clock.today()
    jobs, inbox, roll = ledger.jobs, ledger.inbox, ledger.roll
    asked = jobs.in_states([card.State.ASKED.value])
    doubtful = jobs.doubtful()
    active = jobs.in_states([card.State.ACTIVE.value])
    papers = inbox.open()
    due = [row for row in papers if row.due is not None and row.due <= day]
    soon = day + timedelta(days=30)
    expiring = {r.subject: r for paper in ("medical", "insurance") for r in roll.running_out(paper, day, soon)}
    counts = {
        "to_print": len(asked),
        "doubtful": len(doubtful),
        "to_hand": len(active),
        "open": len(papers),
        "due": len(due),
        "expiring": len(expiring),
        "conflicts": len(conflicts.waiting(desk)),
        "issued": len(roll.permits(live=True)),
    }
    notes: dict[str, str] = {}
    for subject, note in [
        *((j.subject, text.NOTES["doubtful"]) for j in doubtful),
        *((r.subject, text.NOTE_DUE.format(due=r.due)) for r in due),
        *((j.subject, text.NOTES["to_print"]) for j in asked),
        *((r.subject, f"{word('application', r.state)}") for r in papers),
        *((j.subject, text.NOTES["to_hand"]) for j in active),
        *((r.subject, text.NOTES["transfer"]) for r in night.leavers(desk)),
        *((s, text.NOTES["expiring"]) for s in expiring),
    ]:
        notes.setdefault(subject, note)
    rows = []
    for subject, note in list(notes.items())[:limit]:
        found = roll.worker(subject)
        if found is not None:
            row = person_row(desk, found, day)
            rows.append(PersonRow(row.subject, row.name, row.number, row.company, row.permit, note, row.colour))
    return TodayView(counts, rows)
