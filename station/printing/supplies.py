"""Acts on blanks and ribbons: receive, load, draw for a card, count, sign. Writes facts; adds nothing up.

The sums are `stock`; what a step of a card does to its blank is told here and appended with that step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from station.domain.errors import Refused
from station.domain.facts import StockActed
from station.printing.book import Told
from station.printing.evidence import Blanks
from station.printing.journal import Journal, Order
from station.printing.machine import Machine, NotReady
from station.printing.stock import (
    BLANK,
    RIBBON,
    Balance,
    Move,
    Pack,
    balance,
    check_pack_name,
    loaded_in,
    pack_subject,
    packs,
    why_blocked,
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A blank set aside for one attempt: its number on the card, and the facts that book it."""

    blank: str
    told: Told


def on_shelf(journal: Journal) -> dict[str, Pack]:
    """All packs and ribbons this station received."""
    return packs(journal.book.facts_of(f"station:{journal.station}"))


def balance_of(journal: Journal, pack: Pack) -> Balance:
    """Where the blanks of that pack are."""
    return balance(pack, journal.book.facts_of(pack_subject(journal.station, pack.name)))


def balances(journal: Journal) -> list[Balance]:
    """Every pack and ribbon, in the order of their names."""
    return [balance_of(journal, pack) for _, pack in sorted(on_shelf(journal).items())]


# --- the store -------------------------------------------------------------------------------------------------------


def receive(
    journal: Journal, pack: str, count: int, *, second: str, item: str = BLANK, cost_fen: int = 0, fund: str = ""
) -> None:
    """A pack of blanks came, or a ribbon good for `count` cards, with what it cost and who pays (R39).

    Who writes it down keeps the pack; `second` has counted it too (trust.md §5.1: custody changes by two).
    """
    check_pack_name(pack)
    witness = _other(journal, second)
    if pack in on_shelf(journal):
        raise Refused("这个编号的卡包或色带已经登记过，请核对编号。", "pack_known")
    if count < 1 or cost_fen < 0:
        raise Refused("数量至少为 1，金额不能为负。", "pack_count")
    today = journal.clock.today()
    came = StockActed(Move.RECEIVED.value, pack, count, today, item, "", witness, cost_fen=cost_fen, fund=fund)
    journal.book.append([(f"station:{journal.station}", came)], actor=journal.actor)


def entrust(journal: Journal, pack: str, *, to: str) -> None:
    """Hand what is not opened of a pack to another keeper: who writes it down gives, `to` takes, both stand in it."""
    found, taker = _pack(journal, pack), _other(journal, to)
    if not found.sealed:
        raise Refused("这一包已全部启用，没有可移交的。", "nothing_sealed")
    if found.keeper == taker:
        raise Refused("这一包已由此人保管，无须移交。", "keeps_it")
    given = StockActed(Move.ENTRUSTED.value, pack, found.sealed, journal.clock.today(), found.item, "", taker)
    journal.book.append([(f"station:{journal.station}", given)], actor=journal.actor)


def _other(journal: Journal, second: str) -> str:
    witness = second.strip()
    if not witness or witness == journal.actor:
        raise Refused("卡包交接须两人办理，请由另一人确认。", "second_person")
    return witness


def load(journal: Journal, pack: str, machine: Machine, count: int | None = None) -> None:
    """Open the pack (all of it, or `count` blanks) and put it into that printer; a ribbon likewise.

    The pack that was there must be used up or counted: at most one pack of a printer is ever open.
    """
    found = _pack(journal, pack)
    before = loaded_in(on_shelf(journal), machine, BLANK)
    if found.item == BLANK and before is not None and before.name != pack and not balance_of(journal, before).settled:
        raise Refused(f"请先清点打印机里的卡包 {before.name} 并登记，再换新卡包。", "pack_not_counted")
    opening = found.sealed if count is None else count
    if not 0 <= opening <= found.sealed:
        raise Refused(f"该卡包只剩 {found.sealed} 张未启用。", "pack_count")
    into = StockActed(Move.LOADED.value, pack, opening, journal.clock.today(), found.item, str(machine))
    journal.book.append([(f"station:{journal.station}", into)], actor=journal.actor)


def count_pack(journal: Journal, pack: str, counted: int) -> Balance:
    """End of the day: what a person counted. The answer says whether it balances."""
    if counted < 0:
        raise Refused("清点数量不能为负。", "pack_count")
    return _tell(journal, _pack(journal, pack), Move.COUNTED, counted)


def sign_difference(journal: Journal, pack: str, *, reason: str, supervisor: str) -> Balance:
    """A supervisor takes over what the count did not explain; the printer may print again."""
    found = _pack(journal, pack)
    now = balance_of(journal, found)
    if now.difference is None:
        raise Refused("请先清点剩余白卡并登记，再由主管签字。", "not_counted")
    if now.in_hand:
        raise Refused(f"还有 {now.in_hand} 张卡没有核实，请先扫描核实。", "cards_in_hand")
    if not reason.strip() or not supervisor.strip():
        raise Refused("请填写差异原因，并由主管签字。", "no_reason")
    return _tell(journal, found, Move.SIGNED, now.difference, reason.strip(), supervisor.strip())


def test_card(journal: Journal, pack: str, count: int = 1, *, reason: str = "TEST_CARD") -> Balance:
    """Blanks used for test prints and cleaning."""
    if count < 1:
        raise Refused("数量至少为 1。", "pack_count")
    return _tell(journal, _pack(journal, pack), Move.TESTED, count, reason)


def test_cards_at(journal: Journal, machine: Machine, count: int, *, reason: str = "TEST_CARD") -> None:
    """Test cards that came out of that printer: its open pack and its ribbon are booked together.

    Raises NotReady where no pack was loaded into it.
    """
    ribbon = loaded_in(on_shelf(journal), machine, RIBBON)
    loaded = [pack_at(journal, machine).pack, *([ribbon] if ribbon is not None else [])]
    told = [
        (
            pack_subject(journal.station, pack.name),
            StockActed(Move.TESTED.value, pack.name, count, journal.clock.today(), pack.item, reason),
        )
        for pack in loaded
    ]
    journal.book.append(told, actor=journal.actor)


def pack_at(journal: Journal, machine: Machine) -> Balance:
    """The pack of blanks that is open in that printer. Raises NotReady when none is."""
    pack = loaded_in(on_shelf(journal), machine, BLANK)
    if pack is None:
        raise NotReady("这台打印机没有登记装入的卡包，请先登记。", "no_pack")
    return balance_of(journal, pack)


def _pack(journal: Journal, name: str) -> Pack:
    found = on_shelf(journal).get(name)
    if found is None:
        raise Refused("没有登记过这个编号的卡包或色带。", "no_such_pack")
    return found


def _tell(journal: Journal, pack: Pack, move: Move, count: int, reason: str = "", second: str = "") -> Balance:
    told = StockActed(move.value, pack.name, count, journal.clock.today(), pack.item, reason, second)
    journal.book.append([(pack_subject(journal.station, pack.name), told)], actor=journal.actor)
    return balance_of(journal, pack)


# --- one card --------------------------------------------------------------------------------------------------------


def draw(journal: Journal, machine: Machine, order: Order) -> Drawn:
    """The next blank of the pack in that printer. Raises NotReady when there is none, or a day was not balanced."""
    now = pack_at(journal, machine)
    blocked = why_blocked(now, journal.clock.today())
    if blocked:
        raise NotReady(blocked, "day_not_balanced")
    if now.remaining < 1:
        raise NotReady(f"卡包 {now.pack.name} 的白卡账面已用完，请装入并登记新卡包。", "no_blank")
    ribbon = loaded_in(on_shelf(journal), machine, RIBBON)
    blank = f"{now.pack.name}#{now.draws + 1}" + (f"/{ribbon.name}" if ribbon else "")
    return Drawn(blank, moves(journal, order, blank, [(Move.DRAWN, 1)]))


def moves(journal: Journal, order: Order, blank: str, what: Sequence[tuple[Move, int]]) -> Told:
    """The stock facts of one step of a card; the ribbon follows blanks that leave or come back."""
    pack, _, rest = blank.partition("#")
    ribbon = rest.partition("/")[2]
    told = []
    for move, count in what:
        if count:
            told.append(_moved(journal, order, pack, BLANK, move, count))
            if ribbon and move in (Move.DRAWN, Move.RETURNED):
                told.append(_moved(journal, order, ribbon, RIBBON, move, count))
    return told


def _moved(journal: Journal, order: Order, pack: str, item: str, move: Move, count: int) -> tuple[str, StockActed]:
    what = StockActed(move.value, pack, count, journal.clock.today(), item, order.name)
    return pack_subject(journal.station, pack), what


def settled(journal: Journal, order: Order, blank: str, b: Blanks) -> Told:
    """The stock facts that end an attempt."""
    return moves(
        journal,
        order,
        blank,
        [
            (Move.DRAWN, b.extra),
            (Move.ACTIVATED, b.used),
            (Move.RETURNED, b.back),
            (Move.SPOILED, b.spoiled),
            (Move.VOID_KEPT, b.kept),
            (Move.MISSING, b.missing),
        ],
    )
