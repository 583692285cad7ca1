"""What the check screen shows of one code, from a text, a number or a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from devices.contracts import Camera, CodeReader, Picture, Reading
from devices.scanners.ladder import read_frames
from devices.scanners.why import CLOSER
from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.domain.standing import Seen
from station.domain.words import ACTS
from station.services import elsewhere, health
from station.services.desk import Desk
from station.services.inspecting import WITHDRAWN_THERE, Inspection, inspect_code, inspect_number
from station.trust.token import Token, parse_scan
from ui.desktop import text
from ui.desktop.viewmodels.people import look_ahead
from ui.words import moment, word, words


@dataclass(frozen=True, slots=True)
class CheckView:
    """One result: always the same places, so that the layout never jumps."""

    colour: str
    title: str
    line: str
    name: str = ""
    number: str = ""
    company: str = ""
    reasons: list[str] = field(default_factory=list)
    proof: str = ""
    as_of: str = ""
    ahead: str = ""
    photo: bytes | None = None
    history: list[tuple[str, str]] = field(default_factory=list)
    subject: str = ""
    kind: str = "not_a_code"  # which of REFUSALS, else the colour
    meaning: str = "invalid"  # which of the five sounds
    asking: tuple[Inspection, str] | None = None  # what the province may still say more of: (found, permit number)


MEANINGS = {
    "forged": "invalid",
    "not_issued": "invalid",
    "not_a_code": "invalid",
    "unknown_key": "unsure",
    "other_city": "unsure",
    "withdrawn_there": "red",
    "no_record": "unsure",
    "stale": "unsure",
    "replaced": "red",
    "not_active": "red",
    "unknown": "unsure",
}
"""What each refusal sounds like; green, yellow and red sound like themselves."""


def kind_of(desk: Desk, found: Inspection, number: str, *, typed: bool = False) -> str:
    """Why there is no plain colour, as one word; else the colour."""
    if not typed and not found.verdict.genuine:
        return found.verdict.kind.value
    if "NOT_ISSUED" in found.reasons:
        return "not_issued"
    if WITHDRAWN_THERE in found.reasons:
        return "withdrawn_there"
    if found.record is None:
        return "other_city" if number[:4] != desk.settings.city.code[:4] else "no_record"
    if found.unsure:
        return "stale"
    return {Seen.SUPERSEDED: "replaced", Seen.NOT_ACTIVE: "not_active"}.get(found.seen, found.colour.value)


def check_text(desk: Desk, typed: str) -> CheckView:
    """A scanned or typed text: an address, 191 digits, or a permit number."""
    given = typed.strip()
    if 14 <= len(given) <= 24 and given.replace(" ", "").replace("-", "").isdigit():
        number = str(PermitNumber.parse(given))
        return shown(desk, inspect_number(desk, number), by_number=number)
    return shown(desk, inspect_code(desk, given), code=given)


def check_camera(desk: Desk, reader: CodeReader, camera: Camera) -> CheckView:
    """The card before the camera, looked at for up to two seconds. Raises Refused with the reason otherwise."""
    seen = read_frames(camera, reader, lambda found: _ours(desk, found))
    if not seen.readings:
        raise Refused(words("why_not")[seen.reason], "unreadable")
    view = _only(desk, seen.readings)
    density = max(reading.px_per_module for reading in seen.readings)
    if 0 < density < CLOSER:  # it was read this time; the next hand may not hold it as still
        view.reasons.append(text.CHECK_CLOSER)
    return view


def check_picture(desk: Desk, reader: CodeReader, picture: Picture) -> CheckView:
    """A photograph. Raises Refused with the reason when no code could be read."""
    readings = reader.read(picture, lambda found: _ours(desk, found))
    if not readings:
        raise Refused(words("why_not")[reader.why_not(picture)], "unreadable")
    return _only(desk, readings)


def _only(desk: Desk, readings: Sequence[Reading]) -> CheckView:
    """Our code among what was read; with two of them nobody could tell which card the colour is of."""
    ours = list(dict.fromkeys(r.text for r in readings if _ours(desk, r.text)))
    if len(ours) > 1:
        raise Refused(text.CHECK_TWO, "two_codes")
    return check_text(desk, ours[0] if ours else readings[0].text)


def _ours(desk: Desk, found: str) -> bool:
    return isinstance(parse_scan(found, (desk.settings.city.url_prefix,)), Token)


def check_file(desk: Desk, reader: CodeReader, path: Path) -> CheckView:
    """A picture file."""
    from devices.cameras.stills import load_picture

    return check_picture(desk, reader, load_picture(path))


def ask_province(desk: Desk, asking: tuple[Inspection, str]) -> CheckView | None:
    """The colour of another city's permit as of now, over the network; None where the province knows none of that
    number. Raises Fault where it cannot be reached: the view without it still holds."""
    before, number = asking
    found = elsewhere.ask(desk, before, number)
    if found is None:
        return None
    refused = {Seen.SUPERSEDED: "replaced", Seen.NOT_ACTIVE: "not_active"}.get(found.seen)
    kind = refused or found.colour.value
    return CheckView(
        found.colour.value,
        words("refusal").get(kind) or word("colour", found.colour.value),
        text.CHECK_BY_PROVINCE,
        number=PermitNumber.parse(number).grouped,
        company=text.CHECK_OTHER_CITY,
        reasons=[words("trust").get(code, code) for code in found.reasons],
        proof=text.CHECK_PROOF.format(key=found.verdict.key_number, issue=found.issue_number or text.ONLINE)
        if found.verdict.genuine else "",
        as_of=text.CHECK_AS_OF.format(time=moment(found.as_of_ms)),
        kind=kind,
        meaning=MEANINGS.get(kind, kind),
    )  # fmt: skip


def shown(desk: Desk, found: Inspection, *, by_number: str = "", code: str = "") -> CheckView:
    """An inspection in words."""
    genuine = found.verdict.genuine or bool(by_number)
    known = found.record is not None and genuine
    number = by_number or found.permit_number or ""
    reasons = [words("reason").get(code) or words("trust").get(code, code) for code in found.reasons]
    kind = kind_of(desk, found, number, typed=bool(by_number))
    meaning = MEANINGS.get(kind, kind)
    refusals, advice = words("refusal"), words("refusal_advice")
    if kind in ("other_city", "withdrawn_there"):  # "no such number" would be more than this station can know
        time = moment(found.as_of_ms) if found.as_of_ms else ""
        reasons = [text.CHECK_LISTED.format(reason=reasons[0], time=time)] if time else []
    # most conditions have refusals of their own; what no sweep can see is remembered for the report
    seen = health.of_inspection(desk, found) if by_number else health.report_scan(desk, found, code, found.colour.value)
    conditions = {one.condition for one in seen}
    reasons += [words("health")[one] for one in sorted(conditions & {"WRONG-1"})]
    if not known:
        colour = "red" if kind == "withdrawn_there" else "unknown"
        more = elsewhere.worth_asking(desk, found, number, typed=bool(by_number))
        return CheckView(
            colour, refusals[kind], advice[kind], reasons=reasons, kind=kind, meaning=meaning,
            asking=(found, number) if more else None,
        )  # fmt: skip
    record = found.record
    if record is None:
        return CheckView("unknown", refusals[kind], advice[kind], reasons=reasons, kind=kind, meaning=meaning)
    right = record.permits[number]
    person = record.person
    title = refusals.get(kind) or word("colour", found.colour.value)
    proof = ""
    if found.verdict.genuine:
        proof = text.CHECK_PROOF.format(key=found.verdict.key_number, issue=found.issue_number or text.ONLINE)
    piece = record.cards.get((number, found.issue_number or 0)) or record.current_card(number)
    history = [(moment(s.at_ms), ACTS.get(s.act, s.act)) for s in (piece.steps if piece else ())]
    change = found.next_change
    return CheckView(
        found.colour.value,
        title,
        advice.get(kind) or (reasons[0] if reasons else text.ALL_VALID),
        (person.name if person else None) or "—",
        PermitNumber.parse(number).grouped,
        right.company_name,
        reasons,
        proof,
        text.CHECK_AS_OF.format(time=moment(found.as_of_ms)) if found.as_of_ms else text.NEVER_SYNCED,
        look_ahead(change.on if change else None, change.colour.value if change else "", found.on),
        desk.ledger.blobs.get(record.subject, record.photo.sha256) if record.photo else None,
        list(reversed(history)),
        record.subject,
        kind,
        meaning,
    )
