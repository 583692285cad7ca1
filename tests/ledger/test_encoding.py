"""A fact written down and read back: canonical, sealed, strict."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.errors import Bug, Fault, Refused
from station.domain.facts import KINDS, Fact, FactId, Payload, UnknownPayload, WorkerRegistered
from station.ledger import encoding, form, shapes
from station.ledger.shapes import BadShape, shape_of
from tests.ledger.office import CITY, DAY, NUMBER, registered

SUBJECT = "worker:abcdefghijklmnopqrstuvwx"
FIRST = FactId("hz-01", 1, 1)
HEX = "ab" * 32


class Glass:
    """A sealer whose boxes are glass: what matters here is where the bytes go."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        return "0" * 32, about + b"#" + clear

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        head, _, clear = box.partition(b"#")
        return clear if head == about else None


def written(payload: Payload, fact: FactId = FIRST, prev: str = "") -> encoding.RawFact:
    return encoding.write(fact, SUBJECT, CITY, "clerk-1", 77 << 16, payload, prev, Glass())


def body(**changed: Any) -> str:
    """A lawful body with parts replaced; a part given as `...` is left out."""
    parts: dict[str, Any] = {**json.loads(written(registered()).body), **changed}
    return form.canonical({name: value for name, value in parts.items() if value is not ...})


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(1 << 62), 1 << 62),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    tuple[str, ...]: st.lists(TEXT, max_size=4).map(tuple),
    tuple[tuple[str, str], ...]: st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
    tuple[tuple[str, str, str, str], ...]: st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    tuple[tuple[str, float, str], ...]: st.lists(
        st.tuples(TEXT, st.floats(allow_nan=False, allow_infinity=False), TEXT), max_size=3
    ).map(tuple),
}


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    """Any payload of any registered kind, any field possibly absent where it may be."""
    cls = draw(st.sampled_from(sorted(KINDS.values(), key=lambda c: c.kind)))
    import typing

    hints = typing.get_type_hints(cls)
    values = {}
    for field in fields(cls):
        kind, optional = shapes._unwrap(hints[field.name])
        strategy = VALUES[kind]
        values[field.name] = draw(st.none() | strategy if optional else strategy)
    return cls(**values)


def test_every_field_of_every_kind_can_be_drawn() -> None:
    """Said here, because a kind may not be drawn today that fails the property tomorrow."""
    import typing

    for cls in KINDS.values():
        hints = typing.get_type_hints(cls)
        for field in fields(cls):
            assert shapes._unwrap(hints[field.name])[0] in VALUES, (cls.kind, field.name)


@given(payloads())
def test_every_kind_survives_writing_and_reading(payload: Payload) -> None:
    raw = written(payload)
    again = encoding.read(raw.body)
    assert again == raw
    assert encoding.fact_of(again, Glass()) == Fact(FIRST, SUBJECT, CITY, "clerk-1", 77 << 16, payload)
    assert again.hash == hashlib.sha256(raw.body.encode()).digest()
    assert encoding.trusted(raw.body) == raw


def test_the_body_is_canonical_and_says_nothing_personal() -> None:
    raw = written(registered("张三"))
    parts = json.loads(raw.body)
    assert raw.body == json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert parts["data"] == {"categories": ["HOUSEWORK"], "document_kind": "ID_CARD", "wants_card": True}
    assert raw.key == "0" * 32
    assert "sealed" not in json.loads(written(KINDS["station.acted"]("STARTED", DAY)).body)


def test_a_box_is_bound_to_its_fact() -> None:
    raw = written(registered())
    moved = encoding.read(body(seq=2, prev=HEX))
    assert isinstance(encoding.fact_of(raw, Glass()).payload, WorkerRegistered)
    moved_payload = encoding.fact_of(moved, Glass()).payload
    assert isinstance(moved_payload, WorkerRegistered)
    assert moved_payload.number is None


BAD_BODIES = [
    "",
    "{}",
    "[]",
    "nonsense",
    "[" * 3000,
    '{"a":' * 3000,
    body() + " ",
    " " + body(),
    body().replace('{"actor"', '{"actor":"x","actor"'),
    body().replace('"at":', '"at": '),
    body(station="HZ"),
    body(station=""),
    body(station=7),
    body(station="x" * 41),
    body(kind="Worker"),
    body(subject="worker"),
    body(subject="worker:a b"),
    body(city="33010"),
    body(city="３３０１００"),
    body(epoch=0),
    body(epoch=True),
    body(epoch=1.0),
    body(seq=-1),
    body(seq=1 << 63),
    body(seq=2),
    body(prev=HEX),
    body(seq=2, prev="AB" * 32),
    body(prev=None),
    body(actor=""),
    body(actor="x" * 65),
    body(actor=None),
    body(at=0),
    body(at="1"),
    body(version=0),
    body(format=2),
    body(data=[]),
    body(data=...),
    body(extra=1),
    body(sealed=None),
    body(sealed={"box": "AA=="}),
    body(sealed={"box": "AA==", "key": "0" * 31}),
    body(sealed={"box": "AB==", "key": "0" * 32}),
    body(sealed={"box": "*", "key": "0" * 32}),
    body(sealed={"box": "é", "key": "0" * 32}),
    body(sealed={"box": 1, "key": "0" * 32}),
    body(data={"x": {"x": {"x": {"x": {"x": {"x": 1}}}}}}),
    body(data={"x": [[[[[[1]]]]]]}),
    body(data={"x": 1}).replace('"x":1', '"x":1e999'),
    body(data={"x": 1}).replace('"x":1', '"x":NaN'),
    body(data={"x": 1}).replace('"x":1', '"x":' + "9" * 5000),
    body(data={"x": "a"}).replace('"a"', '"\\ud800"'),
    body(data={"x": "a"}).replace('"a"', '"\ud800"'),
    body(data={"x": "y" * 70_000}),
    body(data={"x": "字" * 30_000}),
]


@pytest.mark.parametrize("bad", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_what_is_not_a_fact_is_refused_loudly(bad: str) -> None:
    with pytest.raises(Fault) as caught:
        encoding.read(bad)
    assert caught.value.code == "fact_malformed"
    assert len(caught.value.sentence) < 200


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_no_other_error_ever_leaves_the_reader(text: str) -> None:
    with pytest.raises(Fault):
        encoding.read(text)


@pytest.mark.parametrize(
    "data",
    [
        {"act": "STARTED"},
        {"act": "STARTED", "on": "2026-11-02", "note": "", "more": 1},
        {"act": 1, "on": "2026-11-02", "note": ""},
        {"act": "STARTED", "on": "2026-13-02", "note": ""},
        {"act": "STARTED", "on": "20261102", "note": ""},
        {"act": "STARTED", "on": 20261102, "note": ""},
        {"act": "STARTED", "on": "2026-11-02", "note": None},
    ],
)
def test_a_known_kind_with_a_wrong_shape_has_no_effect_and_is_refused_by_whoever_may(data: dict[str, Any]) -> None:
    inert(encoding.read(body(kind="station.acted", data=data, sealed=...)))


def inert(raw: encoding.RawFact) -> None:
    """Kept and without effect; who may still refuse the fact is told that it does not read."""
    assert encoding.fact_of(raw, Glass()).payload == UnknownPayload(name=raw.kind)
    with pytest.raises(Fault) as caught:
        encoding.check(raw, Glass())
    assert caught.value.code == "fact_malformed"


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("worker.registered", "categories", "HOUSEWORK"),
        ("worker.registered", "wants_card", 1),
        ("worker.photographed", "width", True),
        ("worker.photographed", "width", 1 << 63),
        ("worker.photographed", "quality", [["a", 1.0]]),
        ("worker.photographed", "quality", [["a", 1, "b"]]),
        ("worker.photographed", "quality", [["a", 1.0, "b"]] * 1001),
    ],
)
def test_wrong_values_are_refused_field_by_field(kind: str, field: str, value: Any) -> None:
    good = {
        "worker.registered": {"categories": [], "document_kind": "ID_CARD", "wants_card": True},
        "worker.photographed": {
            "background_corrected": False, "height": 1, "quality": [], "sha256": "", "source": "", "width": 1,
        },
    }[kind]  # fmt: skip
    assert encoding.fact_of(encoding.read(body(kind=kind, data=good, sealed=...)), Glass())
    inert(encoding.read(body(kind=kind, data={**good, field: value}, sealed=...)))


def test_an_unknown_kind_or_newer_version_is_kept_as_it_is() -> None:
    for raw in (encoding.read(body(kind="worker.cloned", data={"x": [1]})), encoding.read(body(version=2))):
        fact = encoding.fact_of(raw, Glass())
        assert fact.payload == UnknownPayload(name=raw.kind)


@pytest.mark.parametrize("version", [0, 2, 99, True, "1", None, 1.0])
def test_only_the_version_of_today_is_read_the_short_way(version: Any) -> None:
    told = KINDS["station.acted"]("STARTED", DAY)
    raw = written(told)
    assert encoding.fact_of(encoding.trusted(raw.body), Glass()).payload == told
    for opened in (True, False):
        other = encoding.trusted(form.canonical({**raw.fields, "version": version}), opened=opened)
        assert other.payload is None
        assert isinstance(encoding.fact_of(other, Glass()).payload, UnknownPayload)


def test_facts_are_the_same_by_text_and_signature() -> None:
    raw = written(KINDS["station.acted"]("STARTED", DAY))
    assert raw == encoding.trusted(raw.body, opened=True)
    assert raw != encoding.signed(raw, b"s")
    assert raw != written(KINDS["station.acted"]("ENDED", DAY))
    assert len({raw, encoding.trusted(raw.body), encoding.signed(raw, b"s")}) == 2


def test_an_older_version_is_brought_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "VERSIONS", {})
    monkeypatch.setattr(encoding, "UPCASTS", {})
    old = encoding.read(body(kind="station.acted", data={"act": "STARTED", "when": "2026-11-02"}, sealed=...))

    @encoding.upcast("station.acted", 1)
    def renamed(values: dict[str, Any]) -> dict[str, Any]:
        return {"on": values.pop("when"), "note": "", **values}

    assert encoding.fact_of(old, Glass()).payload == KINDS["station.acted"]("STARTED", DAY)
    assert json.loads(written(KINDS["station.acted"]("STARTED", DAY)).body)["version"] == 2
    monkeypatch.setitem(encoding.VERSIONS, "station.acted", 3)
    inert(old)  # a step that nobody wrote


@pytest.mark.parametrize("error", [KeyError("x"), TypeError(), AttributeError(), OverflowError(), ValueError()])
def test_an_upcast_that_meets_nonsense_leaves_no_error(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(encoding, "VERSIONS", {})
    monkeypatch.setattr(encoding, "UPCASTS", {})

    @encoding.upcast("station.acted", 1)
    def stumbles(values: dict[str, Any]) -> dict[str, Any]:
        raise error

    inert(encoding.read(body(kind="station.acted", data={"act": "STARTED"}, sealed=...)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
REAL = {
    raw.kind: raw.fields
    for raw in (written(registered()), written(KINDS["station.acted"]("STARTED", DAY)))
}


@st.composite
def tampered(draw: st.DrawFn) -> str:
    """A body of ours with any JSON value in the parts that no header names, or in one place deep inside them."""
    fields = json.loads(json.dumps(REAL[draw(st.sampled_from(sorted(REAL)))]))
    parts = ["data", "sealed", "box", "key", "version", "actor", "field"]
    for part in draw(st.sets(st.sampled_from(parts), min_size=1)):
        value = draw(JSON)
        if part in ("box", "key"):
            sealed = fields.get("sealed")
            fields["sealed"] = {**(sealed if isinstance(sealed, dict) else {"box": "", "key": HEX[:32]}), part: value}
        elif part == "field" and isinstance(fields["data"], dict) and fields["data"]:
            fields["data"][draw(st.sampled_from(sorted(fields["data"])))] = value
        elif part != "field":
            fields[part] = value
    return form.canonical(fields)


class Shut(Glass):
    """Holds the key of a box that was changed."""

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        raise Fault("x", code="box_changed")


class Lost(Glass):
    """Holds no key."""

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return None


@given(tampered(), st.binary(max_size=12) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_fact_says_it_reads_and_reads_alike_everywhere(text: str, clear: bytes) -> None:
    """trust.md T8: a stolen login writes with its own program. Strict readers refuse, nobody else stumbles."""
    try:
        encoding.read(text)
    except Fault as fault:
        assert fault.code == "fact_malformed"

    class Nonsense(Glass):
        def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
            return clear

    raw = encoding.trusted(text)
    assert raw.key is None or isinstance(raw.key, str)
    read = [encoding.fact_of(raw, sealer) for sealer in (Glass(), Lost(), Shut(), Nonsense())]
    assert len({type(one.payload) for one in read}) == 1, "whether it has an effect depends on nobody's key"
    assert read[1] == read[2]
    assert {type(one.actor) for one in read} == {str}


@pytest.mark.parametrize("clear", [b"", b"x", b"[]", b"5", b'{"name":5}', b'{"name":"\\ud800"}', b'{"x":1}', b"\xff"])
def test_what_a_box_holds_is_absent_when_it_is_nonsense(clear: bytes) -> None:
    class Nonsense(Glass):
        def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
            return clear

    raw = written(registered())
    assert encoding.fact_of(raw, Nonsense()) == encoding.fact_of(raw, Lost())
    with pytest.raises(Fault):
        encoding.check(raw, Nonsense())


def test_a_key_that_is_damaged_here_is_not_the_facts_fault() -> None:
    class Damaged(Glass):
        def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
            raise Fault("x", code="key_changed")

    with pytest.raises(Fault):
        encoding.fact_of(written(registered()), Damaged())


def test_what_cannot_be_kept_is_refused_before_it_is_written() -> None:
    long = KINDS["station.acted"]("x", DAY, "字" * 30_000)
    with pytest.raises(Refused) as caught:
        written(long)
    assert caught.value.code == "fact_too_long"
    with pytest.raises(Refused) as caught:
        written(KINDS["station.acted"]("x", DAY, "\ud800"))
    assert caught.value.code == "text_broken"
    with pytest.raises(Refused):
        written(registered("\ud800"))


def test_our_own_mistakes_are_bugs() -> None:
    with pytest.raises(Bug):
        written(UnknownPayload(name="x"))
    with pytest.raises(Bug):
        written(KINDS["station.acted"](5, DAY))
    with pytest.raises(Bug):
        written(registered(), prev=HEX)
    with pytest.raises(Bug):
        written(KINDS["worker.face_matched"]("p", "match", "e", score=float("nan")))


def test_whole_numbers_stand_for_floats() -> None:
    raw = written(KINDS["worker.face_matched"]("p", "match", "e", score=1))
    assert '"score":1.0' in raw.body


@dataclass(frozen=True, slots=True)
class Strange(Payload):
    when: list[str]


def test_a_field_type_without_a_codec_is_a_bug() -> None:
    with pytest.raises(Bug):
        shape_of(Strange)


def test_the_shape_names_the_field_and_never_the_value() -> None:
    shape = shape_of(WorkerRegistered)
    with pytest.raises(BadShape) as caught:
        shape.read({"document_kind": NUMBER, "categories": NUMBER, "wants_card": True}, {})
    assert NUMBER not in str(caught.value)
    assert "categories" in str(caught.value)
