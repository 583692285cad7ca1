"""Who may do what (domain.md §12.1, §12.6), which acts need two people, and the closed lists of reasons.

One table. An act that is not in it may be done by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station.domain.errors import Refused
from station.domain.reasons import REASONS

ROLES = {
    "WORKER": "从业人员",
    "COMPANY_HANDLER": "企业经办人",
    "COMPANY_REVIEWER": "企业初审人",
    "CLERK": "协会窗口",
    "BATCH_OPERATOR": "批量制证员",
    "SUPERVISOR": "协会主管",
    "BUREAU": "商务局",
    "CREDIT_AGENCY": "第三方信用机构",
    "PROVINCE": "省级",
    "HOUSEHOLD": "雇主",
    "SYSTEM": "系统",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The natural person who acts, with the roles they hold at that moment (T5: the person, not the login)."""

    person: str
    roles: tuple[str, ...]
    city: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may act; and, where two people are needed, who may be the second."""

    who: frozenset[str]
    second: frozenset[str] = frozenset()


def _rule(who: str, second: str = "") -> Rule:
    return Rule(frozenset(who.split()), frozenset(second.split()))


ACTS: dict[str, Rule] = {
    "application.OPEN": _rule("COMPANY_HANDLER CLERK"),
    "application.PUT_TO_REVIEW": _rule("COMPANY_HANDLER CLERK"),
    "application.PASS_REVIEW": _rule("COMPANY_REVIEWER"),
    "application.SEND_BACK": _rule("COMPANY_REVIEWER"),
    "application.REFUSE_REVIEW": _rule("COMPANY_REVIEWER"),
    "application.RETURN": _rule("CLERK"),
    "application.RETURN_AGAIN": _rule("SUPERVISOR"),
    "application.ANSWER": _rule("COMPANY_HANDLER CLERK"),
    "application.LAPSE": _rule("SYSTEM"),
    "application.ACCEPT": _rule("CLERK"),
    "application.PASS_CREDIT": _rule("BUREAU"),
    "application.REFUSE_CREDIT": _rule("BUREAU", "SUPERVISOR"),
    "application.REFUSE_UNFIT": _rule("SUPERVISOR"),
    "application.COMPLETE": _rule("SYSTEM CLERK SUPERVISOR"),
    "application.REOPEN": _rule("SYSTEM CLERK SUPERVISOR"),
    "application.WITHDRAW": _rule("WORKER COMPANY_HANDLER CLERK"),
    "application.EXTEND": _rule("SUPERVISOR"),
    "application.EXTEND_AGAIN": _rule("BUREAU"),
    "application.ACKNOWLEDGE": _rule("COMPANY_HANDLER WORKER CLERK"),
    "application.MARK_OVERDUE": _rule("SYSTEM"),
    "permit.GENERATE": _rule("SUPERVISOR CREDIT_AGENCY"),
    "permit.RELEASE": _rule("CLERK"),
    "permit.SUSPEND": _rule("SUPERVISOR SYSTEM"),
    "permit.REINSTATE": _rule("SUPERVISOR", "SUPERVISOR BUREAU CLERK"),
    "permit.CANCEL": _rule("SUPERVISOR"),
    "permit.REVOKE": _rule("SUPERVISOR", "BUREAU"),
    "permit.TRANSFER": _rule("SUPERVISOR"),
    "card.ASK": _rule("CLERK BATCH_OPERATOR SUPERVISOR"),
    "card.REISSUE": _rule("SUPERVISOR"),
    "card.PRINT": _rule("CLERK BATCH_OPERATOR"),
    "card.SETTLE": _rule("CLERK BATCH_OPERATOR SUPERVISOR"),
    "card.ACTIVATE_UNREAD": _rule("SUPERVISOR", "CLERK BATCH_OPERATOR"),
    "card.HAND_TO_COMPANY": _rule("CLERK"),
    "card.HAND_TO_WORKER": _rule("CLERK COMPANY_HANDLER"),
    "card.REPORT_LOST": _rule("CLERK SUPERVISOR COMPANY_HANDLER"),
    "card.TAKE_BACK": _rule("CLERK SUPERVISOR"),
    "card.SPOIL": _rule("CLERK BATCH_OPERATOR SUPERVISOR"),
    "card.DESTROY": _rule("SUPERVISOR", "CLERK BATCH_OPERATOR SUPERVISOR"),
    "worker.REGISTER": _rule("CLERK COMPANY_HANDLER"),
    "worker.CLOSE": _rule("SUPERVISOR"),
    "worker.ERASE": _rule("SUPERVISOR", "BUREAU SUPERVISOR"),
    "worker.EXPIRE": _rule("SYSTEM SUPERVISOR"),
    "worker.EXPORT": _rule("CLERK SUPERVISOR"),
    "worker.EXPORT_MANY": _rule("SUPERVISOR", "SUPERVISOR BUREAU"),
    "incident.LIST": _rule("SUPERVISOR"),
    "company.REGISTER": _rule("CLERK COMPANY_HANDLER SUPERVISOR"),
    "company.CHANGE_STATUS": _rule("CLERK SUPERVISOR BUREAU"),
    "consent.RECORD": _rule("CLERK COMPANY_HANDLER"),
    "consent.WITHDRAW": _rule("CLERK WORKER"),
    "affiliation.RECORD": _rule("CLERK COMPANY_HANDLER"),
    "affiliation.END": _rule("CLERK COMPANY_HANDLER WORKER"),
    "affiliation.ANSWER": _rule("CLERK COMPANY_HANDLER WORKER"),
    "affiliation.DECIDE": _rule("SUPERVISOR"),
    "photo.ACCEPT": _rule("CLERK COMPANY_HANDLER"),
    "face.DECIDE": _rule("CLERK"),
    "face.OVERRIDE": _rule("CLERK", "SUPERVISOR CLERK"),
    "evidence.RECORD": _rule("CLERK COMPANY_HANDLER CREDIT_AGENCY"),
    "evidence.BACKGROUND": _rule("BUREAU CREDIT_AGENCY"),
    "evidence.CREDIT": _rule("BUREAU CREDIT_AGENCY CLERK"),
    "evidence.VOID": _rule("CLERK SUPERVISOR", "SUPERVISOR BUREAU"),
    "evidence.REFRESH": _rule("CLERK"),
    "change.REPORT": _rule("CLERK COMPANY_HANDLER SUPERVISOR"),
    "change.SETTLE": _rule("CLERK SUPERVISOR"),
    "stock.RECEIVE": _rule("SUPERVISOR BATCH_OPERATOR", "CLERK BATCH_OPERATOR SUPERVISOR"),
    "stock.ENTRUST": _rule("CLERK BATCH_OPERATOR SUPERVISOR", "CLERK BATCH_OPERATOR SUPERVISOR"),
    "stock.LABOUR": _rule("SUPERVISOR BATCH_OPERATOR"),
    "stock.LOAD": _rule("CLERK BATCH_OPERATOR"),
    "stock.CORRECT": _rule("SUPERVISOR", "SUPERVISOR BATCH_OPERATOR CLERK"),
    "stock.CLOSE_DAY": _rule("CLERK BATCH_OPERATOR SUPERVISOR"),
    "stock.DESTROY": _rule("SUPERVISOR", "CLERK BATCH_OPERATOR SUPERVISOR"),
    "slip.PRINT": _rule("CLERK BATCH_OPERATOR SUPERVISOR"),
    "conflict.SETTLE": _rule("CLERK SUPERVISOR"),
    "complaint.ANSWER": _rule("CLERK SUPERVISOR BUREAU"),
    "device.CHOOSE": _rule("CLERK BATCH_OPERATOR SUPERVISOR"),
    "device.CHOOSE_PRINTER": _rule("SUPERVISOR", "CLERK BATCH_OPERATOR SUPERVISOR"),
    "notice.GIVE": _rule("CLERK SUPERVISOR"),
    "mandate.CHANGE": _rule("BUREAU", "SUPERVISOR"),
    "key.CHANGE": _rule("PROVINCE", "PROVINCE"),
    "duty.CHANGE": _rule("SUPERVISOR", "SUPERVISOR BUREAU"),
    "station.RENEW": _rule("SUPERVISOR"),
    "station.CLOSE": _rule("SUPERVISOR"),
    "station.CLOSE_ANYWAY": _rule("SUPERVISOR", "SUPERVISOR BUREAU CLERK"),
}

SYSTEM = Actor("system", ("SYSTEM",))
"""The timers."""


def may(act: str, actor: Actor) -> bool:
    """Whether the actor's roles allow the act; for greying a button, never instead of `permit_act`."""
    rule = ACTS.get(act)
    return rule is not None and bool(rule.who & set(actor.roles))


def permit_act(act: str, actor: Actor, second: Actor | None = None, *, reason: str = "", note: str = "") -> None:
    """Let the act pass or raise Refused: role, second person, reason from the closed list, note with OTHER."""
    rule = ACTS.get(act)
    if rule is None or not rule.who & set(actor.roles):
        who = "、".join(ROLES[role] for role in ROLES if rule and role in rule.who)
        raise Refused(f"您的岗位不能办理此项业务，请由{who or '主管'}办理。", "not_allowed")
    if rule.second:
        if second is None or not rule.second & set(second.roles):
            who = "、".join(ROLES[role] for role in ROLES if role in rule.second)
            raise Refused(f"此项业务须两人办理，请{who}再确认一次。", "second_person")
        if second.person == actor.person:
            raise Refused("两次确认不能是同一个人。", "same_person")
    reasons = REASONS.get(act)
    if reasons is not None:
        if reason not in reasons:
            raise Refused("请从列表中选择原因。", "unknown_reason")
        explain_other((reason,), note)


def explain_other(chosen: Iterable[str], note: str) -> None:
    """Raises Refused where 其他 was chosen from a closed list and nothing explains it."""
    if any(code.upper() == "OTHER" for code in chosen) and not note.strip():
        raise Refused("选择“其他”时必须写明具体原因。", "note_needed")
