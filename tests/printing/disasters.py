"""The long night of one batch: misfortunes of the emulator, kill -9 at the points of the press, `--resume` after each.

`Night` is the person at the printer: reads the sentence, mends, looks at the tray, answers, types the command again,
and knows the product by its command line only. `Morning` counts afterwards what the ledger says and what lies there.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2

from devices.catalogue import open_reader
from station.bootstrap import found_rehearsal, open_desk
from station.domain import card, facts
from station.services.inspecting import inspect_code
from station.trust.token import Token, parse, parse_scan, url
from tests.printing.killed import Live
from tests.printing.lists import make_list

KILLED = -9


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of emulated printer."""

    name: str
    profile: str


FAMILIES = (
    Family("evolis", "evolis-primacy"),
    Family("magicard", "magicard-rio"),
)

MENDS = {
    "half_printed": "path", "card_in_path": "path", "ribbon_end": "ribbon",
    "ribbon_missing": "ribbon", "feeder_empty": "feeder", "cover_open": "cover", "reject_full": "reject",
    "clean_must": "clean",
}  # fmt: skip
"""What the person does at the printer for each code a run stops with."""


@dataclass(slots=True)
class Night:
    """One batch from its list to its last card."""

    folder: Path
    live: Live
    family: Family
    cards: int
    faults: str
    deaths: deque[str]
    ribbon: int
    feeder: int
    pack: int
    lives: int = 0
    kills: list[str] = field(default_factory=list)
    stops: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    last: dict[str, Any] = field(default_factory=dict)
    packs: int = 0
    rejected: int = 0  # cards in the reject box that the person knows of

    @property
    def home(self) -> Path:
        return self.folder / "station"

    def begin(self) -> None:
        """A station, a list with photos, a first pack in the printer."""
        found_rehearsal(self.home).ledger.close()
        settings = self.home / "station.toml"
        patient = settings.read_text("utf-8") + "\n[limits]\nread_back_seconds = 0.1\n"
        settings.write_text(patient, "utf-8")
        make_list(self.folder, self.cards)
        self.new_pack()

    def printer(self, operator: str = "") -> str:
        tray = (self.home / "tray").as_posix()
        return (
            f"emulator://{self.family.name}?profile={self.family.profile}&tray={tray}&ribbon={self.ribbon}"
            f"&cards={self.feeder}&fault={self.faults}&operator={operator}"
        )

    def call(self, *argv: str, death: str = "") -> int:
        """One process. Its answer is in `last`; a killed one has none."""
        self.lives += 1
        out = self.folder / "out.json"
        code = self.live(death, out, [*argv, "--json", "--home", str(self.home)])
        text = out.read_text("utf-8")
        self.last = json.loads(text) if text.strip() and code != KILLED else {}
        return code

    def run(self, most: int = 150) -> None:
        """Type the command again until the batch is done."""
        operator = ""
        sheet, photos = str(self.folder / "list.xlsx"), str(self.folder / "photos")
        for _ in range(most):
            death = self.deaths[0] if self.deaths else ""
            printer = self.printer(operator)
            code = self.call("batch", "run", sheet, "--photos", photos, "--printer", printer, "--resume", death=death)
            operator = ""
            if code == KILLED:
                self.kills.append(self.deaths.popleft())
            elif code == 0 and self.last["done"]:
                return
            else:
                operator = self.mend()
        raise AssertionError(f"the batch does not end: {self.last}")

    def mend(self) -> str:
        """What a person does about the sentences of the last answer."""
        told = self.last
        assert "error" not in told, told
        hands = []
        for stop in told["stops"]:
            self.stops[stop["code"]] += 1
            if stop["code"] in ("no_blank", "no_pack"):
                self.new_pack()
            elif stop["code"] in MENDS:
                hands.append(MENDS[stop["code"]])
        for task in told["tasks"]:
            if task["code"].startswith("look"):
                self.answer(task)
            elif task["code"] == "take_card_out":
                self.take_out()
        return ",".join(hands)

    def answer(self, task: dict[str, Any]) -> None:
        """Look at what came out last, also by hand, and say it."""
        seen, rejected = list(self.plastic())[-1:], len(list(self.plastic("rejected")))
        mine = seen == [(task["number"], task["issue_number"])] or rejected > self.rejected
        word = "this_is_it" if mine else "nothing"
        self.rejected = rejected
        self.words[word] += 1
        self.call("batch", "settle", "--printer", self.printer(), "--word", word)

    def take_out(self) -> None:
        """把卡退到废卡盒, by the command."""
        self.words["take_out"] += 1
        assert self.call("batch", "settle", "--printer", self.printer(), "--take-out") == 0, self.last
        self.rejected = len(list(self.plastic("rejected")))

    def new_pack(self) -> None:
        """The next pack comes out of the cupboard; the last one is counted, and signed for where a card is missing."""
        if self.packs:
            old = f"P{self.packs:03d}"
            collect(self)
            self.call("stock", "count", old, "0")
            line = next(one for one in self.last["packs"] if one["pack"] == old)
            if line["missing"]:
                assert self.call("stock", "sign", old, "--reason", "迟出的卡尚未找到") == 0, self.last
        self.packs += 1
        name = f"P{self.packs:03d}"
        assert self.call("stock", "receive", name, str(self.pack), "--yuan", str(2 * self.pack), "--fund", "F1") == 0
        assert self.call("stock", "load", name, "--printer", self.printer()) == 0, self.last

    def plastic(self, where: str = "") -> Iterator[tuple[str, int] | None]:
        """What the cards in the tray say, in the order in which they came out."""
        reader = open_reader()
        for path in sorted((self.home / "tray" / where).glob("*_front.png")):
            front = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
            read = [parse_scan(one.text, PREFIXES) for one in reader.read(front)]
            tokens = [one.body for one in read if isinstance(one, Token)]
            yield (tokens[0].permit_number, tokens[0].issue_number) if tokens else None


PREFIXES = ("https://anxin.zj.example/",)


@dataclass(slots=True)
class Morning:
    """The count after the night, from the ledger and the tray, not from what the program says of itself."""

    permits: int = 0
    active: int = 0
    two_valid: int = 0
    missing: int = 0
    sent_twice: int = 0
    attempts: int = 0
    asked_twice_live: int = 0
    in_order: bool = False
    fed: int = 0
    accounted: int = 0
    unbalanced: list[str] = field(default_factory=list)
    good_plastic: Counter[tuple[str, int]] = field(default_factory=Counter)
    live: set[tuple[str, int]] = field(default_factory=set)
    green_strays: int = 0
    conflicts: int = 0


def collect(night: Night) -> int:
    """Everything that lies about is scanned, and what may not be used goes into the bag. Answers how many were."""
    told = report(night)
    live = {(line["number"], issue) for line in told["lines"] for issue in line["live"]}
    strays = [one for where in ("", "rejected") for one in night.plastic(where) if one is not None and one not in live]
    for number, issue in strays:
        assert night.call("stock", "found", number, str(issue)) == 0, night.last
    return len(strays)


def report(night: Night) -> dict[str, Any]:
    """The report of the only batch."""
    night.call("batch", "status")
    (batch,) = night.last["batches"]
    night.call("batch", "report", batch["name"])
    return night.last


def count(night: Night) -> Morning:
    """Open the ledger and the tray and count."""
    told = report(night)
    night.call("stock", "status")
    lines = night.last["packs"]
    found = Morning(unbalanced=[line["pack"] for line in lines if not line["balanced"]])
    found.accounted = sum(line["accounted"] - line["remaining"] for line in lines)
    memory = json.loads((night.home / "tray" / ".printer.json").read_text("utf-8"))
    found.fed = memory["fed"]
    desk = open_desk(night.home)
    try:
        first_sent: list[tuple[int, str]] = []
        for line in told["lines"]:
            record = desk.worker(line["subject"])
            acts = [f for f in desk.ledger.facts_of(line["subject"]) if isinstance(f.payload, facts.CardActed)]
            sends = Counter((f.payload.number, f.payload.issue_number) for f in acts if f.payload.act == "send")
            found.sent_twice += sum(often > 1 for often in sends.values())
            found.attempts += len(sends)
            first_sent.append((min(f.recorded_at for f in acts if f.payload.act == "send"), line["number"]))
            live = [key for key, piece in record.cards.items() if piece.state in card.LIVE]
            found.permits += len(record.permits)
            found.active += len(live) == 1
            found.two_valid += len(live) > 1
            found.missing += not live
            found.conflicts += len(record.conflicts)
            found.live |= set(live)
            for key, signed in record.tokens.items():
                if key not in live:
                    found.green_strays += _green(desk, signed.token)
        found.in_order = [number for _, number in sorted(first_sent)] == [line["number"] for line in told["lines"]]
        assert all(_green(desk, desk.worker(line["subject"]).tokens[line["number"], line["live"][0]].token)
                   for line in told["lines"][:3])  # fmt: skip
    finally:
        desk.ledger.close()
    found.good_plastic = Counter(one for one in night.plastic() if one is not None and one in found.live)
    return found


def _green(desk: Any, text: str) -> bool:
    token = parse(text)
    assert isinstance(token, Token)
    return inspect_code(desk, url(PREFIXES[0], token)).colour.value == "green"


def spread(deaths: Sequence[str], often: int) -> deque[str]:
    """Each death after so many visits of its point."""
    return deque(death if "@" in death else f"{death}@{often}" for death in deaths)
