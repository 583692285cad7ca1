"""Fact <-> canonical bytes <-> hash chain: the one place that knows how a fact is written down.

A body is canonical JSON text: sorted keys, no spaces, UTF-8, strings left as they are (NFC is the business of
`names`). Personal fields stand in it only as a box sealed under the person's key, so a body may be signed, sent and
kept for ever. `prev` is the hash of the same station's previous fact of the same epoch; the hash of a fact is the
SHA-256 of its body. Reading a body is strict: what is not canonical, too long or too deep is a Fault that names the
fact. Reading what a fact says is not: it stands in a chain already, so nonsense in it is kept and has no effect.

Body format 1 (2026-11): actor, at, city, data, epoch, format, kind, prev, seq, station, subject, version, [sealed].
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from station.domain.errors import Bug, Fault, Refused
from station.domain.facts import KINDS, Fact, FactId, Payload, UnknownPayload
from station.ledger.form import BODY_LIMIT, FORMAT, canonical, complaint, key_of, octets_of
from station.ledger.header import Header, header_of
from station.ledger.shapes import shape_of

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
VERSIONS: dict[str, int] = {}
"""Newest version of each kind that ever changed its shape; a kind that is not here is at version 1."""
UPCASTS: dict[tuple[str, int], Upcast] = {}
"""(kind, old version) -> fields of that version to fields of the next one."""
ABOUT_THE_FACT = frozenset({"fact_malformed", "box_changed"})
"""Faults that are the fact's own, whoever reads it."""


class Sealer(Protocol):
    """Closes and opens the personal fields of one subject."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        """(id of the key, sealed bytes); `about` is bound to the box and needed to open it."""
        ...

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        """The bytes again; None where the key is absent. Raises Fault `box_changed` when the box does not open; a
        Fault of another code is about this machine's keys, not about the box."""
        ...


class RawFact(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A fact as it is kept and sent: its exact text, the hash of it, and what the text says about itself."""

    body: str
    hash: bytes
    id: FactId
    subject: str
    city: str
    kind: str
    recorded_at: int
    prev: str
    signature: bytes | None
    head: Header
    payload: Payload | None = None
    """What it says, where that was read already."""

    @property
    def fields(self) -> dict[str, Any]:
        """The whole text as plain values, read for this question."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def key(self) -> str | None:
        """The id of the person key its personal fields are sealed under, if it has any."""
        try:
            return key_of(self.head.box()) if self.head.sealed else None
        except (ValueError, RecursionError):
            return None

    def __eq__(self, other: object) -> bool:
        return type(other) is RawFact and (self.body, self.signature) == (other.body, other.signature)

    def __hash__(self) -> int:
        return hash(self.hash)


def upcast(kind: str, version: int) -> Callable[[Upcast], Upcast]:
    """Register how fields of `version` become fields of `version + 1`; also raises the newest version of the kind."""

    def register(change: Upcast) -> Upcast:
        UPCASTS[(kind, version)] = change
        VERSIONS[kind] = max(VERSIONS.get(kind, 1), version + 1)
        return change

    return register


def write(
    fact: FactId, subject: str, city: str, actor: str, at: int, payload: Payload, prev: str, sealer: Sealer
) -> RawFact:
    """The fact written down for the first and only time. Raises Refused when it is too long to keep."""
    if type(payload).kind not in KINDS:
        raise Bug(f"{type(payload).__name__} is not a registered kind of fact")
    shape, kind = shape_of(type(payload)), type(payload).kind
    fields: dict[str, Any] = {
        "actor": actor,
        "at": at,
        "city": city,
        "data": shape.write_public(payload),
        "epoch": fact.epoch,
        "format": FORMAT,
        "kind": kind,
        "prev": prev,
        "seq": fact.seq,
        "station": fact.station,
        "subject": subject,
        "version": VERSIONS.get(kind, 1),
    }
    personal = shape.write_personal(payload)
    if personal:
        key, box = sealer.seal(subject, _about(fact, kind, subject), octets_of(canonical(personal)))
        fields["sealed"] = {"box": base64.b64encode(box).decode("ascii"), "key": key}
    wrong = complaint(fields)
    if wrong:
        raise Bug(wrong)
    body = canonical(fields)
    octets = octets_of(body)
    if len(octets) > BODY_LIMIT:
        raise Refused("这条记录太长，无法保存。请缩短文字说明后重试。", code="fact_too_long")
    return _raw(body, octets, None)


def read(body: str, signature: bytes | None = None) -> RawFact:
    """A body from outside, believed only as far as its form. Raises Fault (code `fact_malformed`)."""
    if len(body) > BODY_LIMIT:
        raise malformed("?")
    try:
        octets = body.encode("utf-8")
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise malformed("?") from None
    if len(octets) > BODY_LIMIT or not isinstance(fields, dict):
        raise malformed("?")
    if complaint(fields) or canonical(fields) != body:
        raise malformed(_name(fields))
    return _raw(body, octets, signature)


def signed(raw: RawFact, signature: bytes) -> RawFact:
    """The same fact with the station's signature over its hash."""
    return msgspec.structs.replace(raw, signature=signature)


def trusted(body: str, signature: bytes | None = None, *, opened: bool = False) -> RawFact:
    """A body read back from our own table, where it was checked when it came in. Raises Fault when it is damaged.

    `opened` reads what it says at once, where that is the short way: for somebody who will fold it all the same.
    """
    try:
        return _raw(body, body.encode("utf-8"), signature, opened)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise malformed("?") from None


def fact_of(raw: RawFact, sealer: Sealer) -> Fact:
    """The fact as the domain knows it. What it says never raises: whoever wrote it, it stands in a chain already.

    A kind or version this program does not know yet, and a payload that does not read, is an UnknownPayload. That is
    judged by the public fields alone, so that machines with and without the person's key agree; personal fields whose
    box does not open or does not read are None, as where the key is absent.
    """
    payload = raw.payload or _plain(raw.head)
    if payload is None:
        try:
            payload = _payload(raw, sealer)
        except Fault as fault:
            if fault.code not in ABOUT_THE_FACT:
                raise
            payload = _public(raw)
    actor = raw.head.actor
    return Fact(raw.id, raw.subject, raw.city, actor if type(actor) is str else "", raw.recorded_at, payload)


def check(raw: RawFact, sealer: Sealer) -> None:
    """Raises Fault where `fact_of` is lenient: `fact_malformed`, or `box_changed` for a box that does not open."""
    if _plain(raw.head) is None:
        _payload(raw, sealer)


def malformed(name: str) -> Fault:
    """The loud answer to bytes that are not a fact."""
    return Fault(
        f"记录 {name} 的格式不正确，未接收。", "请联系省级平台管理员核对该站点的程序版本。", code="fact_malformed"
    )


class _NoKey:
    """Opens nothing, as a machine that does not hold the key."""

    def seal(self, subject: str, about: bytes, clear: bytes) -> tuple[str, bytes]:
        raise Bug("nothing is sealed without a key")

    def unseal(self, subject: str, key: str, about: bytes, box: bytes) -> bytes | None:
        return None


def _public(raw: RawFact) -> Payload:
    """What everybody can read of it."""
    try:
        return _payload(raw, _NoKey())
    except Fault:
        return UnknownPayload(name=raw.kind)


def _plain(head: Header) -> Payload | None:
    """What a fact of today's shape without personal fields says, as most are; None where `_payload` has to look."""
    cls = KINDS.get(head.kind)
    if cls is None or head.sealed or type(head.version) is not int:
        return None
    return shape_of(cls).read_plain(head.data) if head.version == VERSIONS.get(head.kind, 1) else None


def _payload(raw: RawFact, sealer: Sealer) -> Payload:
    kind, version = raw.kind, raw.head.version
    try:
        data, sealed = raw.head.told(), raw.head.box()
    except (ValueError, RecursionError):
        raise malformed(str(raw.id)) from None
    if type(version) is not int or version < 1 or type(data) is not dict:
        raise malformed(str(raw.id))
    cls, newest = KINDS.get(kind), VERSIONS.get(kind, 1)
    if cls is None or version > newest:
        return UnknownPayload(name=kind)
    shape, personal = shape_of(cls), _personal(raw, sealed, sealer)
    try:
        if version < newest:
            merged = {**data, **personal}
            for step in range(version, newest):
                merged = UPCASTS[(kind, step)](merged)
            names = {one.name for one in shape.personal}
            personal = {name: value for name, value in merged.items() if name in names}
            data = {name: value for name, value in merged.items() if name not in names}
        return shape.read(data, personal)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):  # of a shape, or of an upcast
        raise malformed(str(raw.id)) from None


def _personal(raw: RawFact, sealed: Any, sealer: Sealer) -> dict[str, Any]:
    """The personal fields; nothing where there are none or the key is absent."""
    if sealed is None:
        return {}
    key = key_of(sealed)
    try:
        box = base64.b64decode(sealed["box"]) if key else b""
        clear = sealer.unseal(raw.subject, key, _about(raw.id, raw.kind, raw.subject), box) if key else b""
        said = {} if clear is None else json.loads(clear)
        if clear is not None and b"\\u" in clear:  # an escape that canonical text would not have: half a surrogate pair
            octets_of(canonical(said))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, Refused):
        raise malformed(str(raw.id)) from None
    if type(said) is not dict:
        raise malformed(str(raw.id))
    return said


def _raw(body: str, octets: bytes, signature: bytes | None, opened: bool = False) -> RawFact:
    head = header_of(octets)
    return RawFact(
        body,
        hashlib.sha256(octets).digest(),
        FactId(head.station, head.epoch, head.seq),
        head.subject,
        head.city,
        head.kind,
        head.at,
        head.prev,
        signature,
        head,
        _plain(head) if opened else None,
    )


def _about(fact: FactId, kind: str, subject: str) -> bytes:
    """What a sealed box is bound to: a box moved to another fact, kind or person does not open."""
    return f"{fact}|{kind}|{subject}".encode()


def _name(fields: dict[str, Any]) -> str:
    """station.epoch.seq as far as it can be told, never longer than a line."""
    return ".".join(str(fields.get(part, "?"))[:40] for part in ("station", "epoch", "seq"))
