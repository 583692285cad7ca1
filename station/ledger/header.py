"""What a body that was checked before says about itself, read in one pass; what it tells stays text until it is asked.

A station that catches up reads them by the hundred thousand, and every list and dictionary in between costs as much as
the reading.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec


class Header(msgspec.Struct, eq=False, gc=False):
    """The parts of a body. `data` and `sealed` are the exact text that stands there; `sealed` is empty
    where there is none."""

    actor: str
    at: int
    city: str
    data: msgspec.Raw
    epoch: int
    kind: str
    prev: str
    seq: int
    station: str
    subject: str
    version: int
    sealed: msgspec.Raw = msgspec.Raw()

    def told(self) -> Any:
        """`data` as plain values, whatever it is."""
        return json.loads(bytes(self.data))

    def box(self) -> Any:
        """`sealed` as plain values, whatever it is; None where there is none."""
        return json.loads(bytes(self.sealed)) if self.sealed else None


_DECODER = msgspec.json.Decoder(Header)


def header_of(octets: bytes) -> Header:
    """Raises ValueError, KeyError or TypeError where no header can be made out.

    `json` has the last word on what the quicker reader does not take; of what a part may be, nothing is judged here.
    """
    try:
        return _DECODER.decode(octets)
    except msgspec.DecodeError:
        fields = json.loads(octets)
        texts = {name: _text(fields[name]) for name in ("data", "sealed") if name in fields}
        return Header(**{name: fields[name] for name in Header.__struct_fields__ if name in fields} | texts)


def _text(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
