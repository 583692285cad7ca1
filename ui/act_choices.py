"""What may be chosen in the acts of the counter: closed lists, and what one worker's record offers. No rule."""

from __future__ import annotations

from collections.abc import Mapping

from station.domain import card
from station.domain.people import CONSENT_ITEMS, LEVELS, tier_needed
from station.domain.reasons import CHANGES, DEFECTS, REASONS
from station.domain.unbinding import SIDES, left_company
from station.domain.worker import WorkerRecord
from station.services import complaints as said_by_households
from station.services.changes import unsettled
from ui import text_acts as words
from ui.acts import Choices
from ui.words import moment, word
from ui.words import words as table


def pieces(record: WorkerRecord, *states: card.State) -> dict[str, str]:
    """The cards of the permit that counts in these states, the newest first."""
    right = record.permit
    found = record.cards_of(right.number) if right is not None else []
    return {
        str(piece.issue_number): words.ISSUE.format(issue=piece.issue_number, state=word("card", piece.state.value))
        for piece in reversed(found)
        if piece.state in states
    }


def reasons(act: str) -> Choices:
    """The closed list of reasons of an act."""
    return lambda _: REASONS[act]


def fixed(table_of: Mapping[str, str]) -> Choices:
    """The same for everybody."""
    return lambda _: table_of


def causes(record: WorkerRecord) -> Mapping[str, str]:
    """Why the permit is paused."""
    open_causes = record.permit.open_causes if record.permit is not None else ()
    return {cause: REASONS["permit.SUSPEND"].get(cause, cause) for cause in open_causes}


def policies(record: WorkerRecord) -> Mapping[str, str]:
    """What this person is insured by and may be taken out of."""
    return {one.policy: words.COVER.format(policy=one.policy, insurer=one.insurer, last=one.last_day)
            for one in record.insurances if one.ended_on is None}  # fmt: skip


def tiers(record: WorkerRecord) -> Mapping[str, str]:
    """The medical tiers; the one the worker's categories ask for says so (D-10)."""
    needed = tier_needed(record.person.categories) if record.person is not None else ""
    return {code: said + (words.TIER_NEEDED if code == needed else "") for code, said in words.TIERS.items()}


def own_defects(record: WorkerRecord) -> Mapping[str, str]:
    """What the open papers were returned for."""
    papers = record.open_application
    return {code: DEFECTS.get(code, code) for code in (papers.defects if papers is not None else ())}


def consents(record: WorkerRecord) -> Mapping[str, str]:
    """Every item, with what stands: a new notice is signed anew, item by item."""
    said = table("consent")
    return {
        item: words.SIGNED.format(item=said[item]) if record.consented(item) else said[item] for item in CONSENT_ITEMS
    }


def answering(record: WorkerRecord) -> Mapping[str, str]:
    """The side that did not ask for it."""
    left = left_company(record)
    return {side: word("leave", side) for side in SIDES if left is None or side != left.ended_by}


def complaints(record: WorkerRecord) -> Mapping[str, str]:
    """What households said and nobody answered."""
    return {
        one.fact: words.COMPLAINT.format(
            when=moment(one.at_ms), topic=word("topic", one.topic), text=one.text or "",
            contact=one.contact or words.NO_CONTACT,
        )
        for one in said_by_households.unanswered(record)
    }  # fmt: skip


def reports(record: WorkerRecord) -> Mapping[str, str]:
    """What the company reported and no paper has answered."""
    return {
        one.fact: words.REPORT.format(what=CHANGES.get(one.what, one.what), on=one.on) for one in unsettled(record)
    }


def holding(*states: card.State) -> Choices:
    """The cards in these states."""
    return lambda record: pieces(record, *states)


ALL_LEVELS = {"": words.NO_LEVEL, **{level: level for levels in LEVELS.values() for level in levels}}
