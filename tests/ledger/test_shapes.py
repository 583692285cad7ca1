"""What msgspec reads is what the fields' own readers read, for every kind of fact and whatever stands there."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.domain.facts import KINDS, Payload
from station.ledger.form import canonical
from station.ledger.header import Header, header_of
from station.ledger.limits import INT_LIMIT, ITEMS_LIMIT, TEXT_LIMIT
from station.ledger.shapes import BadShape, shape_of
from tests.conventions.test_facts import sample

WEEK = "2026-W48-6"
"""A date the fields' own readers take and msgspec leaves to them."""
EDGES: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 1e300, INT_LIMIT, INT_LIMIT - 1, -INT_LIMIT, -INT_LIMIT - 1, 1 << 70, "", "1",
    "true", "2026-11-28", "2026-11-28T00:00:00", WEEK, "20261128", "2026-02-30", "12026-1-1", " 2026-11-2", [],
    [[]], ["a"], ["a", 1], [None], [["a", "b"]], [["a", "b", "c"]], [["a", "b", "c", "d"]], {}, {"a": 1},
    "长" * TEXT_LIMIT, "长" * (TEXT_LIMIT + 1), ["a"] * ITEMS_LIMIT, ["a"] * (ITEMS_LIMIT + 1),
    [["a", "b"]] * (ITEMS_LIMIT + 1),
]  # fmt: skip
WITH_FLOATS = {"worker.photographed", "worker.face_matched"}


def both(name: str, said: dict[str, Any]) -> tuple[Payload | None, Payload | None]:
    """(by msgspec, by the fields' own readers); None for what is not taken."""
    shape = shape_of(KINDS[name])
    text = json.dumps(said, ensure_ascii=False)
    try:
        slow: Payload | None = shape.read(json.loads(text), {})
    except BadShape:
        slow = None
    return shape.read_plain(msgspec.Raw(text.encode())), slow


def same(name: str, said: dict[str, Any]) -> None:
    quick, slow = both(name, said)
    assert quick is None or (quick == slow and repr(quick) == repr(slow)), (name, said)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_msgspec_takes_all_that_is_lawful_and_nothing_else(name: str) -> None:
    shape = shape_of(KINDS[name])
    assert (shape.plain is None) == (name in WITH_FLOATS)

    @settings(max_examples=25)
    @given(sample(KINDS[name]), st.data())
    def alike(payload: Payload, data: st.DataObject) -> None:
        said = shape.write_public(payload)
        quick, slow = both(name, said)
        assert quick == (None if name in WITH_FLOATS else slow)
        assert slow is not None
        changed = dict(said)
        for _ in range(data.draw(st.integers(1, 2))):
            field = data.draw(st.sampled_from([*sorted(said), "other", *(one.name for one in shape.personal)]))
            changed[field] = data.draw(st.sampled_from(EDGES))
        same(name, changed)
        if said:
            changed.pop(data.draw(st.sampled_from(sorted(said))))
            same(name, changed)

    alike()


@pytest.mark.parametrize("name", sorted(KINDS.keys() - WITH_FLOATS))
def test_every_field_with_every_edge(name: str) -> None:
    shape = shape_of(KINDS[name])
    least = {one.name: _least(name, one.name) for one in shape.public if one.required}
    assert both(name, least)[0] is not None
    for one in shape.public:
        taken = [value for value in EDGES if both(name, {**least, one.name: value})[0] is not None]
        assert taken, "an edge that nobody takes says nothing"
        for value in EDGES:
            quick, slow = both(name, {**least, one.name: value})
            assert quick == slow or (quick is None and value == WEEK), (one.name, str(value)[:40])


def _least(name: str, field: str) -> Any:
    (one,) = [one for one in shape_of(KINDS[name]).public if one.name == field]
    for value in ("2026-11-28", 1, True, [], [["a", "b"]]):
        try:
            one.read(value)
            return value
        except BadShape:
            continue
    raise AssertionError(field)


def test_broken_text_is_left_to_the_slow_reader() -> None:
    shape = shape_of(KINDS["application.acted"])
    for text in (b"", b"{", b'{"act":"\\ud800"}', b"\xff", b'{"act":"x"}x', b"[" * 5_000):
        assert shape.read_plain(msgspec.Raw(text)) is None


HEAD = {
    "actor": "c", "at": 7, "city": "330100", "data": {"a": 1}, "epoch": 1, "kind": "x", "prev": "", "seq": 1,
    "station": "hz-01", "subject": "worker:a", "version": 1,
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*HEAD, "sealed", "other"]), JSON, max_size=4), st.sampled_from(["", *HEAD]))
def test_a_header_reads_as_json_reads_it(changed: dict[str, Any], lacking: str) -> None:
    fields = {name: value for name, value in {**HEAD, **changed}.items() if name != lacking}
    text = json.dumps(fields, ensure_ascii="data" in changed)
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        return
    if lacking:
        with pytest.raises((KeyError, TypeError)):
            header_of(octets)
        return
    head = header_of(octets)
    said = {name: getattr(head, name) for name in HEAD if name != "data"}
    assert repr(said) == repr({name: fields[name] for name in said})
    assert repr(head.told()) == repr(fields["data"])
    assert repr(head.box()) == repr(fields.get("sealed"))


def test_a_header_is_taken_in_one_pass() -> None:
    """The quicker reader is not there for show: what is canonical never falls through to the slower one."""
    decoder = msgspec.json.Decoder(Header)
    head = decoder.decode(canonical({**HEAD, "format": 1, "sealed": {"box": "", "key": "k"}}).encode())
    assert (head.told(), head.box()) == ({"a": 1}, {"box": "", "key": "k"})
