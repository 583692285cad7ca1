"""Deciding about a face: consent first, two people where the engine does not say match, the same rights either way."""

from __future__ import annotations

from datetime import date

import pytest

from station.domain import facts
from station.domain.authority import Actor
from station.domain.decide import facing
from station.domain.errors import Refused
from station.domain.record import fold_worker
from station.domain.worker import WorkerRecord
from tests.domain.told import SUBJECT, Teller

CLERK, OTHER, BOSS = Actor("clerk-1", ("CLERK",)), Actor("clerk-2", ("CLERK",)), Actor("boss-1", ("SUPERVISOR",))
DAY = date(2026, 11, 23)


def record(*, consent: bool = True, photo: bool = True) -> tuple[Teller, WorkerRecord]:
    tell = Teller()
    tell(facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True))
    if photo:
        tell(facts.WorkerPhotographed("ab" * 32, "camera", 358, 441))
    if consent:
        tell(facts.ConsentGiven("FACE", "1", DAY))
    return tell, fold_worker(SUBJECT, tell.facts)


def after(tell: Teller, told: list[facts.Payload]) -> WorkerRecord:
    for payload in told:
        tell(payload)
    return fold_worker(SUBJECT, tell.facts)


def refused(code: str, act: object) -> None:
    with pytest.raises(Refused) as no:
        act()  # type: ignore[operator]
    assert no.value.code == code


def agree(known: WorkerRecord, advice: str = "match") -> list[facts.Payload]:
    return facing.agree(known, engine="dlib:55", score=0.3, threshold=0.42, advice=advice, actor=CLERK)


def test_a_match_that_the_clerk_agrees_with_confirms() -> None:
    tell, known = record()
    assert not facing.identity_confirmed(known)
    told = agree(known)
    assert told == [facts.FaceMatched("ab" * 32, "match", "dlib:55", 0.3, 0.42)]
    assert facing.identity_confirmed(after(tell, told))


@pytest.mark.parametrize("decision", ["unsure", "no_match", "declined"])
@pytest.mark.parametrize("second", [OTHER, BOSS])
def test_two_people_end_where_a_match_ends(decision: str, second: Actor) -> None:
    tell, known = record()
    told = facing.by_two(known, decision=decision, same=True, actor=CLERK, second=second)
    assert facing.identity_confirmed(after(tell, told))
    tell, known = record()
    told = facing.by_two(known, decision=decision, same=False, actor=CLERK, second=second)
    assert not facing.identity_confirmed(after(tell, told))


def test_declining_needs_no_consent_and_leaves_no_score() -> None:
    tell, known = record(consent=False)
    told = facing.by_two(known, decision="declined", same=True, actor=CLERK, second=OTHER)
    assert told == [facts.FaceMatched("ab" * 32, "declined", "", None, None, ("clerk-1", "clerk-2"), True)]
    assert facing.identity_confirmed(after(tell, told))
    refused("declined_with_score", lambda: facing.by_two(
        known, decision="declined", same=True, actor=CLERK, second=OTHER, engine="dlib:55", score=0.3
    ))  # fmt: skip


def test_nothing_is_compared_without_consent() -> None:
    _, known = record(consent=False)
    refused("face_consent", lambda: agree(known))
    refused("face_consent", lambda: facing.by_two(known, decision="unsure", same=True, actor=CLERK, second=OTHER))
    tell, known = record()
    tell(facts.ConsentWithdrawn("FACE", DAY))
    refused("face_consent", lambda: agree(fold_worker(SUBJECT, tell.facts)))


def test_what_two_denied_only_two_undo() -> None:
    """A new photo of another face and a machine that finds it alike settle nothing."""
    tell, known = record()
    told = facing.by_two(known, decision="unsure", same=False, actor=CLERK, second=OTHER)
    assert told == [facts.FaceMatched("ab" * 32, "unsure", "", None, None, ("clerk-1", "clerk-2"), False)]
    denied = after(tell, told)
    assert denied.face_denied is denied.faces[-1]
    refused("face_denied", lambda: agree(denied))
    retaken = after(tell, [facts.WorkerPhotographed("cd" * 32, "camera", 358, 441)])
    refused("face_denied", lambda: agree(retaken))
    by_hand = after(tell, [facts.FaceMatched("cd" * 32, "match", "dlib:55", 0.3, 0.42)])
    assert by_hand.face_denied is not None
    assert not facing.identity_confirmed(by_hand), "another station's match came in later"
    settled = after(tell, facing.by_two(retaken, decision="declined", same=True, actor=CLERK, second=BOSS))
    assert settled.face_denied is None
    assert facing.identity_confirmed(settled)
    assert agree(settled)


def test_decisions_from_before_said_same_keep_their_meaning() -> None:
    """Then two names meant yes, and a no left nobody's name."""
    for people, denied in (((), True), (("clerk-1", "clerk-2"), False)):
        tell, _ = record()
        old = after(tell, [facts.FaceMatched("ab" * 32, "unsure", "", None, None, people)])
        assert (old.face_denied is not None) is denied
        assert facing.identity_confirmed(old) is not denied


def test_one_person_cannot_override_alone() -> None:
    _, known = record()
    refused("second_person", lambda: facing.by_two(known, decision="no_match", same=True, actor=CLERK, second=None))
    refused("same_person", lambda: facing.by_two(known, decision="no_match", same=True, actor=CLERK, second=CLERK))
    refused("second_person", lambda: agree(known, "unsure"))
    refused("face_decision", lambda: facing.by_two(known, decision="match", same=True, actor=CLERK, second=OTHER))


def test_a_new_photo_is_confirmed_anew() -> None:
    tell, known = record()
    after(tell, agree(known))
    tell(facts.WorkerPhotographed("cd" * 32, "camera", 358, 441))
    assert not facing.identity_confirmed(fold_worker(SUBJECT, tell.facts))
    _, bare = record(photo=False)
    refused("no_photo", lambda: agree(bare))
    assert not facing.identity_confirmed(bare)
