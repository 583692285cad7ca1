"""Slips at the counter: the receipt at acceptance, the hand-over slip and the envelope label of a company's cards.

A slip proves nothing and no fact is told of it. Each carries a running number, so that two prints of one slip are two
slips, and a copy that a printer made by itself after new paper shows the number of the first (hardware.md §12.9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devices.contracts import Outcome, PaperPrinter
from devices.errors import DeviceError
from station.cards import slips
from station.cards.slips import Slip
from station.domain.authority import Actor, permit_act
from station.domain.errors import Fault, Refused
from station.domain.people import DOCUMENT_KINDS
from station.domain.worker import WorkerRecord
from station.ledger import log
from station.services.desk import Desk, Done
from station.services.pile import pile_of

CARDS_A_SLIP = 60
"""More cards than that go on several slips: a metre of paper is as much as a printer takes at once."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A slip that the printer took: its running number, and how many pieces of paper it is."""

    number: str
    pieces: int


def receipt(desk: Desk, subject: str, printer: PaperPrinter, *, actor: Actor) -> Done[Printed]:
    """A7 收件凭条: which papers were received and until when they are answered. Raises Refused before acceptance."""
    permit_act("slip.PRINT", actor)
    record = desk.worker(subject)
    person = record.person
    papers = record.open_application or next(reversed(record.applications.values()), None)
    if person is None or person.name is None:
        raise Refused("本站点没有此人的身份信息，不能出具凭条。", "no_person")
    if papers is None or papers.accepted_on is None:
        raise Refused("这份申领还没有受理，受理后才能打印凭条。", "not_accepted")
    city, number = desk.settings.city, next_number(desk)
    drawn = slips.receipt(
        number, papers.accepted_on, person.name, received(record), city.association, city.hotline, papers.due
    )
    return Done(_print(desk, printer, number, [drawn]))


def received(record: WorkerRecord) -> list[str]:
    """The papers of this worker that the station holds, as a receipt names them."""
    person, belongs = record.person, record.affiliation
    listed = [DOCUMENT_KINDS[person.document_kind]] if person is not None else []
    found = {
        "application": bool(record.applications),
        "authorisation": belongs is not None and belongs.ended_on is None,
        "photo": record.photo is not None,
        "credit": any(one.item == "CREDIT" and one.withdrawn_on is None for one in record.consents.values()),
        "medical": bool(record.medicals),
        "insurance": bool(record.insurances),
        "training": bool(record.trainings),
    }
    return listed + [slips.PAPERS[paper] for paper, there in found.items() if there]


def hand_over(
    desk: Desk, subjects: Sequence[str], printer: PaperPrinter, *, actor: Actor
) -> Done[Printed]:
    """R27 领证交接单: what a company signs for when it takes its cards. Long piles go on several pieces of paper."""
    permit_act("slip.PRINT", actor)
    pile = pile_of(desk, subjects)
    lines = [(one.number, one.name) for one in pile.lines]
    parts = [lines[at : at + CARDS_A_SLIP] for at in range(0, len(lines), CARDS_A_SLIP)]
    number = next_number(desk)
    drawn = [
        slips.hand_over(
            number, desk.today(), pile.company, part, desk.settings.city.association,
            f"{place}/{len(parts)}" if len(parts) > 1 else "",
        )
        for place, part in enumerate(parts, 1)
    ]  # fmt: skip
    return Done(_print(desk, printer, number, drawn))


def envelope(
    desk: Desk, subjects: Sequence[str], printer: PaperPrinter, *, address: str = "", actor: Actor
) -> Done[Printed]:
    """The label of the envelope with these cards of one company: contact, phone, how many; no worker is named."""
    permit_act("slip.PRINT", actor)
    pile = pile_of(desk, subjects)
    company, city, number = desk.company(pile.uscc), desk.settings.city, next_number(desk)
    where = address.strip() or company.name
    drawn = slips.envelope(
        number, company.contact or company.short_name or company.name, where, company.phone,
        city.return_address, len(pile.lines),
    )  # fmt: skip
    return Done(_print(desk, printer, number, [drawn]))


def next_number(desk: Desk) -> str:
    """The running number of the next slip of this station's year; durable before it is answered, so never given twice.

    A station that was restored from a backup counts anew and says so in the number.
    """
    year, ledger = desk.today().year, desk.ledger
    epoch = ledger.epoch
    key = f"slip:{year}:{epoch}"
    with ledger.store.writing() as conn:
        number = int(log.setting(conn, key) or 0) + 1
        log.keep_setting(conn, key, str(number))
    return f"{year}-{number:05d}" if epoch == 1 else f"{year}-{epoch}-{number:05d}"


def _print(desk: Desk, printer: PaperPrinter, number: str, drawn: Sequence[Slip]) -> Printed:
    """Raises Fault for what the printer says, with what to do about this number; Refused for a slip that cannot fit."""
    shown = [slips.rehearsed(one) for one in drawn] if desk.settings.rehearsal else list(drawn)
    pictures = [slips.draw(one, printer.width, printer.dpi) for one in shown]
    for place, picture in enumerate(pictures, 1):
        which = f"{number} 的第 {place} 张" if len(pictures) > 1 else number
        try:
            report = printer.print_slip(picture)
        except DeviceError as why:
            raise Fault(why.sentence, "请换单据打印机后重打。", why.code) from why
        code = report.fault.code.value if report.fault is not None else "slip"
        if report.outcome is Outcome.REJECTED:
            raise Fault(f"单据 {which} 没有打印。{report.said}", "处理后请重打，重打会换一个编号。", code)
        if report.outcome is Outcome.UNKNOWN:
            advice = "请看纸上是否完整；不完整就撕掉重打，重打会换一个编号。"
            raise Fault(f"单据 {which} 可能没有打完。{report.said}", advice, code)
    return Printed(number, len(pictures))
