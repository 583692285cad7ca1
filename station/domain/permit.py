"""The life of a permit (码证): generated, issued, suspended, cancelled, revoked, as one table (domain.md §12.4).

Safety does not depend on order: cancelled and revoked are final whatever arrives later, and a permit stays
suspended while any one cause of suspension has not been cleared.
"""

from __future__ import annotations

from enum import Enum

from station.domain import words
from station.domain.errors import Refused


class State(Enum):
    """What a permit is. SUPERSEDED belongs to a scanned card, not to the permit: see `standing`."""

    GENERATED = "generated"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    REVOKED = "revoked"


class Act(Enum):
    RELEASE = "release"  # A15, C1
    SUSPEND = "suspend"  # C2, C3
    REINSTATE = "reinstate"  # C4, two people
    CANCEL = "cancel"  # C5
    REVOKE = "revoke"  # C6
    TRANSFER = "transfer"  # §12.8: same number, new company


class Cause(Enum):
    """Why a permit was suspended, cancelled or revoked: a closed list (domain.md §12.4)."""

    AFFILIATION_ENDED = "affiliation_ended"
    COMPANY_CLOSED = "company_closed"
    MEDICAL_UNFIT = "medical_unfit"
    REFRESH_OVERDUE = "refresh_overdue"
    MISMATCH_FOUND = "mismatch_found"
    COMPLAINT = "complaint"
    ADVERSE_HINT = "adverse_hint"
    MISUSE = "misuse"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    WORKER_ASKED = "worker_asked"
    LEFT_TRADE = "left_trade"
    DECEASED = "deceased"
    NO_TRANSFER = "no_transfer"
    DUPLICATE = "duplicate"
    BACKGROUND_FAILED = "background_failed"
    FALSE_MATERIAL = "false_material"
    LENT_CARD = "lent_card"
    SERIOUS_VIOLATION = "serious_violation"
    OTHER = "other"


STEPS: dict[State, dict[Act, State]] = {
    State.GENERATED: {Act.RELEASE: State.ISSUED, Act.CANCEL: State.CANCELLED, Act.REVOKE: State.REVOKED},
    State.ISSUED: {
        Act.SUSPEND: State.SUSPENDED,
        Act.CANCEL: State.CANCELLED,
        Act.REVOKE: State.REVOKED,
        Act.TRANSFER: State.ISSUED,
    },
    State.SUSPENDED: {
        Act.SUSPEND: State.SUSPENDED,  # a second cause
        Act.REINSTATE: State.ISSUED,
        Act.CANCEL: State.CANCELLED,
        Act.REVOKE: State.REVOKED,
        Act.TRANSFER: State.SUSPENDED,
    },
    State.CANCELLED: {},
    State.REVOKED: {},
}

FINAL = frozenset({State.CANCELLED, State.REVOKED})

CAUSES: dict[Act, frozenset[Cause]] = {
    Act.SUSPEND: frozenset(
        {
            Cause.AFFILIATION_ENDED,
            Cause.COMPANY_CLOSED,
            Cause.MEDICAL_UNFIT,
            Cause.REFRESH_OVERDUE,
            Cause.MISMATCH_FOUND,
            Cause.COMPLAINT,
            Cause.ADVERSE_HINT,
            Cause.MISUSE,
            Cause.CONSENT_WITHDRAWN,
            Cause.OTHER,
        }
    ),
    Act.CANCEL: frozenset(
        {
            Cause.WORKER_ASKED,
            Cause.LEFT_TRADE,
            Cause.DECEASED,
            Cause.NO_TRANSFER,
            Cause.DUPLICATE,
            Cause.OTHER,
        }
    ),
    Act.REVOKE: frozenset(
        {
            Cause.BACKGROUND_FAILED,
            Cause.FALSE_MATERIAL,
            Cause.LENT_CARD,
            Cause.SERIOUS_VIOLATION,
            Cause.OTHER,
        }
    ),
}


def after(state: State, act: Act) -> State:
    """The state that follows. Raises Refused when the table has no such step."""
    try:
        return STEPS[state][act]
    except KeyError:
        said = f"码证当前为“{words.PERMIT[state.value]}”，不能执行“{words.ACTS[act.value]}”。"
        raise Refused(said, "permit_step") from None
