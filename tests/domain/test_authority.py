"""Who may do what: role by role against domain.md §12.1 and §12.6, two people, reasons from closed lists."""

from __future__ import annotations

import pytest

from station.domain.authority import ACTS, ROLES, SYSTEM, Actor, may, permit_act
from station.domain.errors import Refused
from station.domain.reasons import REASONS

PEOPLE = {role: Actor(role.lower(), (role,)) for role in ROLES}


def refused(act: str, who: Actor, second: Actor | None = None, reason: str = "", note: str = "") -> str:
    with pytest.raises(Refused) as caught:
        permit_act(act, who, second, reason=reason, note=note)
    return caught.value.code


def allowed(role: str) -> set[str]:
    return {act for act in ACTS if may(act, PEOPLE[role])}


def test_every_act_names_roles_that_exist() -> None:
    for act, rule in ACTS.items():
        assert rule.who, act
        assert (rule.who | rule.second) <= set(ROLES), act


def test_what_a_clerk_may_not() -> None:
    """§12.6 CLERK: no revoke, cancel, reprint, extension."""
    forbidden = {"permit.REVOKE", "permit.CANCEL", "card.REISSUE", "application.EXTEND", "permit.GENERATE"}
    assert not allowed("CLERK") & forbidden
    assert forbidden <= allowed("SUPERVISOR")


def test_the_bureau_and_the_province_print_nothing() -> None:
    """§12.6 BUREAU/PROVINCE: no printing."""
    for role in ("BUREAU", "PROVINCE", "HOUSEHOLD"):
        assert not {act for act in allowed(role) if act.startswith(("card.", "stock."))}
    assert not allowed("HOUSEHOLD")


def test_companies_decide_nothing_about_permits() -> None:
    for role in ("COMPANY_HANDLER", "COMPANY_REVIEWER", "WORKER"):
        assert not {act for act in allowed(role) if act.startswith("permit.")}
    assert not {"evidence.BACKGROUND", "evidence.CREDIT"} & allowed("COMPANY_HANDLER")


def test_timers_approve_nothing() -> None:
    granting = {"permit.GENERATE", "permit.RELEASE", "permit.REINSTATE", "application.ACCEPT"}
    assert not allowed("SYSTEM") & granting


@pytest.mark.parametrize("act", [act for act, rule in ACTS.items() if rule.second])
def test_two_people_are_two(act: str) -> None:
    rule = ACTS[act]
    first = PEOPLE[sorted(rule.who)[0]]
    second = Actor("another", (sorted(rule.second)[0],))
    reasons = REASONS.get(act)
    reason = next(iter(reasons)) if reasons else ""
    assert refused(act, first, None, reason) == "second_person"
    assert refused(act, first, Actor("another", ("WORKER",)), reason) == "second_person"
    assert refused(act, first, Actor(first.person, second.roles), reason) == "same_person"
    permit_act(act, first, second, reason=reason)


@pytest.mark.parametrize("act", REASONS)
def test_a_reason_comes_from_the_list_and_other_is_explained(act: str) -> None:
    rule = ACTS[act]
    first = PEOPLE[sorted(rule.who)[0]]
    second = Actor("another", (sorted(rule.second)[0],)) if rule.second else None
    assert refused(act, first, second, "") == "unknown_reason"
    assert refused(act, first, second, "because") == "unknown_reason"
    for reason in REASONS[act]:
        if reason.upper() == "OTHER":
            assert refused(act, first, second, reason, "  ") == "note_needed"
            permit_act(act, first, second, reason=reason, note="说明")
        else:
            permit_act(act, first, second, reason=reason)


def test_an_act_nobody_wrote_down_is_done_by_nobody() -> None:
    assert not may("permit.FORGET", PEOPLE["SUPERVISOR"])
    assert refused("permit.FORGET", SYSTEM) == "not_allowed"


def test_a_refusal_says_whose_job_it_is() -> None:
    with pytest.raises(Refused, match="协会主管"):
        permit_act("permit.CANCEL", PEOPLE["CLERK"], reason="deceased")
