"""死码, 错码, 坏码: the conditions of domain.md §14 and one of trust.md T3, what each asks for, and what a finding is.

The conditions themselves: `health_worker` (one record), `health_visits` (what the doors saw), `health_across` (several
records), `health_seen` (a code that was just looked at). All are pure; who runs them and when stands in
station/services/health.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Class(Enum):
    """死码 answers though nothing true stands behind it, 错码 answers wrongly, 坏码 cannot be read or trusted."""

    DEAD = "DEAD"
    WRONG = "WRONG"
    BAD = "BAD"


class Action(Enum):
    """What the person at the work list does. Nothing here happens by itself."""

    SUSPEND = "suspend"
    SUSPEND_BATCH = "suspend_batch"
    CANCEL = "cancel"
    REFRESH = "refresh"
    PROPOSE_CANCEL = "propose_cancel"
    ISSUE_OR_HAND_OVER = "issue_or_hand_over"
    SYNC = "sync"
    SUSPEND_AND_REPRINT = "suspend_and_reprint"
    CORRECT = "correct"
    BLOCK = "block"
    PAGE_OFF = "page_off"
    ANSWER_RED = "answer_red"
    VOID_EVIDENCE = "void_evidence"
    SUSPEND_AND_REPORT = "suspend_and_report"
    LOOK_INTO = "look_into"
    SPOIL = "spoil"
    REPORT_FORGERY = "report_forgery"
    ALARM = "alarm"


ACTIONS: dict[str, Action] = {
    "DEAD-1": Action.SUSPEND,
    "DEAD-2": Action.SUSPEND_BATCH,
    "DEAD-3": Action.CANCEL,
    "DEAD-4": Action.REFRESH,
    "DEAD-5": Action.PROPOSE_CANCEL,
    "DEAD-6": Action.ISSUE_OR_HAND_OVER,
    "DEAD-7": Action.SYNC,
    "WRONG-1": Action.SUSPEND_AND_REPRINT,
    "WRONG-2": Action.CORRECT,
    "WRONG-3": Action.BLOCK,
    "WRONG-4": Action.PAGE_OFF,
    "WRONG-5": Action.ANSWER_RED,
    "WRONG-6": Action.SUSPEND,
    "WRONG-7": Action.VOID_EVIDENCE,
    "WRONG-8": Action.SUSPEND_AND_REPORT,
    "WRONG-9": Action.LOOK_INTO,
    "BAD-1": Action.SPOIL,
    "BAD-2": Action.SPOIL,
    "BAD-3": Action.REPORT_FORGERY,
    "BAD-4": Action.SPOIL,
    "BAD-5": Action.ALARM,
    "BAD-6": Action.SPOIL,
}
"""Every condition of the table with its action; WRONG-9 is the anomaly rule of trust.md T3."""

ON_SCAN = frozenset({"DEAD-7", "WRONG-1", "WRONG-4", "WRONG-5", "BAD-1", "BAD-2", "BAD-3", "BAD-5"})
"""Asked at every scan or read-back as well (marked * in the table)."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One condition that holds. `about` is a permit number, card or city; `detail` a code, never a name."""

    condition: str
    about: str
    subject: str = ""
    city: str = ""
    detail: str = ""

    @property
    def kind(self) -> Class:
        return Class(self.condition.partition("-")[0])

    @property
    def action(self) -> Action:
        return ACTIONS[self.condition]


def counts(findings: Iterable[Finding]) -> dict[str, dict[str, dict[str, int]]]:
    """City -> class -> condition -> how many."""
    told: dict[str, dict[str, dict[str, int]]] = {}
    for one in findings:
        row = told.setdefault(one.city, {}).setdefault(one.kind.value, {})
        row[one.condition] = row.get(one.condition, 0) + 1
    return told
