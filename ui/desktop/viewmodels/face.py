"""What the face desk shows of one person: photo, consent, the last decision, who may decide. No template, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from devices.contracts import Picture
from station.domain.decide.facing import CONSENT
from station.domain.worker import WorkerRecord
from station.faces.policy import Comparison, load_bands
from station.services.capture import photo_of
from station.services.desk import Desk
from station.services.facing import Likeness
from station.services.staff import Colleague, Staff
from ui.desktop import text_face as text
from ui.desktop.viewmodels.lines import TableLine
from ui.words import word


@dataclass(frozen=True, eq=False, slots=True)
class FaceView:
    """One person at the face desk."""

    name: str
    photo: Picture | None
    consented: bool
    last: str
    first_people: list[Colleague]
    second_people: list[Colleague]


def face_view(desk: Desk, subject: str) -> FaceView:
    """Gathered off the GUI thread."""
    record, staff = desk.worker(subject), Staff(desk)
    name = (record.person.name if record.person is not None else None) or "—"
    return FaceView(
        name, photo_of(desk, record), record.consented(CONSENT), _last(record),
        staff.able("face.OVERRIDE"), staff.able("face.OVERRIDE", second=True),
    )  # fmt: skip


def _last(record: WorkerRecord) -> str:
    photo = record.photo.sha256 if record.photo is not None else ""
    about = [found for found in record.faces if found.photo == photo]
    if not about and record.face_denied is None:
        return text.NEVER
    newest = record.face_denied or about[-1]
    words = text.DECISIONS[newest.decision]
    if newest.decision != "match":
        people = "、".join(newest.confirmed_by) or text.TWO_PEOPLE
        words += (text.BY_PEOPLE if newest.confirms else text.NOT_BY_PEOPLE).format(people=people)
    return text.LAST.format(words=words)


def advice_words(found: Comparison) -> str:
    """The outcome of one comparison in a line, with its thresholds."""
    if found.advice is None or found.score is None:
        return text.NO_FACE[found.missing]
    bands = load_bands()[found.engine]
    return text.RESULT.format(
        advice=word("face", found.advice.value), score=found.score, match=bands.match, no_match=bands.no_match
    )


def alike_lines(desk: Desk, found: list[Likeness]) -> list[TableLine]:
    """Possible duplicates by name and permit; a hint, never a reason to refuse."""
    lines = []
    for one in found:
        record = desk.worker(one.subject)
        name = (record.person.name if record.person is not None else None) or "—"
        number = record.permit.number if record.permit is not None else "—"
        lines.append(TableLine(one.subject, (name, number, f"{one.score:.3f}"), "warn"))
    return lines
