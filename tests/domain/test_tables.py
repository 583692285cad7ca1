"""The three state machines are tables: every (state, act) pair is either a step or Refused with a sentence."""

from __future__ import annotations

import re
from enum import Enum
from itertools import product
from typing import Any

import pytest

from station.domain import application, card, permit, words
from station.domain.errors import Bug, Fault, Refused

MACHINES: list[Any] = [application, card, permit]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_every_pair_is_a_step_or_refused(machine: Any) -> None:
    assert set(machine.STEPS) == set(machine.State)
    for state, act in product(machine.State, machine.Act):
        if act in machine.STEPS[state]:
            assert isinstance(machine.after(state, act), machine.State)
        else:
            with pytest.raises(Refused) as no:
                machine.after(state, act)
            assert re.fullmatch("[^A-Za-z_]+。", no.value.sentence)
            assert no.value.code.endswith("_step")


def reachable(machine: Any, start: Enum) -> set[Enum]:
    seen, queue = {start}, [start]
    while queue:
        for state in machine.STEPS[queue.pop()].values():
            if state not in seen:
                seen.add(state)
                queue.append(state)
    return seen


def test_every_state_can_be_reached() -> None:
    assert reachable(application, application.State.DRAFT) == set(application.State)
    assert reachable(card, card.State.ASKED) == set(card.State)
    assert reachable(permit, permit.State.GENERATED) == set(permit.State)


def test_no_path_leads_back_to_sending_a_token() -> None:
    for state in card.STEPS[card.State.RESERVED].values():
        if state is card.State.SENDING:
            assert card.State.SENDING not in reachable(card, state) - {card.State.SENDING}
            later = reachable(card, state)
            assert card.State.RESERVED not in later
            assert card.State.ASKED not in later
    assert not any(card.State.SENDING in card.STEPS[s].values() for s in card.State if s is not card.State.RESERVED)


def test_only_a_verified_card_becomes_active() -> None:
    ways = [s for s in card.State if card.State.ACTIVE in card.STEPS[s].values()]
    assert ways == [card.State.VERIFIED]
    assert set(card.State) == card.LIVE | card.UNBORN | card.ENDED
    assert not card.LIVE & card.UNBORN


def test_final_permits_stay_final() -> None:
    assert all(not permit.STEPS[state] for state in permit.FINAL)
    assert set(permit.CAUSES) == {permit.Act.SUSPEND, permit.Act.CANCEL, permit.Act.REVOKE}
    assert set().union(*permit.CAUSES.values()) == set(permit.Cause)


def test_the_clock_runs_from_acceptance_to_release() -> None:
    for state in application.UNDER_THE_CLOCK:
        assert application.after(state, application.Act.EXTEND) is state
    with pytest.raises(Refused):
        application.after(application.State.SUBMITTED, application.Act.EXTEND)


def test_failures_say_what_to_do_and_keep_their_code() -> None:
    assert str(Refused("证件号码校验位不符，请核对原件。", "checksum")) == "证件号码校验位不符，请核对原件。"
    assert str(Fault("磁盘已满。", "请清理后重试。")) == "磁盘已满。 请清理后重试。"
    assert str(Fault("磁盘已满。")) == "磁盘已满。"
    assert isinstance(Bug("x"), Exception)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_every_state_and_act_has_a_word(machine: Any) -> None:
    states = words.STATES[machine.__name__.rpartition(".")[2]]
    assert set(states) == {state.value for state in machine.State}
    assert {act.value for act in machine.Act} <= set(words.ACTS)
    assert not [word for word in (*states.values(), *words.ACTS.values()) if word.isascii()]
