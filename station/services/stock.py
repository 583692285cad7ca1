"""Blanks and ribbons at the counter: received and handed on by two, loaded, counted, signed for, destroyed; the hours.

One line per pack and the end of the day as a list of what is still to do. The arithmetic is station.printing.stock;
who may do what is station.domain.authority. Screens and the command line show `PackLine`, `BagLine`, `SpoilLine`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from devices.contracts import CardPrinter
from station.domain import parts
from station.domain.authority import Actor, permit_act
from station.domain.card import Act, State
from station.domain.errors import Refused
from station.domain.reasons import SPOIL
from station.printing import bag, labour, supplies
from station.printing.cost import Cost, cost_of
from station.printing.evidence import Blank, Ruling
from station.printing.journal import Journal, Order
from station.printing.labour import Worked
from station.printing.machine import Machine
from station.printing.ready import ask, machine_of
from station.printing.settle import scanned_ended
from station.printing.stock import BLANK, RIBBON, Balance, why_blocked
from station.services.desk import Desk, Done, Topic
from station.services.printing import journal_of

_STOCK = frozenset({Topic.STOCK})
_BAG = frozenset({Topic.STOCK, Topic.CARDS})

SPOIL_OF = {
    Ruling.HALF_PRINTED.word: "PRINT_DEFECT",
    Ruling.CANNOT_BE_READ.word: "UNREADABLE",
    Ruling.KEEP_THE_CARD.word: "WRONG_CODE",
    Ruling.KEEP_THE_STRANGER.word: "WRONG_CODE",
}
"""A conclusion of the press in the closed list of spoil reasons (station.domain.reasons); anything else is OTHER."""
_FAULTS = {"ribbon_end": "RIBBON_END", "ribbon_broken": "RIBBON_END", "card_jam": "JAM", "feed_fail": "JAM"}
_WITHOUT_CARD = (Act.SPOIL.value, Act.VOID.value)
_BACK = frozenset(ruling.word for ruling in Ruling if ruling.blank is Blank.BACK)


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack of blanks or one ribbon as a person sees it. `loaded` = all that follows it, always."""

    pack: str
    item: str  # BLANK, or RIBBON counted in cards
    received: int
    sealed: int
    loaded: int
    active: int
    spoiled: int
    void_kept: int
    missing: int
    tested: int
    written_off: int
    in_hand: int
    remaining: int
    destroyed: int
    counted: int | None  # the last count, as long as nothing has moved since
    difference: int | None
    printer: str  # the serial number of the printer it is in, "" in the cupboard
    needs_count: bool  # something moved and no count or signature covers it
    blocked: str  # why its printer may not print today, "" when it may
    cost_fen: int
    fund: str
    keeper: str  # who answers for what is sealed; "" in packs that came before keepers were named

    @property
    def accounted(self) -> int:
        """The right side of the equation."""
        used = self.active + self.spoiled + self.void_kept + self.missing + self.tested + self.written_off
        return used + self.in_hand + self.remaining

    @property
    def balanced(self) -> bool:
        """Every blank that was opened is somewhere, and none is missing or unsettled."""
        return self.loaded == self.accounted and self.in_hand == self.missing == 0


@dataclass(frozen=True, slots=True)
class BagLine:
    """One card in the bag: spoiled, void or recalled; to be destroyed by two."""

    subject: str
    number: str
    issue_number: int
    state: str
    reason: str  # a code of the closed list of spoil reasons


@dataclass(frozen=True, slots=True)
class SpoilLine:
    """How many blanks were lost in attempts that ended without a card, by reason."""

    reason: str
    count: int


# --- the store -------------------------------------------------------------------------------------------------------


def receive(
    desk: Desk, pack: str, count: int, *, item: str = BLANK, cost_fen: int = 0, fund: str = "", actor: Actor,
    second: Actor,
) -> Done[PackLine]:  # fmt: skip
    """A numbered pack of blanks came, or a ribbon good for `count` cards, with its price and who pays (R39).

    `actor` keeps it from now on; `second` has counted it too (trust.md §5.1: custody changes by two).
    """
    permit_act("stock.RECEIVE", actor, second)
    if item not in (BLANK, RIBBON):
        raise Refused("请选择白卡或色带。", "stock_item")
    supplies.receive(
        journal_of(desk, actor), pack, count, second=second.person, item=item, cost_fen=cost_fen, fund=fund.strip()
    )
    return Done(line_of(desk, pack), _STOCK)


def entrust(desk: Desk, pack: str, *, actor: Actor, second: Actor) -> Done[PackLine]:
    """What is sealed of a pack goes from its keeper, or a supervisor where the keeper is away, to `second`."""
    permit_act("stock.ENTRUST", actor, second)
    keeper = line_of(desk, pack).keeper
    if keeper not in ("", actor.person) and "SUPERVISOR" not in actor.roles:
        raise Refused(f"这一包由 {keeper} 保管，请由其本人或主管移交。", "not_the_keeper")
    supplies.entrust(journal_of(desk, actor), pack, to=second.person)
    return Done(line_of(desk, pack), _STOCK)


def load(
    desk: Desk, pack: str, printer: CardPrinter, *, count: int | None = None, actor: Actor
) -> Done[PackLine]:
    """Open the pack, or `count` blanks of it, into that printer; it is asked for its serial number."""
    return load_into(desk, pack, machine_of(printer, ask(printer)), count=count, actor=actor)


def load_into(
    desk: Desk, pack: str, machine: Machine, *, count: int | None = None, actor: Actor
) -> Done[PackLine]:
    """The same for a printer whose serial number is known."""
    permit_act("stock.LOAD", actor)
    supplies.load(journal_of(desk, actor), pack, machine, count)
    return Done(line_of(desk, pack), _STOCK)


def open_pack(desk: Desk, machine: Machine) -> PackLine:
    """The pack of blanks that is open in that printer. Raises NotReady when none is."""
    return _line(supplies.pack_at(_looking(desk), machine), desk.clock.today())


def use_for_test(
    desk: Desk, pack: str, count: int = 1, *, reason: str = "TEST_CARD", actor: Actor
) -> Done[PackLine]:
    """Blanks used for test prints and cleaning."""
    permit_act("stock.LOAD", actor)
    supplies.test_card(journal_of(desk, actor), pack, count, reason=reason)
    return Done(line_of(desk, pack), _STOCK)


# --- the end of the day ----------------------------------------------------------------------------------------------


def count(desk: Desk, pack: str, counted: int, *, actor: Actor) -> Done[PackLine]:
    """What a person counted in the printer and beside it. The answer says whether the pack balances."""
    permit_act("stock.CLOSE_DAY", actor)
    supplies.count_pack(journal_of(desk, actor), pack, counted)
    return Done(line_of(desk, pack), _STOCK)


def close_day(desk: Desk, counts: Mapping[str, int], *, actor: Actor) -> Done[list[PackLine]]:
    """The counts of all packs at once. What does not balance afterwards is in `day_to_close`."""
    for pack, counted in counts.items():
        count(desk, pack, counted, actor=actor)
    return Done(day_to_close(desk), _STOCK)


def sign(desk: Desk, pack: str, *, reason: str, actor: Actor, second: Actor) -> Done[PackLine]:
    """A supervisor takes over what the count did not explain; `second` is the person who counted."""
    permit_act("stock.CORRECT", actor, second)
    supplies.sign_difference(journal_of(desk, second), pack, reason=reason, supervisor=actor.person)
    return Done(line_of(desk, pack), _STOCK)


def day_to_close(desk: Desk) -> list[PackLine]:
    """The packs whose movements no count or signature has covered: to be empty before the lights go out."""
    return [line for line in packs(desk) if line.needs_count]


# --- hours and what a card costs -------------------------------------------------------------------------------------


def record_labour(desk: Desk, month: str, minutes: int, *, cost_fen: int, fund: str, actor: Actor) -> Done[Cost]:
    """R39 工时: what people's work on cards in a month (2026-11) cost a fund. Answers the cost of that year.

    Told again, it replaces the earlier total.
    """
    permit_act("stock.LABOUR", actor)
    try:
        first = date.fromisoformat(f"{month.strip()}-01")
    except ValueError:
        raise Refused(f"“{month}”不是月份，请写成 2026-11。", "labour_month") from None
    labour.record_labour(journal_of(desk, actor), first, minutes, cost_fen=cost_fen, fund=fund.strip())
    return Done(cost(desk, first.year), _STOCK)


def cost(desk: Desk, year: int) -> Cost:
    """A year's blanks, ribbons, spoils and hours by fund, per card handed over, against 10 yuan (D-32, R38-R40)."""
    cards = desk.ledger.jobs.handed_over(desk.ledger.station, date(year, 1, 1), date(year, 12, 31))
    return cost_of(_looking(desk), year, cards)


def worked(desk: Desk, year: int) -> list[Worked]:
    """The hours that count, by month and fund."""
    return labour.worked_in(_looking(desk), year)


# --- looking ---------------------------------------------------------------------------------------------------------


def packs(desk: Desk) -> list[PackLine]:
    """Every pack and ribbon of this station, in the order of their names."""
    today = desk.clock.today()
    return [_line(found, today) for found in supplies.balances(_looking(desk))]


def line_of(desk: Desk, pack: str) -> PackLine:
    """One of them. Raises Refused for a name nobody received."""
    found = next((line for line in packs(desk) if line.pack == pack), None)
    if found is None:
        raise Refused("没有登记过这个编号的卡包或色带，请核对编号或先登记入库。", "no_such_pack")
    return found


def unbalanced(desk: Desk) -> list[PackLine]:
    """Packs of blanks whose equation has a hole: a card not settled or not found."""
    return [line for line in packs(desk) if line.item == BLANK and not line.balanced]


def spoils(desk: Desk, on: date | None = None) -> list[SpoilLine]:
    """Cards that were spoiled or void, by reason, the most frequent first; of one day, or all. Where the blank went
    back into the feeder nothing was lost.
    """
    counts = Counter(why(piece) for piece in _ended(_looking(desk)) if lost(piece, on))
    return [SpoilLine(reason, many) for reason, many in counts.most_common()]


def in_the_bag(desk: Desk) -> list[BagLine]:
    """Cards that wait for destruction, by permit number."""
    journal = _looking(desk)
    found = [(order, journal.card(order)) for order in bag.waiting(journal)]
    return [
        BagLine(order.subject, order.number, order.issue_number, piece.state.value, why(piece))
        for order, piece in found
    ]


def found(desk: Desk, number: str, issue_number: int, *, actor: Actor) -> Done[str]:
    """A card turned up that may not be used: late, lost or void. Booked once; answers what to do with it."""
    permit_act("card.SETTLE", actor)
    subject = desk.ledger.subject_of_permit(number)
    if subject is None:
        raise Refused("没有这个编号的码证，请核对后重试。", "no_permit")
    ruling = scanned_ended(journal_of(desk, actor), Order(subject, number, issue_number))
    return Done(ruling.sentence, _BAG)


def destroy(desk: Desk, cards: Sequence[BagLine], *, actor: Actor, second: Actor) -> Done[int]:
    """Destroy these cards of the bag; two people, two names (trust.md §5.3). Answers how many."""
    permit_act("stock.DESTROY", actor, second)
    journal = journal_of(desk, actor)
    for line in cards:
        bag.destroy(journal, Order(line.subject, line.number, line.issue_number), second=second.person)
    return Done(len(cards), _BAG)


def why(piece: parts.Card) -> str:
    """The reason a card ended, in the closed list of spoil reasons: the printer's fault before the conclusion."""
    ended = next((step for step in reversed(piece.steps) if step.act in _WITHOUT_CARD), None)
    if ended is None:
        return "OTHER"
    return ended.reason if ended.reason in SPOIL else _FAULTS.get(piece.fault) or SPOIL_OF.get(ended.reason, "OTHER")


def _ended(journal: Journal) -> list[parts.Card]:
    ends = {State.SPOILED, State.VOIDED, State.DESTROYED}
    return [
        piece
        for subject in journal.find(ends)
        for piece in journal.worker(subject).cards.values()
        if piece.state in ends and piece.station == journal.station
    ]


def lost(piece: parts.Card, on: date | None = None) -> bool:
    """Whether this attempt cost a blank, on that day if one is named."""
    ended = next((step for step in piece.steps if step.act in _WITHOUT_CARD), None)
    return bool(piece.blank) and ended is not None and ended.reason not in _BACK and on in (None, ended.on)


def _looking(desk: Desk) -> Journal:
    """A journal nobody writes with."""
    return journal_of(desk, Actor("", ()))


def _line(b: Balance, today: date) -> PackLine:
    pack = b.pack
    blanks = pack.item == BLANK
    active, in_hand = (b.active, b.in_hand) if blanks else (b.active + b.in_hand, 0)  # a ribbon is used when drawn
    return PackLine(
        pack.name, pack.item, pack.received, pack.sealed, pack.opened, active, b.spoiled, b.kept, b.missing, b.tested,
        b.written_off, in_hand, b.remaining, b.destroyed, b.counted, b.difference,
        Machine.parse(pack.machine).serial if pack.machine else "", blanks and not b.settled,
        why_blocked(b, today) if blanks else "", pack.cost_fen, pack.fund, pack.keeper,
    )  # fmt: skip
