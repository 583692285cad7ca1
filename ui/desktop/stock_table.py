"""Every act of the stock desk, one row each: what it asks for, who may, which service it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from devices.contracts import CardPrinter
from station.domain.authority import ACTS, Actor
from station.domain.errors import Refused
from station.services import stock
from station.services.desk import Desk, Done
from ui.acts import Field, Values
from ui.desktop import text_stock as text

DEAREST = 100_000_000
"""A million yuan for one pack is a slip of the keys."""


@dataclass(frozen=True, slots=True)
class StockHand:
    """Everything an act of the stock desk is done with. `printer` is opened only for the act that needs it."""

    desk: Desk
    pack: str
    values: Values
    actor: Actor
    second: Actor | None
    printer: Callable[[], CardPrinter]

    @property
    def chosen(self) -> str:
        """The pack in hand. Raises Refused when there is none."""
        if not self.pack:
            raise Refused(text.PICK, "no_pack")
        return self.pack

    @property
    def other(self) -> Actor:
        """The second person; the rule has made sure there is one."""
        return self.second or self.actor


@dataclass(frozen=True, slots=True)
class StockForm:
    """One act: key in the texts, the rule that says who, its fields, and the deed."""

    key: str
    rule: str
    do: Callable[[StockHand], Any]
    fields: tuple[Field, ...] = ()

    @property
    def two(self) -> bool:
        return bool(ACTS[self.rule].second)

    @property
    def at_printer(self) -> bool:
        return self.key == "load"


def fen_of(yuan: str) -> int:
    """Money as it is typed, in fen. Raises Refused for what is no amount."""
    try:
        amount = Decimal(yuan or "0") * 100
    except InvalidOperation:
        raise Refused(text.BAD_AMOUNT, "amount") from None
    if not amount.is_finite() or not 0 <= amount <= DEAREST or amount != int(amount):
        raise Refused(text.BAD_AMOUNT, "amount")
    return int(amount)


def minutes_of(hours: str) -> int:
    """Hours as they are typed, in whole minutes. Raises Refused for what is none."""
    try:
        minutes = Decimal(hours) * 60
    except InvalidOperation:
        raise Refused(text.BAD_HOURS, "hours") from None
    if not minutes.is_finite() or not 0 <= minutes <= DEAREST or minutes != int(minutes):
        raise Refused(text.BAD_HOURS, "hours")
    return int(minutes)


def _receive(hand: StockHand) -> Any:
    v = hand.values
    return stock.receive(
        hand.desk, v.required("pack"), v.number("count"), item=v.required("item"), cost_fen=fen_of(v.text("yuan")),
        fund=v.text("fund"), actor=hand.actor, second=hand.other,
    )  # fmt: skip


def _labour(hand: StockHand) -> Any:
    v = hand.values
    done = stock.record_labour(
        hand.desk, v.required("month"), minutes_of(v.required("hours")), cost_fen=fen_of(v.text("yuan")),
        fund=v.text("fund"), actor=hand.actor,
    )  # fmt: skip
    return Done(done.value.sentence or text.LABOUR_DONE, done.touched)


def _load(hand: StockHand) -> Any:
    some = hand.values.number("some") if hand.values.text("some") else None
    return stock.load(hand.desk, hand.chosen, hand.printer(), count=some, actor=hand.actor)


def _destroy(hand: StockHand) -> Any:
    lying = stock.in_the_bag(hand.desk)
    if not lying:
        raise Refused(text.NOT_HERE, "bag_empty")
    return stock.destroy(hand.desk, lying, actor=hand.actor, second=hand.other)


FORMS: tuple[StockForm, ...] = (
    StockForm("count", "stock.CLOSE_DAY",
              lambda h: stock.count(h.desk, h.chosen, h.values.number("counted"), actor=h.actor),
              (Field("counted", "number"),)),
    StockForm("receive", "stock.RECEIVE", _receive,
              (Field("pack"), Field("item", "choice", lambda _: text.ITEMS), Field("count", "number"),
               Field("yuan", optional=True), Field("fund", optional=True))),
    StockForm("load", "stock.LOAD", _load, (Field("some", "number", optional=True),)),
    StockForm("sign", "stock.CORRECT",
              lambda h: stock.sign(h.desk, h.chosen, reason=h.values.required("why"), actor=h.actor, second=h.other),
              (Field("why"),)),
    StockForm("found", "card.SETTLE",
              lambda h: stock.found(h.desk, h.values.required("permit").replace(" ", ""), h.values.number("version"),
                                    actor=h.actor),
              (Field("permit"), Field("version", "number"))),
    StockForm("destroy", "stock.DESTROY", _destroy),
    StockForm("entrust", "stock.ENTRUST",
              lambda h: stock.entrust(h.desk, h.chosen, actor=h.actor, second=h.other)),
    StockForm("labour", "stock.LABOUR", _labour,
              (Field("month"), Field("hours"), Field("yuan"), Field("fund", optional=True))),
)  # fmt: skip
