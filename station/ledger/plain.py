"""Payload class -> a reader by msgspec with the same limits as `shapes`; knows types of fields, no kind by name."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date
from typing import Annotated, Any

import msgspec

from station.domain.facts import Payload
from station.ledger.limits import INT_LIMIT, ITEMS_LIMIT, TEXT_LIMIT


def plain_decoder(cls: type[Payload], kinds: dict[str, Any]) -> msgspec.json.Decoder[Any] | None:
    """A reader of the fields of those names and types that takes what `shapes` takes of them, no more and no less; None
    where msgspec cannot be told how. What it gives has the fields as attributes, absent ones as in `cls`."""
    limited = {name: _limited(kind) for name, kind in kinds.items()}
    if None in limited.values():
        return None
    fields: list[Any] = []
    for field in dataclasses.fields(cls):
        if field.name in limited:
            made = field.default_factory
            default = field.default if made is dataclasses.MISSING else made()
            default = msgspec.NODEFAULT if default is dataclasses.MISSING else default
            fields.append((field.name, limited[field.name], default))  # an absent value is left out, and never null
    mirror = msgspec.defstruct(cls.__name__, fields, kw_only=True, forbid_unknown_fields=True, gc=False)
    return msgspec.json.Decoder(mirror)


def _limited(kind: Any) -> Any:
    """The same limits in the words of msgspec; None for what it takes in more ways than we do."""
    if kind is str:
        return Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT)]
    if kind is int:
        return Annotated[int, msgspec.Meta(ge=-INT_LIMIT, le=INT_LIMIT - 1)]
    if kind in (bool, date):
        return kind
    args = typing.get_args(kind)  # of a tuple; a float may be written as a whole number there
    inner = [_limited(arg) for arg in args if arg is not Ellipsis]
    if not inner or None in inner:
        return None
    if args[-1] is Ellipsis:
        return Annotated[types.GenericAlias(tuple, (inner[0], ...)), msgspec.Meta(max_length=ITEMS_LIMIT)]
    return types.GenericAlias(tuple, tuple(inner))
