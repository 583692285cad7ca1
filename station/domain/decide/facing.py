"""What may be decided about a face: a match by one clerk, all else by two people with the same rights (D-16)."""

from __future__ import annotations

from station.domain.authority import Actor, permit_act
from station.domain.errors import Refused
from station.domain.facts import FaceMatched, Payload
from station.domain.worker import WorkerRecord

CONSENT = "FACE"
DECISIONS = ("match", "unsure", "no_match", "declined")


def agree(
    record: WorkerRecord, *, engine: str, score: float, threshold: float, advice: str, actor: Actor
) -> list[Payload]:
    """The engine said match and the clerk agrees. Needs the separate consent, given before.

    What two people denied one clerk and a machine do not confirm: a machine compares face with photo, not with papers.
    """
    permit_act("face.DECIDE", actor)
    photo = _photo(record)
    may_compare(record)
    if record.face_denied is not None:
        raise Refused("此前两人核对认为不是本人，须再由两人当面核对，不能只凭自动比对。", "face_denied")
    if advice != "match":
        raise Refused("比对结果不是“一致”，请由两人当面核对后确认。", "second_person")
    return [FaceMatched(photo, "match", engine, score, threshold)]


def by_two(
    record: WorkerRecord,
    *,
    decision: str,
    same: bool,
    actor: Actor,
    second: Actor | None,
    engine: str = "",
    score: float | None = None,
    threshold: float | None = None,
) -> list[Payload]:
    """Unsure, no match or declined: two people looked. `same` is what they say; then the outcome is that of a match.

    Otherwise no permit is generated or released until two people have said that it is the person after all.

    Whoever declined was never compared: a score beside "declined" is refused.
    """
    permit_act("face.OVERRIDE", actor, second)
    photo = _photo(record)
    if decision not in DECISIONS[1:]:
        raise Refused("请选择为何由人工核对：无法确定、不一致，或本人不同意比对。", "face_decision")
    if decision == "declined" and (score is not None or engine):
        raise Refused("本人不同意比对时不得留有比对分数，请重新办理人工核对。", "declined_with_score")
    if decision != "declined":
        may_compare(record)
    people = (actor.person, second.person) if second is not None else ()
    return [FaceMatched(photo, decision, engine, score, threshold, people, same)]


def may_compare(record: WorkerRecord) -> None:
    """Raise Refused unless the separate consent for face comparison stands."""
    if not record.consented(CONSENT):
        raise Refused("没有人脸比对的单独同意。请先征得同意，或由两人人工核对，效力相同。", "face_consent")


def identity_confirmed(record: WorkerRecord) -> bool:
    """Whether the newest decision about the present photo says it is this person, whichever way it was reached."""
    photo = record.photo.sha256 if record.photo is not None else ""
    about = [found for found in record.faces if found.photo == photo]
    return bool(about) and about[-1].confirms and record.face_denied is None


def _photo(record: WorkerRecord) -> str:
    if record.photo is None:
        raise Refused("档案中还没有照片，请先拍照。", "no_photo")
    return record.photo.sha256
