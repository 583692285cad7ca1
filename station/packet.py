"""What a new station is given by hand: its login, its city's keys, the root of the register; sealed under a code.

The file and the code travel on different ways; either alone is worth nothing.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from station.domain.errors import Fault, Refused
from station.trust.sealing import Sealed, seal_with_passphrase, unseal

PURPOSE = "station-packet"
CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything a station needs to take part, and nothing else."""

    station: str
    city: str
    address: str
    rehearsal: bool
    password: str = field(repr=False)
    city_key: bytes = field(repr=False)
    lookup_key: bytes = field(repr=False)
    root: bytes = field(repr=False)
    epoch: int = 1  # which life of the station begins with it: a later one on a new computer

    def sealed(self, code: str) -> bytes:
        """The file."""
        fields = {
            "station": self.station,
            "city": self.city,
            "address": self.address,
            "rehearsal": self.rehearsal,
            "password": self.password,
            "epoch": self.epoch,
            **{name: base64.b64encode(getattr(self, name)).decode() for name in ("city_key", "lookup_key", "root")},
        }
        return seal_with_passphrase(Sealed(PURPOSE, 0, json.dumps(fields).encode()), code)


def new_code() -> str:
    """Twenty signs a person can read over the telephone: 100 bits."""
    signs = "".join(secrets.choice(CODE_SIGNS) for _ in range(20))
    return "-".join(signs[at : at + 5] for at in range(0, 20, 5))


def read_packet(path: Path, code: str) -> Packet:
    """The packet in that file. Raises Refused for a wrong code and Fault for something else."""
    try:
        data = path.read_bytes()
    except OSError:
        raise Fault("登记文件无法读取。", "请核对文件位置，或向省级平台重新领取。", "no_packet") from None
    content = unseal(data, passphrase=code.strip().upper())
    if content.purpose != PURPOSE:
        raise Refused("这不是站点登记文件。请向省级平台领取。", "sealed_purpose")
    said = json.loads(content.secret)
    keys = {name: base64.b64decode(said[name]) for name in ("city_key", "lookup_key", "root")}
    return Packet(
        said["station"], said["city"], said["address"], said["rehearsal"], said["password"], **keys,
        epoch=said.get("epoch", 1),
    )  # fmt: skip
