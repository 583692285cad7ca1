"""Every kind of fact can be written down, read back and kept: samples are made from the types of its fields."""

from __future__ import annotations

import dataclasses
import typing
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.facts import KINDS, FactId, Payload
from station.ledger.encoding import fact_of, read, write

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=8)
st.register_type_strategy(date, st.dates(date(1900, 1, 1), date(2100, 1, 1)))


class Open:
    """A sealer that hides nothing: what it was asked to seal can be looked at."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        return "0" * 32, clear

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return box


class Lost(Open):
    """A sealer whose keys are gone, as after an erasure or in another city."""

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return None


def sample(cls: type[Payload]) -> st.SearchStrategy[Payload]:
    """Payloads of that kind with every field filled, or left at None where it may be."""
    hints = typing.get_type_hints(cls)
    return st.builds(cls, **{one.name: _values(hints[one.name]) for one in dataclasses.fields(cls)})


def _values(kind: Any) -> st.SearchStrategy[Any]:
    if kind is str:
        return TEXT
    if kind is int:
        return st.integers(-(1 << 40), 1 << 40)
    if kind is float:
        return st.floats(-1e6, 1e6)
    inner = typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        if inner[-1] is Ellipsis:
            return st.lists(_values(inner[0]), max_size=3).map(tuple)
        return st.tuples(*map(_values, inner))
    if inner:
        return st.one_of(*map(_values, inner))
    return st.from_type(kind)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_written_and_read_back(name: str) -> None:
    @settings(max_examples=15)
    @given(sample(KINDS[name]))
    def round_trip(payload: Payload) -> None:
        raw = write(FactId("330100-01", 1, 7), "worker:x", "330100", "clerk", 1 << 40, payload, "0" * 64, Open())
        assert fact_of(read(raw.body), Open()).payload == payload
        without = fact_of(read(raw.body), Lost()).payload
        for one in dataclasses.fields(payload):
            kept = getattr(without, one.name)
            expected = None if one.metadata.get("personal") else getattr(payload, one.name)
            assert kept == expected, f"{name}.{one.name} does not stay closed"

    round_trip()
