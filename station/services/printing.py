"""A card at the counter: what is printed comes from the record, and the press does the rest (trust.md §5).

The devices come in open; which ones, and by which URL, is bootstrap's business.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import urlsplit

from devices.contracts import CardFaces
from station.cards.artwork import CardContent, compose
from station.cards.proof import prove
from station.domain import card
from station.domain.authority import Actor, permit_act
from station.domain.decide import rights
from station.domain.errors import Refused
from station.domain.people import CATEGORIES
from station.domain.tiers import printable
from station.domain.worker import WorkerRecord
from station.printing import endings, settle, supplies
from station.printing.book import finder
from station.printing.journal import Journal, Order
from station.printing.machine import NotReady
from station.printing.press import Press, Printed, Stage, print_one
from station.printing.ready import ask, machine_of
from station.printing.stock import BLANK, loaded_in
from station.services import stickers
from station.services.bench import Bench
from station.services.capture import photo_of
from station.services.desk import Desk, Done, Topic
from station.services.issuing import token_to_print
from station.services.rehearsal import cast
from station.trust.token import Token, parse, parse_scan, url

_TOUCHED = frozenset({Topic.CARDS, Topic.STOCK})
REHEARSAL_PACK = "YL-000001"
REHEARSAL_BLANKS = 100_000


def content_of(desk: Desk, record: WorkerRecord, order: Order, token: str) -> CardContent:
    """What is printed for this order. Raises Refused while photo or name is missing, or when the print changed."""
    right = rights.permit_of(record, order.number)
    photo = photo_of(desk, record)
    if photo is None or record.person is None or record.person.name is None:
        raise Refused("缺少照片或姓名，不能制卡。", "nothing_to_print")
    made = token_to_print(record, order.number, token)
    city = desk.settings.city
    return CardContent(
        title=city.permit_title,
        name=record.person.name,
        permit_number=order.number,
        company=right.company_name,
        categories=tuple(CATEGORIES[code] for code in _printed(record, right.categories, desk.today())),
        issuer=city.association,
        issued_on=right.released_on or right.generated_on,
        issue_number=order.issue_number,
        token_url=url(city.url_prefix, made),
        host=urlsplit(city.url_prefix).hostname or "",
        photo=photo,
        code_name=city.code_name,
        hotline=city.hotline,
        complaint_phone=city.complaint_phone,
        return_address=city.return_address,
        rehearsal=desk.settings.rehearsal,
        layout=city.layout,
    )


def _printed(record: WorkerRecord, categories: tuple[str, ...], day: date) -> tuple[str, ...]:
    """D-10: a category the medical's tier does not cover is not printed. Raises Refused where none is covered."""
    covered = printable(record, categories, day)
    if not covered:
        wanted = "、".join(CATEGORIES[code] for code in categories)
        raise Refused(f"体检类别没有覆盖任何服务类别（{wanted}），请先登记相应类别的体检再制卡。", "tier_too_low")
    return covered


def faces_of(desk: Desk, order: Order) -> CardFaces:
    """The exact bitmaps that would be printed for this order: the preview."""
    record = desk.worker(order.subject)
    signed = record.tokens.get((order.number, order.issue_number))
    if signed is None:
        raise Refused("省平台尚未签发这一版的码，请先同步后再制卡。", "token_not_signed")
    return compose(content_of(desk, record, order, signed.token))


def waiting(record: WorkerRecord, number: str) -> Order | None:
    """The attempt that is asked for and may be printed next, if any."""
    for piece in record.cards_of(number):
        if piece.state in (card.State.ASKED, card.State.RESERVED):
            return Order(record.subject, number, piece.issue_number)
    return None


def journal_of(desk: Desk, actor: Actor) -> Journal:
    """The print journal as this person writes it."""
    return Journal(desk.ledger, finder(desk.ledger.jobs), desk.ledger.station, desk.clock, actor.person)


def press_of(
    desk: Desk,
    bench: Bench,
    *,
    actor: Actor,
    tell: Callable[[Order, Stage], None] | None = None,
    reached: endings.Reached | None = None,
) -> Press:
    """A press over these devices for this person; over a label printer it makes stickers instead of cards."""
    label, prefixes = bench.label, (desk.settings.city.url_prefix,)

    def faces(order: Order, token: str) -> CardFaces:
        if label is not None:
            return stickers.faces_of(desk, order, token, label)
        return compose(content_of(desk, desk.worker(order.subject), order, token))

    def proof(made: CardFaces, token: str) -> None:
        known = parse(token)
        if not isinstance(known, Token):
            raise Refused("这一版的码已损坏，不能制卡。", "token_broken")
        if label is not None:
            return stickers.prove(made, url(prefixes[0], known), bench.reader, label)
        return prove(made, url(prefixes[0], known), desk.settings.city.layout)

    def same(text: str, token: str) -> bool:
        read, asked = parse_scan(text, prefixes), parse(token)
        return isinstance(read, Token) and isinstance(asked, Token) and read.body == asked.body

    made = Press(
        journal_of(desk, actor),
        bench.printer,
        bench.reader,
        bench.camera,
        faces,
        proof,
        same,
        lambda text: isinstance(parse_scan(text, prefixes), Token),
        seconds=desk.settings.limits.read_back_seconds,
    )
    if tell is not None:
        made = dataclasses.replace(made, tell=tell)
    return made if reached is None else dataclasses.replace(made, reached=reached)


def print_card(press: Press, order: Order, *, actor: Actor) -> Done[Printed]:
    """One card: asked for, printed, read back, active – or a doubt with a task for the person at the printer."""
    permit_act("card.PRINT", actor)
    return Done(print_one(press, order), _TOUCHED)


def settle_left(
    press: Press, *, actor: Actor, word: settle.Word = settle.Word.LOOK, subject: str = ""
) -> Done[Sequence[Printed]]:
    """Scan to settle: all that a crash or a fault left at this printer; a person's word is about one worker's card."""
    permit_act("card.SETTLE", actor)
    if word is settle.Word.LOOK:
        return Done(settle.restart(press), _TOUCHED)
    machine = machine_of(press.printer, ask(press.printer))
    left = [one for one in press.journal.unsettled(machine) if one.order.subject == subject]
    return Done([settle.settle(press, one, word) for one in left], _TOUCHED)


def next_attempt(desk: Desk, subject: str, number: str, *, actor: Actor) -> Done[Order]:
    """After an attempt that gave no card anybody could use: the next issue number, with no supervisor and no 补卡."""
    permit_act("card.ASK", actor)
    return Done(journal_of(desk, actor).ask(subject, number, reason="NEXT_ATTEMPT"), _TOUCHED)


def load_rehearsal_blanks(desk: Desk, bench: Bench, *, actor: Actor) -> None:
    """In a rehearsal an emulated printer without a pack gets one large one, booked like any other."""
    journal = journal_of(desk, actor)
    machine = machine_of(bench.printer, ask(bench.printer))
    shelf = supplies.on_shelf(journal)
    if loaded_in(shelf, machine, BLANK) is None:
        numbers = (f"{REHEARSAL_PACK[:-1]}{number}" for number in itertools.count(1))
        name = next(name for name in numbers if name not in shelf)
        second = cast(desk.settings.city.code).supervisor.person
        supplies.receive(journal, name, REHEARSAL_BLANKS, second=second, cost_fen=0, fund="演练")
        supplies.load(journal, name, machine)


__all__ = [
    "NotReady",
    "content_of",
    "faces_of",
    "journal_of",
    "load_rehearsal_blanks",
    "next_attempt",
    "press_of",
    "print_card",
    "settle_left",
    "waiting",
]
