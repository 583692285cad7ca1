"""Faces at the counter: compare the person with the photo, decide, look for duplicates, count towards the filing.

Templates live as long as the call that made them; the mean of local people is kept in memory only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from devices.contracts import Picture
from station.domain import facts
from station.domain.authority import Actor, permit_act
from station.domain.decide import facing, personal, proof
from station.domain.errors import Bug, Fault, Refused
from station.domain.health_worker import NOT_THE_PERSON, of_face
from station.domain.worker import WorkerRecord
from station.faces import engines, policy
from station.faces.face import FaceMatcher, Template, main_face
from station.faces.policy import Comparison
from station.faces.portrait import Portrait
from station.services.capture import keep_portrait, photo_of
from station.services.desk import Desk, Done, Topic

MEAN_OF = 60
"""People whose photos make the local mean: more change it no further (vision.md §3.3)."""
LOOKED_AT = ("eyes_open", "mouth_closed", "head_bare", "glasses_clear")
"""What only a person can tell of a photo: no landmarks under a clean licence find it (vision.md §4)."""
BIRTH_YEARS = 5
PAGE = 500
_TOUCHED = frozenset({Topic.ROLL})


@dataclass(frozen=True, slots=True)
class Filing:
    """How many faces are stored for comparing, against the number from which it must be filed (art. 15)."""

    count: int
    limit: int = policy.FILING_AT

    @property
    def near(self) -> bool:
        return self.count >= policy.FILING_WARN

    @property
    def level(self) -> str:
        """below, near (prepare the filing) or reached (file within 30 working days)."""
        if self.count >= self.limit:
            return "reached"
        return "near" if self.near else "below"


@dataclass(frozen=True, slots=True)
class Likeness:
    """One person who may be the same: a hint to look, never a reason to refuse."""

    subject: str
    score: float


def finder(models: Path | None) -> FaceMatcher:
    """The best engine of this machine. Raises Fault with what to install where there is none."""
    matcher = engines.load(models)
    if matcher is None:
        raise Fault(
            "本机没有人脸组件，无法自动检查照片。", "请运行 make setup 安装，或由两人人工核对。", "no_face_engine"
        )
    return matcher


def accept_portrait(
    desk: Desk, subject: str, made: Portrait, *, source: str, looked: Collection[str] = (), actor: Actor
) -> Done[WorkerRecord]:
    """Keep this portrait: encrypted under the person's key, with its measures and whether the wall was whitened.

    `looked` are those of LOOKED_AT which the clerk has ticked as in order; the record says so of each, and who it was.
    """
    permit_act("photo.ACCEPT", actor)
    return keep_portrait(desk, subject, made, source, actor, ticked(looked))


def ticked(looked: Collection[str]) -> tuple[tuple[str, float, str], ...]:
    """What a machine cannot measure (domain.md §9), beside the measures: ticked is good, not ticked nobody's word."""
    unknown = set(looked) - set(LOOKED_AT)
    if unknown:
        raise Bug(f"nobody looks at {sorted(unknown)}")
    return tuple((name, float(name in looked), "good" if name in looked else "warn") for name in LOOKED_AT)


def compare_with_file(
    desk: Desk, subject: str, live: Picture, matcher: FaceMatcher, centre: Template | None = None
) -> Comparison:
    """The person before the camera against the photo on file. Raises Refused without consent or photo."""
    record = desk.worker(subject)
    facing.may_compare(record)
    kept = photo_of(desk, record)
    if kept is None:
        raise Refused("档案中没有可用的照片，请先拍照。", "no_photo")
    return policy.compare(matcher, live, kept, centre)


def agree(desk: Desk, subject: str, found: Comparison, *, actor: Actor) -> Done[WorkerRecord]:
    """The engine says match and the clerk agrees."""
    if found.advice is None or found.score is None or found.threshold is None:
        raise Refused("照片中没有找到人脸，请重拍，或由两人人工核对。", "no_face")
    score, threshold, advice = found.score, found.threshold, found.advice.value

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        return facing.agree(
            record, engine=found.named, score=score, threshold=threshold, advice=advice, actor=actor
        )

    return Done(desk.decide(subject, actor, decide), _TOUCHED)


def consent(desk: Desk, subject: str, *, given: bool, actor: Actor) -> Done[WorkerRecord]:
    """The separate consent to compare faces, signed today on the notice of this version; or its withdrawal."""
    today, version = desk.today(), desk.settings.city.notice_version

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        if given:
            return proof.consents(record, (facing.CONSENT,), version=version, on=today, day=today, actor=actor)
        return personal.withdraw_consents(record, (facing.CONSENT,), today, actor=actor)

    return Done(desk.decide(subject, actor, decide), _TOUCHED)


def confirm_by_two(
    desk: Desk,
    subject: str,
    *,
    same: bool,
    found: Comparison | None,
    unable: bool = False,
    actor: Actor,
    second: Actor | None,
) -> Done[WorkerRecord]:
    """Two people looked: after unsure or no match, or because the person declined (`found` None).

    `unable`: the person consents, but nothing here compares faces.
    """
    advice = found.advice.value if found is not None and found.advice is not None else "unsure"

    def decide(record: WorkerRecord) -> list[facts.Payload]:
        if found is None:
            decision = "unsure" if unable else "declined"
            return facing.by_two(record, decision=decision, same=same, actor=actor, second=second)
        return facing.by_two(
            record, decision=advice, same=same, actor=actor, second=second, engine=found.named, score=found.score,
            threshold=found.threshold,
        )  # fmt: skip

    record = desk.decide(subject, actor, decide)
    desk.ledger.worklist.replace_of(subject, "WRONG-6", NOT_THE_PERSON, list(of_face(record)))
    return Done(record, _TOUCHED | {Topic.PERMITS})


def local_mean(desk: Desk, matcher: FaceMatcher) -> Template | None:
    """The mean template of local people who consented, or None while there are fewer than twenty."""
    made = []
    for record in _consented(desk):
        template = _template(desk, record, matcher)
        if template is not None:
            made.append(template)
        if len(made) == MEAN_OF:
            break
    return policy.local_mean(made)


def possible_duplicates(
    desk: Desk, subject: str, matcher: FaceMatcher, *, actor: Actor, tell: Callable[[int], None] = lambda done: None
) -> list[Likeness]:
    """On request: who in this ledger looks like this person, of the same sex and about the same age; at most 5.

    `tell` hears how many faces were looked at so far: each takes a fifth of a second.
    """
    permit_act("face.DECIDE", actor)
    record = desk.worker(subject)
    facing.may_compare(record)
    wanted = _template(desk, record, matcher)
    if wanted is None:
        raise Refused("照片中没有找到人脸，无法查找，请重拍。", "no_face")
    gallery = []
    for other in _consented(desk):
        if other.subject != subject and _alike(record, other):
            template = _template(desk, other, matcher)
            if template is not None:
                gallery.append((other.subject, template))
            tell(len(gallery))
    centre = policy.local_mean([template for _, template in gallery])
    return [Likeness(name, round(score, 4)) for name, score in policy.nearest(matcher, wanted, gallery, centre)]


def filing(desk: Desk) -> Filing:
    """Workers whose photo is kept and may be, or was, compared by a machine."""
    return Filing(sum(map(counted, everybody(desk))))


def filing_at_most(desk: Desk) -> Filing:
    """As `filing`, without opening every file where even all the people of the ledger would be far from the number."""
    most = Filing(desk.ledger.roll.count())
    return filing(desk) if most.near else most


def counted(record: WorkerRecord) -> bool:
    """Whether this worker counts towards the filing: a hint may look at everybody who consents, so they all do."""
    looked_at = record.consented(facing.CONSENT) or any(found.engine for found in record.faces)
    return record.photo is not None and not record.erased and looked_at


def everybody(desk: Desk) -> Iterator[WorkerRecord]:
    """Every worker of this ledger, page by page."""
    last = None
    while rows := desk.ledger.roll.page(limit=PAGE, after=last):
        for row in rows:
            yield desk.worker(row.subject)
        last = rows[-1]


def _consented(desk: Desk) -> Iterator[WorkerRecord]:
    return (record for record in everybody(desk) if record.consented(facing.CONSENT) and not record.erased)


def _template(desk: Desk, record: WorkerRecord, matcher: FaceMatcher) -> Template | None:
    kept = photo_of(desk, record)
    face, _ = main_face(matcher.find(kept)) if kept is not None else (None, [])
    return matcher.template(np.asarray(kept), face) if face is not None else None


def _alike(one: WorkerRecord, other: WorkerRecord) -> bool:
    """Same sex and about the same age as far as both are known: most strangers need no comparing."""
    if one.person is None or other.person is None:
        return False
    if one.person.sex and other.person.sex and one.person.sex != other.person.sex:
        return False
    born, other_born = one.person.birth, other.person.birth
    return born is None or other_born is None or abs(born.year - other_born.year) <= BIRTH_YEARS
