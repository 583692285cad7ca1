"""What the check screen shows of one code, from a text, a number or a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from devices.contracts import CodeReader, Picture
from station.domain.errors import Refused
from station.domain.identity import PermitNumber
from station.services.desk import Desk
from station.services.inspecting import Inspection, inspect_code, inspect_number
from station.trust.token import Token, parse_scan
from ui.desktop import text
from ui.desktop.viewmodels.people import look_ahead, moment
from ui.words import word, words


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


def check_text(desk: Desk, typed: str) -> CheckView:
    """A scanned or typed text: an address, 191 digits, or a permit number."""
    given = typed.strip()
    if 14 <= len(given) <= 24 and given.replace(" ", "").replace("-", "").isdigit():
        number = str(PermitNumber.parse(given))
        return shown(desk, inspect_number(desk, number), by_number=number)
    return shown(desk, inspect_code(desk, given))


def check_picture(desk: Desk, reader: CodeReader, picture: Picture) -> CheckView:
    """A frame or a photograph. Raises Refused with the reason when no code could be read."""
    prefixes = (desk.settings.city.url_prefix,)
    readings = reader.read(picture, lambda found: isinstance(parse_scan(found, prefixes), Token))
    if not readings:
        raise Refused(words("why_not")[reader.why_not(picture)], "unreadable")
    ours = [r.text for r in readings if isinstance(parse_scan(r.text, prefixes), Token)]
    return check_text(desk, (ours or [readings[0].text])[0])


def check_file(desk: Desk, reader: CodeReader, path: Path) -> CheckView:
    """A picture file."""
    from devices.cameras.stills import load_picture

    return check_picture(desk, reader, load_picture(path))


def shown(desk: Desk, found: Inspection, *, by_number: str = "") -> CheckView:
    """An inspection in words."""
    genuine = found.verdict.genuine or bool(by_number)
    known = found.record is not None and genuine
    number = by_number or found.permit_number or ""
    reasons = [words("reason").get(code) or words("trust").get(code, code) for code in found.reasons]
    if not known:
        verdict = word("verdict", found.verdict.kind.value) if not by_number else words("reason")["NO_CREDENTIAL"]
        return CheckView("unknown", word("colour", "unknown"), verdict, reasons=reasons)
    record = found.record
    if record is None:
        return CheckView("unknown", word("colour", "unknown"), "", reasons=reasons)
    right = record.permits[number]
    person = record.person
    title = word("colour", "unsure") if found.unsure else word("colour", found.colour.value)
    proof = ""
    if found.verdict.genuine:
        proof = text.CHECK_PROOF.format(key=found.verdict.key_number, issue=found.issue_number or text.ONLINE)
    piece = record.cards.get((number, found.issue_number or 0)) or record.current_card(number)
    history = [(moment(s.at_ms), text.ACTS.get(s.act, s.act)) for s in (piece.steps if piece else ())]
    change = found.next_change
    return CheckView(
        found.colour.value,
        title,
        reasons[0] if reasons else text.ALL_VALID,
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
    )
