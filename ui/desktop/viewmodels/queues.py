"""What waits at the desks, list by list, the most urgent first; and which act usually comes next for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from station.domain import application, card
from station.domain.days import day_of
from station.domain.decide.changes import AT_ONCE
from station.domain.escalation import answer_by, defect_list_by
from station.domain.health import Action
from station.domain.reasons import CHANGES
from station.ledger.inbox import ApplicationRow
from station.services import changes, complaints, conflicts, night, retention
from station.services import overdue as presses
from station.services.desk import Desk
from station.services.notices import key_of
from station.services.overdue import Late, Pressing
from ui import text_acts as words
from ui.desktop.viewmodels.people import PersonRow, person_rows
from ui.words import moment, word
from ui.words import words as table

NEXT_ACT = {
    "draft": "put_to_review",
    "company_review": "pass_review",
    "submitted": "accept",
    "returned": "answer",
    "credit_review": "pass_credit",
    "evidence_pending": "medical",
    "ready": "generate",
    "generated": "release",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a list: the person, why they are on it, and the act that usually comes next."""

    person: PersonRow
    act: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """One list, and how many lines each of the others has."""

    name: str
    lines: list[Waiting]
    counts: dict[str, int]


def queue(desk: Desk, name: str) -> QueueView:
    """One list with all counts."""
    found = {one: load(desk) for one, load in LISTS.items()}
    return QueueView(name, found[name], {one: len(lines) for one, lines in found.items()})


def _lines(desk: Desk, told: list[tuple[str, str, str]]) -> list[Waiting]:
    """Lines of (subject, why, act), in that order; nobody's facts are read for them."""
    roll = desk.ledger.roll
    rows = {row.subject: row for row in roll.workers(sorted({subject for subject, _, _ in told}))}
    known = [(rows[subject], note, act) for subject, note, act in told if subject in rows]
    made = person_rows(desk, [row for row, _, _ in known], desk.clock.today())
    return [
        Waiting(replace(one, state=note), act) for one, (_, note, act) in zip(made, known, strict=True)
    ]


def review(desk: Desk) -> list[Waiting]:
    """Open applications: the one that is due first first, then in the order of arrival (R47)."""
    today = desk.clock.today()
    return _lines(
        desk, [(row.subject, _due(desk, row, today), NEXT_ACT.get(row.state, "")) for row in desk.ledger.inbox.open()]
    )


def _due(desk: Desk, row: ApplicationRow, today: date) -> str:
    stage = word("application", row.state)
    if row.due is None:
        since = day_of(row.since_ms)
        if row.state == application.State.SUBMITTED.value:
            return f"{stage}：{words.NOT_STARTED.format(day=defect_list_by(since, desk.calendar))}"
        if row.state == application.State.RETURNED.value:
            return f"{stage}：{words.ANSWER_BY.format(day=answer_by(since))}"
        return stage
    left = desk.calendar.working_days_left(today, row.due)
    if left < 0:
        note = words.OVERDUE.format(days=-left)
    else:
        note = words.DUE_TODAY if left == 0 else words.DAYS_LEFT.format(days=left, due=row.due)
    extended = words.EXTENDED if row.extensions else ""
    return f"{stage}：{note}{extended}{words.PROVISIONAL if row.due_provisional else ''}"


def overdue(desk: Desk) -> list[Waiting]:
    """A18, D-19, D-20: what is late, since when, whose turn it is, and who has been told."""
    today = desk.clock.today()
    return _lines(desk, [(one.subject, _late(desk, one, today), _mends(one)) for one in presses.pressing(desk)])


def _late(desk: Desk, one: Pressing, today: date) -> str:
    name = "apply_now" if one.what in AT_ONCE else one.late.value
    said = words.LATE[name].format(
        what=CHANGES.get(one.what, one.what),
        stage=word("application", one.stage) if one.stage else "", paper=words.EXPIRES.get(one.paper, ""),
        last=one.last, days=-desk.calendar.working_days_left(today, one.last),
    )  # fmt: skip
    turn = words.TURN.format(who=words.ROLES[one.turn])
    told = words.TOLD.format(who="、".join(words.ROLES[role] for role in one.told)) if one.told else ""
    return f"{said}{turn}{told}"


def _mends(one: Pressing) -> str:
    if one.late is Late.DEFECT_LIST:
        return "return_papers"
    if one.late is Late.APPLY:
        return APPLIED_BY.get(one.what, "")
    return one.paper or NEXT_ACT.get(one.stage, "")


def change_lines(desk: Desk) -> list[Waiting]:
    """D-20: what companies reported and nobody has applied, by when it must be, and how late the company was."""
    told = []
    for one in changes.waiting(desk):
        what = CHANGES.get(one.report.what, one.report.what)
        if one.report.what in AT_ONCE:
            said = words.LATE["apply_now"].format(what=what, last=one.report.on)
        else:
            said = words.CHANGE.format(what=what, on=one.report.on, due=one.due)
        late = words.CHANGE_LATE.format(days=one.company_late) if one.company_late else ""
        told.append((one.subject, said + late, APPLIED_BY.get(one.report.what, "")))
    return _lines(desk, told)


APPLIED_BY = {
    "UNFIT": "medical",
    "MEDICAL": "medical",
    "ADVERSE": "background",
    "INSURANCE": "insurance",
    "IDENTITY": "correct",
}
"""Which act brings the paper of a reported change."""


def cards(desk: Desk) -> list[Waiting]:
    """Cards to print, those whose print is in doubt first; Enter goes to the printing desk."""
    jobs = desk.ledger.jobs
    doubtful, asked = jobs.doubtful(), jobs.in_states([card.State.ASKED.value])
    told = [(job.subject, words.ISSUE.format(issue=job.issue_number, state=word("card", job.state)), PRINTING)
            for job in (*doubtful, *asked)]  # fmt: skip
    return _lines(desk, told)


def refresh(desk: Desk) -> list[Waiting]:
    """R37."""
    return _lines(
        desk,
        [(row.subject, words.REFRESH[row.stage.value].format(due=row.due), "refresh")
         for row in night.refresh_list(desk)],
    )  # fmt: skip


def expiring(desk: Desk, notices: Sequence[night.NoticeRow] | None = None) -> list[Waiting]:
    """Notices 60/30/7/1; `notices` where they have been gathered already."""
    told, known = [], {}
    for row in sorted(night.notices(desk) if notices is None else notices, key=lambda line: line.expiry.last_day):
        said = words.EXPIRING.format(
            paper=words.EXPIRES[row.expiry.paper], last=row.expiry.last_day, days=row.expiry.days,
            notice=row.expiry.notice,
        )  # fmt: skip
        if row.company not in known:
            known[row.company] = desk.company(row.company).noticed
        given = known[row.company].get(key_of(row))
        told.append((row.subject, said + (words.NOTICED.format(day=given) if given else ""), row.expiry.paper))
    return _lines(desk, told)


def hand_over(desk: Desk) -> list[Waiting]:
    """Cards that are active and still here."""
    rows = desk.ledger.jobs.in_states([card.State.ACTIVE.value])
    told = [
        (row.subject, words.ISSUE.format(issue=row.issue_number, state=word("card", row.state)), "hand_to_company")
        for row in rows
    ]
    return _lines(desk, told)


def transfers(desk: Desk) -> list[Waiting]:
    """§12.8, D-21: who left the company their permit names, whose word is awaited, and until when."""
    told = []
    for row in night.leavers(desk):
        leave = table("leave")
        said = leave[row.stage].format(sides="、".join(leave[side] for side in row.sides), due=row.due)
        told.append((row.subject, said, LEAVER_ACTS[row.stage]))
    return _lines(desk, told)


LEAVER_ACTS = {
    "waiting": "confirm_unbinding",
    "silent": "decide_unbinding",
    "objected": "decide_unbinding",
    "free": "open",
    "overdue": "cancel",
}


def conflict_lines(desk: Desk) -> list[Waiting]:
    """What two places said that does not fit together: what, who said it when and where, and what usually helps."""
    told = []
    for clash in conflicts.waiting(desk):
        row = clash.row
        said = words.CONFLICTS.get(row.code, row.code)
        if clash.actor:
            said += words.CONFLICT_BY.format(when=moment(clash.at_ms), who=clash.actor, station=clash.station)
        told.append((row.subject, said, SETTLED_BY.get(row.code, "settle")))
    return _lines(desk, told)


SETTLED_BY = {"SECOND_LIVE_PERMIT": "cancel", "SECOND_OPEN_APPLICATION": "withdraw", "SENT_TWICE": "reissue"}
"""Which act usually makes the records fit again; for anything else a person looks and says what counts."""


def complaint_lines(desk: Desk) -> list[Waiting]:
    """R9: what a household said about this person, when, and how to reach the household."""
    told = []
    for one in complaints.waiting(desk):
        said = words.COMPLAINT.format(
            when=moment(one.complaint.at_ms), topic=word("topic", one.complaint.topic), text=one.complaint.text or "",
            contact=one.complaint.contact or words.NO_CONTACT,
        )  # fmt: skip
        told.append((one.subject, said, "answer_complaint"))
    return _lines(desk, told)


def code_health(desk: Desk) -> list[Waiting]:
    """死码、错码、坏码 of the last sweep, each with what to do; lines about the whole city first name no person."""
    told = []
    for one in desk.ledger.worklist.lines():
        said = words.FINDING.format(
            condition=one.condition, what=word("health", one.condition), action=word("health_action", one.action.value)
        )
        line = _lines(desk, [(one.subject, said, ACT_OF.get(one.action, ""))]) if one.subject else []
        told += line or [Waiting(PersonRow("", words.WHOLE_CITY, "", "", one.about, said, "unknown"), "")]
    return told


ACT_OF = {
    Action.SUSPEND: "suspend",
    Action.SUSPEND_BATCH: "suspend",
    Action.BLOCK: "suspend",
    Action.SUSPEND_AND_REPRINT: "suspend",
    Action.SUSPEND_AND_REPORT: "suspend",
    Action.CANCEL: "cancel",
    Action.PROPOSE_CANCEL: "cancel",
    Action.REFRESH: "refresh",
    Action.ISSUE_OR_HAND_OVER: "hand_to_company",
    Action.ANSWER_RED: "take_back",
    Action.CORRECT: "credit",
}
"""Which act settles a finding; for the others the file is opened."""


def kept_long_enough(desk: Desk) -> list[Waiting]:
    """§11.4: whose data go by themselves within the next days, so that somebody may look before."""
    told = [(row.subject, words.KEPT[row.due].format(after=row.after), "") for row in retention.due_list(desk)]
    return _lines(desk, told)


PRINTING = "issue"
"""No act of a form: the card of the person is printed at the printing desk."""


LISTS: dict[str, Callable[[Desk], list[Waiting]]] = {
    "review": review,
    "overdue": overdue,
    "changes": change_lines,
    "refresh": refresh,
    "expiring": expiring,
    "cards": cards,
    "hand_over": hand_over,
    "transfers": transfers,
    "conflicts": conflict_lines,
    "complaints": complaint_lines,
    "health": code_health,
    "retention": kept_long_enough,
}
