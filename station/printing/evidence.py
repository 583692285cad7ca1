"""What may be concluded from counters, card position and camera about one print attempt. Pure and total.

The two tables of hardware.md §12.4 and trust.md §5.1 as one function. Doubt never has to guess: an attempt that is
void is worthless wherever its card turns up, so every uncertain case ends in VOID or waits for a person to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devices.contracts import CardPosition, FaultCode, Outcome, PrinterFault, PrinterState
from station.domain.card import Act


class Seen(Enum):
    """What lies in front of the camera, compared with the token that was asked for."""

    NOT_LOOKED = "not_looked"
    THIS = "this"
    OTHER = "other"
    UNREADABLE = "unreadable"
    NOTHING = "nothing"


class Flaw(Enum):
    """What is wrong with a symbol that was read all the same (domain.md §14)."""

    NONE = "none"
    OFTEN_UNREAD = "often_unread"  # BAD-1: in fewer than three of five frames
    PALE = "pale"  # BAD-4: too little between its dark and its bright


class Panels(Enum):
    """How much ribbon the attempt used, against what one card of this printer uses."""

    UNKNOWN = "unknown"
    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Continuity(Enum):
    """Whether the counters before and after may be compared."""

    SAME = "same"
    REBOOTED = "rebooted"
    SILENT = "silent"  # it had counters before and cannot be asked now
    OTHER = "other"  # another printer, or its counters went backwards


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything known of one attempt. `cards` is the move of the card counter, None where there is none."""

    outcome: Outcome | None = None  # None: the program ended before the answer was written down
    cards: int | None = None
    panels: Panels = Panels.UNKNOWN
    position: CardPosition = CardPosition.UNKNOWN
    continuity: Continuity = Continuity.SAME
    seen: Seen = Seen.NOT_LOOKED
    cards_seen: int = 0  # card codes in view at once
    confirmed: bool = False  # a person says that there is nothing else
    late: bool = False  # the attempt was settled before this look
    was_inside: bool = False  # the card stood in the printer when the doubt began
    flaw: Flaw = Flaw.NONE  # of the card that was seen as THIS


class Blank(Enum):
    """Where the blank of the attempt went."""

    OPEN = "open"  # not known yet
    USED = "used"  # it is the card
    BACK = "back"  # still in the feeder
    SPOILED = "spoiled"
    KEPT = "kept"  # void, in the bag
    MISSING = "missing"  # must be found


class Ruling(Enum):
    """The conclusion: (name, act on the card, where its blank went, whether a supervisor must see it, what to do)."""

    VERIFY = ("verify", Act.VERIFY, Blank.USED, False, "")
    NOTHING_CAME_OUT = (
        "nothing_came_out", Act.VOID, Blank.BACK, False,
        "没有出卡，白卡仍在卡槽。请排除打印机故障后继续，系统会换下一个印制号重做。",
    )  # fmt: skip
    TAKE_CARD_OUT = (
        "take_card_out", None, Blank.OPEN, False,
        "卡还在打印机里：请选“把卡退到废卡盒”，退不出来就打开盖板取出；取出后再核实。",
    )  # fmt: skip
    TAKEN_OUT = (
        "taken_out", Act.SPOIL, Blank.SPOILED, False,
        "这张卡已从打印机里退出，请打孔后放入废卡袋，再继续。",
    )  # fmt: skip
    HALF_PRINTED = (
        "half_printed", Act.SPOIL, Blank.SPOILED, False,
        "这张卡没有印完，请打孔后放入废卡袋，再继续。",
    )  # fmt: skip
    CANNOT_BE_READ = (
        "cannot_be_read", Act.SPOIL, Blank.SPOILED, False,
        "这张卡的码读不出来，或者太弱，请打孔后放入废卡袋，再继续。",
    )  # fmt: skip
    KEEP_THE_CARD = (
        "keep_the_card", Act.VOID, Blank.KEPT, False,
        "镜头下的不是这张卡。本次印制已作废，请把卡放入废卡袋，再继续。",
    )  # fmt: skip
    KEEP_THE_STRANGER = (
        "keep_the_stranger", Act.VOID, Blank.BACK, False,
        "打印机没有出过这张卡，镜头下的是别的卡。请把它放入废卡袋，再继续。",
    )  # fmt: skip
    FIND_THE_CARD = (
        "find_the_card", Act.VOID, Blank.MISSING, False,
        "打印机出过卡但没有找到。本次印制已作废；请在出卡口、卡槽和地面找到这张卡，扫描后放入废卡袋。",
    )  # fmt: skip
    COLLECT_COPIES = (
        "collect_copies", Act.VOID, Blank.KEPT, True,
        "同一个码可能印了不止一张。本次印制已作废；请收齐所有卡放入废卡袋，并请主管查看。",
    )  # fmt: skip
    ASK_SUPERVISOR = (
        "ask_supervisor", Act.VOID, Blank.KEPT, True,
        "打印机说没有印，镜头却读到了这张卡。本次印制已作废；请收好这张卡并请主管查看。",
    )  # fmt: skip
    LOOK = ("look", None, Blank.OPEN, False, "请把刚打印的卡放到镜头下扫描。")
    LOOK_PRINTER_CHANGED = (
        "look_printer_changed", None, Blank.OPEN, False,
        "打印机重启过、换过或无应答，无法核对出卡数。请查看卡槽：只有一张，放到镜头下选“就是这张”；不止一张，一起放到镜头下选“就是这张”；没有卡，选“没有出卡”。",
    )  # fmt: skip
    LOOK_ONE_CARD_ONLY = (
        "look_one_card_only", None, Blank.OPEN, False,
        "镜头下有不止一张卡，请只留下刚打印的一张再扫描；如果出来了两张一样的，一起放到镜头下选“就是这张”作废。",
    )  # fmt: skip
    LOOK_WRONG_CARD = (
        "look_wrong_card", None, Blank.OPEN, False,
        "镜头下不是这张卡，请换成刚打印的卡；如果出来的就是它，选“就是这张”。",
    )  # fmt: skip
    LOOK_UNREADABLE = (
        "look_unreadable", None, Blank.OPEN, False,
        "看到了卡但读不出码，请放平、避开反光再扫描；仍读不出，选“就是这张”。",
    )  # fmt: skip
    LOOK_WEAK = (
        "look_weak", None, Blank.OPEN, False,
        "这张卡的码时读时不读（5 帧读出不到 3 帧）。请放平、避开反光再扫描；仍然这样，选“就是这张”作废。",
    )  # fmt: skip
    LOOK_PALE = (
        "look_pale", None, Blank.OPEN, False,
        "这张卡的码印得太淡，雇主的手机可能读不出。请避开反光再扫描；仍然太淡，选“就是这张”作废重做，并检查色带和打印头。",
    )  # fmt: skip
    LOOK_FOR_CARD = (
        "look_for_card", None, Blank.OPEN, False,
        "镜头下没有看到卡。请把刚打印的卡放到镜头下；如果没有卡出来，选“没有出卡”。",
    )  # fmt: skip
    COLLECT_LATE = (
        "collect_late", None, Blank.OPEN, False,
        "这张卡的印制早已作废，不能使用。请打孔后放入废卡袋。",
    )  # fmt: skip
    ALREADY_SETTLED = ("already_settled", None, Blank.OPEN, False, "这张卡已经处理完，无须再处理。")

    def __init__(self, word: str, act: Act | None, blank: Blank, supervisor: bool, sentence: str) -> None:
        self.word = word
        self.act = act
        self.blank = blank
        self.supervisor = supervisor
        self.sentence = sentence

    @property
    def settles(self) -> bool:
        """The attempt has an end; otherwise a person must look again."""
        return self.act is not None


def conclude(e: Evidence) -> Ruling:
    """What the evidence of one attempt amounts to. Every input has an answer; nothing leads to sending again."""
    if e.late:
        return Ruling.COLLECT_LATE if e.seen is Seen.THIS else Ruling.ALREADY_SETTLED
    moved = trusted_move(e)
    if moved is not None and moved >= 2:
        lost = e.confirmed and e.seen is Seen.NOTHING
        return Ruling.FIND_THE_CARD if lost else Ruling.COLLECT_COPIES
    if e.position is CardPosition.INSIDE and e.continuity is not Continuity.OTHER:
        return Ruling.TAKE_CARD_OUT
    if e.was_inside and _is_out(e):
        return Ruling.TAKEN_OUT
    if e.panels is Panels.PARTIAL and e.continuity is Continuity.SAME:
        return Ruling.HALF_PRINTED
    if _never_fed(e, moved):
        return _NOTHING_FED[e.seen]
    if e.seen is Seen.NOT_LOOKED:
        return Ruling.LOOK if e.continuity is Continuity.SAME else Ruling.LOOK_PRINTER_CHANGED
    if e.seen is Seen.THIS:
        if e.cards_seen > 1:
            return Ruling.COLLECT_COPIES if e.confirmed else Ruling.LOOK_ONE_CARD_ONLY
        if e.continuity is not Continuity.SAME and not e.confirmed:
            return Ruling.LOOK_PRINTER_CHANGED
        if moved == 0:
            return Ruling.ASK_SUPERVISOR
        return Ruling.CANNOT_BE_READ if e.confirmed and e.flaw in _WEAK else _WEAK.get(e.flaw, Ruling.VERIFY)
    if not e.confirmed:
        return _LOOK_AGAIN[e.seen]
    agreed = moved == 0 or (e.continuity is Continuity.REBOOTED and e.cards == 0 and e.seen is Seen.NOTHING)
    return (_NOTHING_FED if agreed else _ONE_FED)[e.seen]


def _is_out(e: Evidence) -> bool:
    """A card that stood inside is booked when the path is empty, or when it lies before the camera."""
    empty = e.position is CardPosition.NONE and e.continuity is not Continuity.OTHER
    return empty or (e.seen is Seen.THIS and e.cards_seen == 1)


_NOTHING_FED = {
    Seen.NOT_LOOKED: Ruling.NOTHING_CAME_OUT,
    Seen.NOTHING: Ruling.NOTHING_CAME_OUT,
    Seen.THIS: Ruling.ASK_SUPERVISOR,
    Seen.OTHER: Ruling.KEEP_THE_STRANGER,
    Seen.UNREADABLE: Ruling.KEEP_THE_STRANGER,
}
_ONE_FED = {
    Seen.NOTHING: Ruling.FIND_THE_CARD,
    Seen.OTHER: Ruling.KEEP_THE_CARD,
    Seen.UNREADABLE: Ruling.CANNOT_BE_READ,
}
_WEAK = {Flaw.OFTEN_UNREAD: Ruling.LOOK_WEAK, Flaw.PALE: Ruling.LOOK_PALE}
_LOOK_AGAIN = {
    Seen.NOTHING: Ruling.LOOK_FOR_CARD,
    Seen.OTHER: Ruling.LOOK_WRONG_CARD,
    Seen.UNREADABLE: Ruling.LOOK_UNREADABLE,
}


def trusted_move(e: Evidence) -> int | None:
    """The move of the card counter as far as it may be believed.

    A rebooted printer may have forgotten a card, never invented one; a full ribbon use outweighs a counter at rest.
    """
    if e.cards is None or e.cards < 0 or e.continuity is Continuity.OTHER:
        return None
    if e.continuity is Continuity.REBOOTED and e.cards < 2:
        return None
    return None if e.cards == 0 and e.panels is Panels.FULL else e.cards


def _never_fed(e: Evidence, moved: int | None) -> bool:
    """The printer itself refused, or its counter and its empty path say that no card was taken."""
    if e.outcome is Outcome.REJECTED:
        return moved in (0, None) and e.panels is not Panels.FULL
    return moved == 0 and e.position is CardPosition.NONE


@dataclass(frozen=True, slots=True)
class Blanks:
    """How the blanks of one attempt are booked. One was drawn; `extra` more left the feeder."""

    extra: int = 0
    used: int = 0
    back: int = 0
    spoiled: int = 0
    kept: int = 0
    missing: int = 0


def blanks(ruling: Ruling, e: Evidence) -> Blanks:
    """Where every blank of a settled attempt went: 1 + extra = used + back + spoiled + kept + missing."""
    fed = trusted_move(e) or 1
    if ruling is Ruling.COLLECT_COPIES:
        fed = max(fed, e.cards_seen)
        held = min(e.cards_seen, fed)
        return Blanks(extra=fed - 1, kept=held, missing=fed - held)
    if ruling.blank is Blank.MISSING:
        return Blanks(extra=fed - 1, missing=fed)
    return Blanks(
        used=int(ruling.blank is Blank.USED),
        back=int(ruling.blank is Blank.BACK),
        spoiled=int(ruling.blank is Blank.SPOILED),
        kept=int(ruling.blank is Blank.KEPT),
    )


def panels_used(moved: int | None, of_job: int | None) -> Panels:
    """What a move of the panel counter means for a job that uses `of_job` panels (None: not known)."""
    if moved is None or moved < 0:
        return Panels.UNKNOWN
    if moved == 0:
        return Panels.NONE
    if of_job is None:
        return Panels.UNKNOWN
    return Panels.PARTIAL if moved < of_job else Panels.FULL


@dataclass(frozen=True, slots=True)
class Before:
    """What was written down before the first byte."""

    cards: int | None
    panels: int | None
    serial: str
    panels_of_job: int | None = None


def of_printer(
    before: Before,
    after: PrinterState | None,
    outcome: Outcome | None,
    fault: PrinterFault | None = None,
) -> Evidence:
    """The machine's half of the evidence; the camera has not looked. `after` is None when it cannot be asked."""
    if after is None:
        silent = before.cards is not None
        return Evidence(outcome, continuity=Continuity.SILENT if silent else Continuity.SAME)
    moved, panels = _move(before.cards, after.cards), _move(before.panels, after.panels)
    continuity = Continuity.SILENT if before.cards is not None and after.cards is None else Continuity.SAME
    if after.serial != before.serial or min(moved or 0, panels or 0) < 0:
        continuity = Continuity.OTHER
    elif any(f.code is FaultCode.REBOOTED for f in (*after.faults, *((fault,) if fault else ()))):
        continuity = Continuity.REBOOTED
    return Evidence(outcome, moved, panels_used(panels, before.panels_of_job), after.card_position, continuity)


def _move(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before
