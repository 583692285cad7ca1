"""The papers on their way, as one table: 附件3 and domain.md §12.3, acts A1 to A18.

Deadlines are flags beside the state (extension, overdue): nothing is ever approved because time passed.
"""

from __future__ import annotations

from enum import Enum

from station.domain import words
from station.domain.errors import Refused


class State(Enum):
    DRAFT = "draft"  # 填报
    COMPANY_REVIEW = "company_review"  # 企业初审
    SUBMITTED = "submitted"  # 已提交待受理
    RETURNED = "returned"  # 待补正
    CREDIT_REVIEW = "credit_review"  # 信用审核(已受理)
    EVIDENCE_PENDING = "evidence_pending"  # 待体检/投保
    READY = "ready"  # 待制码
    GENERATED = "generated"  # 已生成
    ISSUED = "issued"  # 已发放
    REJECTED = "rejected"  # 不予发放
    WITHDRAWN = "withdrawn"  # 撤回
    LAPSED = "lapsed"  # 逾期失效


class Act(Enum):
    OPEN = "open"  # A1
    PUT_TO_REVIEW = "put_to_review"  # A2
    PASS_REVIEW = "pass_review"  # A3, forward
    SEND_BACK = "send_back"  # A3, back to the draft
    REFUSE_REVIEW = "refuse_review"  # A3, ended by the company's own review
    RETURN = "return"  # A4
    ANSWER = "answer"  # A5
    LAPSE = "lapse"  # A6
    ACCEPT = "accept"  # A7
    PASS_CREDIT = "pass_credit"  # A8
    REFUSE_CREDIT = "refuse_credit"  # A9
    REFUSE_UNFIT = "refuse_unfit"  # A11
    COMPLETE = "complete"  # A12
    REOPEN = "reopen"  # A13
    GENERATE = "generate"  # A14
    RELEASE = "release"  # A15
    WITHDRAW = "withdraw"  # A16
    EXTEND = "extend"  # A17
    MARK_OVERDUE = "mark_overdue"  # A18
    ACKNOWLEDGE = "acknowledge"  # A17: company or worker has read the explanation
    TRANSFER = "transfer"  # §12.8: the update application ends with the permit at the new company


STEPS: dict[State, dict[Act, State]] = {
    State.DRAFT: {Act.PUT_TO_REVIEW: State.COMPANY_REVIEW, Act.WITHDRAW: State.WITHDRAWN},
    State.COMPANY_REVIEW: {
        Act.PASS_REVIEW: State.SUBMITTED,
        Act.SEND_BACK: State.DRAFT,
        Act.REFUSE_REVIEW: State.WITHDRAWN,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.SUBMITTED: {
        Act.RETURN: State.RETURNED,
        Act.ACCEPT: State.CREDIT_REVIEW,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.RETURNED: {Act.ANSWER: State.SUBMITTED, Act.LAPSE: State.LAPSED, Act.WITHDRAW: State.WITHDRAWN},
    State.CREDIT_REVIEW: {
        Act.PASS_CREDIT: State.EVIDENCE_PENDING,
        Act.REFUSE_CREDIT: State.REJECTED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.EVIDENCE_PENDING: {
        Act.COMPLETE: State.READY,
        Act.REFUSE_UNFIT: State.REJECTED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.READY: {
        Act.REOPEN: State.EVIDENCE_PENDING,
        Act.GENERATE: State.GENERATED,
        Act.TRANSFER: State.ISSUED,
        Act.WITHDRAW: State.WITHDRAWN,
    },
    State.GENERATED: {Act.RELEASE: State.ISSUED, Act.WITHDRAW: State.WITHDRAWN},
    State.ISSUED: {},
    State.REJECTED: {},
    State.WITHDRAWN: {},
    State.LAPSED: {},
}

UNDER_THE_CLOCK = frozenset({State.CREDIT_REVIEW, State.EVIDENCE_PENDING, State.READY, State.GENERATED})
"""Accepted and not ended: the ten working days run (R28, D-18: they do not pause for medical and insurance)."""

for _state in UNDER_THE_CLOCK:
    STEPS[_state] |= {Act.EXTEND: _state, Act.MARK_OVERDUE: _state, Act.ACKNOWLEDGE: _state}

OPEN = frozenset(
    {State.DRAFT, State.COMPANY_REVIEW, State.SUBMITTED, State.RETURNED} | UNDER_THE_CLOCK,
)
ENDED = frozenset(State) - OPEN


def after(state: State, act: Act) -> State:
    """The state that follows. Raises Refused when the table has no such step."""
    try:
        return STEPS[state][act]
    except KeyError:
        said = f"申领当前为“{words.APPLICATION[state.value]}”，不能执行“{words.ACTS[act.value]}”。"
        raise Refused(said, "application_step") from None
