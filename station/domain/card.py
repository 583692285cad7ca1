"""The life of one piece of plastic, as one table: from asked to active, handed over, spoiled or void.

Everything that may happen to a card stands in STEPS (trust.md §5.1, domain.md §12.5); an act that is not there is
refused. After SENDING no path leads back to sending the same token: a stray second copy can never become valid.
"""

from __future__ import annotations

from enum import Enum

from station.domain import words
from station.domain.errors import Refused


class State(Enum):
    """Where a card is. The value is the word in facts, tables and logs."""

    ASKED = "asked"  # 待制: somebody wants this card
    RESERVED = "reserved"  # a blank and a printer are set aside; nothing was sent
    SENDING = "sending"  # bytes may have left
    SENT = "sent"  # bytes handed over, the printer answered
    DOUBTFUL = "doubtful"  # a person must look and scan
    VERIFIED = "verified"  # the camera read exactly this token, one card
    ACTIVE = "active"  # this card answers for the permit
    WITH_COMPANY = "with_company"
    WITH_WORKER = "with_worker"
    REPLACED = "replaced"
    LOST = "lost"
    DAMAGED = "damaged"
    RECALL_PENDING = "recall_pending"
    RECALLED = "recalled"
    SPOILED = "spoiled"  # card kept and punched
    VOIDED = "voided"  # nothing usable came out, or doubt
    DESTROYED = "destroyed"


class Act(Enum):
    """What can be done to a card."""

    ASK = "ask"
    RESERVE = "reserve"
    DROP = "drop"  # give the blank back before anything was sent
    SEND = "send"
    SENT = "sent"
    DOUBT = "doubt"
    VERIFY = "verify"
    ACTIVATE = "activate"
    HAND_TO_COMPANY = "hand_to_company"
    HAND_TO_WORKER = "hand_to_worker"
    REPLACE = "replace"
    REPORT_LOST = "report_lost"
    REPORT_DAMAGED = "report_damaged"
    ASK_BACK = "ask_back"
    TAKE_BACK = "take_back"
    SPOIL = "spoil"
    VOID = "void"
    DESTROY = "destroy"


_OUT = {
    Act.REPLACE: State.REPLACED,
    Act.REPORT_LOST: State.LOST,
    Act.REPORT_DAMAGED: State.DAMAGED,
    Act.ASK_BACK: State.RECALL_PENDING,
}

STEPS: dict[State, dict[Act, State]] = {
    State.ASKED: {Act.RESERVE: State.RESERVED, Act.VOID: State.VOIDED},
    State.RESERVED: {Act.SEND: State.SENDING, Act.DROP: State.ASKED, Act.VOID: State.VOIDED},
    State.SENDING: {
        Act.SENT: State.SENT,
        Act.DOUBT: State.DOUBTFUL,
        Act.VOID: State.VOIDED,
        Act.SPOIL: State.SPOILED,
    },
    State.SENT: {
        Act.VERIFY: State.VERIFIED,
        Act.DOUBT: State.DOUBTFUL,
        Act.VOID: State.VOIDED,
        Act.SPOIL: State.SPOILED,
    },
    State.DOUBTFUL: {Act.VERIFY: State.VERIFIED, Act.VOID: State.VOIDED, Act.SPOIL: State.SPOILED},
    State.VERIFIED: {Act.ACTIVATE: State.ACTIVE, Act.VOID: State.VOIDED, Act.SPOIL: State.SPOILED},
    State.ACTIVE: {
        Act.HAND_TO_COMPANY: State.WITH_COMPANY,
        Act.HAND_TO_WORKER: State.WITH_WORKER,
        Act.SPOIL: State.SPOILED,
        **_OUT,
    },
    State.WITH_COMPANY: {Act.HAND_TO_WORKER: State.WITH_WORKER, **_OUT},
    State.WITH_WORKER: dict(_OUT),
    State.REPLACED: {Act.TAKE_BACK: State.RECALLED},
    State.LOST: {Act.REPLACE: State.REPLACED, Act.TAKE_BACK: State.RECALLED},
    State.DAMAGED: {Act.REPLACE: State.REPLACED, Act.TAKE_BACK: State.RECALLED},
    State.RECALL_PENDING: {Act.TAKE_BACK: State.RECALLED, Act.REPORT_LOST: State.LOST},
    State.RECALLED: {Act.DESTROY: State.DESTROYED},
    State.SPOILED: {Act.DESTROY: State.DESTROYED},
    State.VOIDED: {Act.DESTROY: State.DESTROYED},
    State.DESTROYED: {},
}

LIVE = frozenset({State.ACTIVE, State.WITH_COMPANY, State.WITH_WORKER})
"""A card in one of these answers with the standing of its permit."""

UNBORN = frozenset({State.ASKED, State.RESERVED, State.SENDING, State.SENT, State.DOUBTFUL, State.VERIFIED})
"""Not yet active: the code on it answers 尚未启用."""

UNSETTLED = frozenset({State.SENDING, State.SENT, State.DOUBTFUL})
"""A restart, a fault or a clerk must settle these before that printer prints again."""

ENDED = frozenset(State) - LIVE - UNBORN


def after(state: State, act: Act) -> State:
    """The state that follows. Raises Refused when the table has no such step."""
    try:
        return STEPS[state][act]
    except KeyError:
        said = f"卡片当前为“{words.CARD[state.value]}”，不能执行“{words.ACTS[act.value]}”。"
        raise Refused(said, "card_step") from None
