"""Payload dataclass <-> plain JSON values, by the types of its fields; knows no kind by name and no cipher.

One codec per payload class is built from its type hints and kept. What a field may be: text, int, float, bool, date,
a tuple of those (nested once), or one of those or None. None is left out; everything else is written, defaults too,
so that a later change of a default never changes what an old fact says.

What a field may say is said by `_codec`. Public fields without a float, nearly all there are, are read from their text
by msgspec instead, several times as quickly; of what it does not take the fields' own readers have the last word.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from station.domain.errors import Bug
from station.domain.facts import Payload
from station.ledger.limits import INT_LIMIT, ITEMS_LIMIT, TEXT_LIMIT
from station.ledger.plain import plain_decoder

Json = Any


class BadShape(ValueError):
    """A value is not what its field says; the message names the field, never the value."""


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One field: its two directions, whether it is personal, and whether it may be absent."""

    name: str
    personal: bool
    optional: bool
    required: bool
    write: Callable[[Any], Json]
    read: Callable[[Json], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """All fields of one payload class, public ones and personal ones apart."""

    cls: type[Payload]
    public: tuple[Field, ...]
    personal: tuple[Field, ...]
    plain: msgspec.json.Decoder[Any] | None
    """Reads the public fields as their own readers do, no more and no less; None where msgspec cannot be told how."""

    def write_public(self, payload: Payload) -> dict[str, Json]:
        return _write(self.public, payload)

    def write_personal(self, payload: Payload) -> dict[str, Json]:
        """The fields to be sealed; empty when there is nothing personal to keep."""
        return _write(self.personal, payload)

    def read(self, public: dict[str, Json], personal: dict[str, Json]) -> Payload:
        """The payload again. Raises BadShape on an unknown, missing or ill-typed field."""
        values = _read(self.public, public)
        if personal or self.personal:
            values.update(_read(self.personal, personal))
        return self.cls(**values)

    def read_plain(self, text: msgspec.Raw) -> Payload | None:
        """As `read` of that text without personal fields; None where only `read` can tell."""
        if self.plain is None:
            return None
        try:
            return msgspec.convert(self.plain.decode(text), self.cls, from_attributes=True)
        except (msgspec.MsgspecError, RecursionError):
            return None


_SHAPES: dict[type[Payload], Shape] = {}


def shape_of(cls: type[Payload]) -> Shape:
    """The codec of a payload class, built once."""
    shape = _SHAPES.get(cls)
    if shape is None:
        shape = _SHAPES[cls] = _build(cls)
    return shape


def _build(cls: type[Payload]) -> Shape:
    hints = typing.get_type_hints(cls)
    fields = []
    for field in dataclasses.fields(cls):
        kind, optional = _unwrap(hints[field.name])
        write, read = _codec(kind)
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        fields.append(Field(field.name, bool(field.metadata.get("personal")), optional, required, write, read))
    public = tuple(f for f in fields if not f.personal)
    plain = plain_decoder(cls, {f.name: _unwrap(hints[f.name])[0] for f in public})
    return Shape(cls, public, tuple(f for f in fields if f.personal), plain)


def _write(fields: tuple[Field, ...], payload: Payload) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for field in fields:
        value = getattr(payload, field.name)
        if value is None and field.optional:
            continue
        try:
            values[field.name] = field.write(value)
        except BadShape as why:
            raise Bug(f"{type(payload).__name__}.{field.name}: {why}") from None
    return values


def _read(fields: tuple[Field, ...], values: dict[str, Json]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        name = field.name
        if name in values:
            try:
                found[name] = field.read(values[name])
            except BadShape as why:
                raise BadShape(f"{name}: {why}") from None
        elif field.required:
            raise BadShape(f"{name}: missing")
    if len(found) != len(values):
        raise BadShape("an unknown field")
    return found


def _unwrap(hint: Any) -> tuple[Any, bool]:
    """`X | None` -> (X, True)."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        if len(inner) == 1:
            return inner[0], True
    return hint, False


def _codec(kind: Any) -> tuple[Callable[[Any], Json], Callable[[Json], Any]]:
    if kind is date:
        return _write_date, _read_date
    if kind is float:
        return _write_float, _read_float
    if kind in (str, int, bool):
        plain = {str: _text, int: _whole, bool: _truth}[kind]
        return plain, plain
    if typing.get_origin(kind) is tuple:
        return _tuple_codec(typing.get_args(kind))
    raise Bug(f"a payload field may not be {kind}")


def _tuple_codec(args: tuple[Any, ...]) -> tuple[Callable[[Any], Json], Callable[[Json], Any]]:
    if len(args) == 2 and args[1] is Ellipsis:
        write_one, read_one = _codec(args[0])

        def write(value: Any) -> Json:
            return [write_one(item) for item in _sized(value, tuple)]

        def read(value: Json) -> Any:
            return tuple([read_one(item) for item in _sized(value, list)])

        return write, read
    codecs = [_codec(arg) for arg in args]

    def write_row(value: Any) -> Json:
        return [codec[0](item) for codec, item in zip(codecs, _exactly(value, tuple, len(codecs)), strict=True)]

    def read_row(value: Json) -> Any:
        return tuple([codec[1](item) for codec, item in zip(codecs, _exactly(value, list, len(codecs)), strict=True)])

    return write_row, read_row


def _sized(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind or len(value) > ITEMS_LIMIT:
        raise BadShape("not a list, or too long")
    return value


def _exactly(value: Any, kind: type[Any], length: int) -> Any:
    if type(value) is not kind or len(value) != length:
        raise BadShape("not a list of the right length")
    return value


def _text(value: Any) -> Any:
    if type(value) is not str or len(value) > TEXT_LIMIT:
        raise BadShape("not text, or too long")
    return value


def _whole(value: Any) -> Any:
    if type(value) is not int or not -INT_LIMIT <= value < INT_LIMIT:
        raise BadShape("not a whole number")
    return value


def _truth(value: Any) -> Any:
    if type(value) is not bool:
        raise BadShape("not yes or no")
    return value


def _write_float(value: Any) -> Json:
    if type(value) is int:
        value = float(value)
    return _read_float(value)


def _read_float(value: Json) -> Any:
    if type(value) is not float or value != value or value in (float("inf"), float("-inf")):
        raise BadShape("not a number")
    return value


def _write_date(value: Any) -> Json:
    if type(value) is not date:
        raise BadShape("not a date")
    return value.isoformat()


def _read_date(value: Json) -> Any:
    if type(value) is not str or len(value) != 10:
        raise BadShape("not a date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadShape("not a date") from None
