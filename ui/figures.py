"""The figures of a period as lines a person reads: what is counted, of which kind, how many. No figure is made here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from station.domain import reasons
from station.domain.words import ACTS
from ui.words import word, words

NOTHING = "—"
_KINDS: dict[str, Mapping[str, str]] = {
    "applications": ACTS,
    "cards": ACTS,
    "refused_for": {**reasons.REFUSE_CREDIT, **reasons.REFUSE_UNFIT},
    "ended": {**reasons.CANCEL, **reasons.REVOKE},
    "paused": reasons.SUSPEND,
    "reissued_for": reasons.REISSUE,
}
"""Figures that are counted by act or reason -> the words of it, in the order of the counter."""


def lines(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(key, what, how many) of every figure; a figure that is counted by kind has one line for each kind.

    A kind without a word (a company's code, a reason of a newer station) stands as it is.
    """
    tables = {**_KINDS, "open_now": words("application"), "colours_now": words("colour"), "complaints": words("topic")}
    for name, value in document.items():
        label = word("figures", name)
        if not isinstance(value, dict):
            yield name, label, _said(name, value)
        elif not value:
            yield name, label, NOTHING
        else:
            table = tables.get(name, {})
            order = {kind: place for place, kind in enumerate(table)}
            for kind in sorted(value, key=lambda one: order.get(one, len(order))):
                yield f"{name}.{kind}", f"{label}：{_kind(name, table.get(kind, kind))}", str(value[kind])


def _kind(name: str, said: str) -> str:
    unit = words("figures_unit").get(name)
    return unit.format(kind=said) if unit else said


def _said(name: str, value: object) -> str:
    if value is None:
        return NOTHING
    if name == "filing":
        return word("filing", str(value))
    return f"{value:.0%}" if name == "coverage" and isinstance(value, float) else str(value)
