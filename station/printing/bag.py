"""The bag of cards that must not leave: late ones found, spoiled and void ones kept, and their destruction."""

from __future__ import annotations

from collections import Counter

from station.domain import parts
from station.domain.card import Act, State
from station.domain.errors import Refused
from station.domain.facts import StockActed
from station.printing.evidence import Blank, Ruling
from station.printing.journal import Journal, Order
from station.printing.stock import BLANK, Move, pack_subject
from station.printing.supplies import moves

_BACK = frozenset(ruling.word for ruling in Ruling if ruling.blank is Blank.BACK)
"""The attempt ended with its blank back in the feeder: a card that turns up all the same was never booked."""
_IN_THE_BAG = (Move.SPOILED, Move.VOID_KEPT, Move.FOUND)
_KNOWN = frozenset(move.value for move in Move)


def find_late(journal: Journal, order: Order) -> bool:
    """A card turned up whose attempt was settled without it: book it into the bag. False when it was booked before."""
    piece = journal.card(order)
    booked = _booked(journal, piece, order)
    if booked[Move.MISSING] > booked[Move.FOUND]:
        what = [(Move.FOUND, 1)]
    elif piece.steps[-1].reason in _BACK and not booked[Move.VOID_KEPT]:
        what = [(Move.DRAWN, 1), (Move.VOID_KEPT, 1)]
    else:
        return False
    journal.book.append(moves(journal, order, piece.blank, what), actor=journal.actor)
    return True


def waiting(journal: Journal) -> list[Order]:
    """Cards in the bag, by number: spoiled, void and kept, or recalled; not those of which there is no plastic."""
    found = []
    for subject in journal.find({State.SPOILED, State.VOIDED, State.RECALLED}):
        for piece in journal.worker(subject).cards.values():
            order = Order(subject, piece.number, piece.issue_number)
            if piece.station == journal.station and _plastic(journal, piece, order):
                found.append(order)
    return sorted(found, key=lambda order: (order.number, order.issue_number))


def destroy(journal: Journal, order: Order, *, second: str) -> None:
    """Destroy what the bag holds of one attempt; two names, and the second is not the first (trust.md §5.3)."""
    witness = second.strip()
    if not witness or witness == journal.actor:
        raise Refused("销毁须两人在场，请由另一人签名。", "second_person")
    piece = journal.card(order)
    count = _plastic(journal, piece, order)
    if not count:
        raise Refused("废卡袋里没有这张卡，不能登记销毁。", "not_in_bag")
    pack = piece.blank.partition("#")[0]
    gone = StockActed(Move.DESTROYED.value, pack, count, journal.clock.today(), BLANK, order.name, witness)
    also = [(pack_subject(journal.station, pack), gone)] if pack else []
    journal.note(order, Act.DESTROY, also=also, person=witness)


def _plastic(journal: Journal, piece: parts.Card, order: Order) -> int:
    """How many cards of this attempt lie in the bag."""
    if piece.state is State.RECALLED:
        return 1
    if piece.state not in (State.SPOILED, State.VOIDED):
        return 0
    booked = _booked(journal, piece, order)
    held = sum(booked[move] for move in _IN_THE_BAG)
    return held or int(piece.state is State.SPOILED and booked[Move.ACTIVATED] > 0)


def _booked(journal: Journal, piece: parts.Card, order: Order) -> Counter[Move]:
    """How many blanks were booked under each move for this attempt."""
    booked: Counter[Move] = Counter()
    if piece.blank:
        for fact in journal.book.facts_of(pack_subject(journal.station, piece.blank.partition("#")[0])):
            p = fact.payload
            if isinstance(p, StockActed) and p.reason == order.name and p.act in _KNOWN:
                booked[Move(p.act)] += p.count
    return booked
