"""Every sentence of the notice has a place that keeps it, and the place exists (tests/requirements.toml)."""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from station.domain import facts
from station.domain.decide import rights
from station.domain.record import CompanyRecord

ROOT = Path(__file__).resolve().parents[2]
TABLE: dict[str, list[str]] = tomllib.loads((ROOT / "tests" / "requirements.toml").read_text(encoding="utf-8"))
EXPECTED = [f"R{n}" for n in range(1, 68)] + [f"U{n}" for n in range(1, 9)]


def _test(place: str) -> bool:
    path, _, name = place.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    tests = {known for known in names if known.startswith("test_")}
    return bool(tests) if name == "*" else name in tests


def _story(place: str) -> bool:
    return (ROOT / "tests" / "stories" / "days" / f"{place}.txt").is_file()


def _screen(place: str) -> bool:
    return (ROOT / "ui" / "desktop" / "screens" / f"{place}.py").is_file()


def _command(place: str) -> bool:
    from ui.cli.main import COMMANDS

    return place in COMMANDS


def _doc(place: str) -> bool:
    name, _, words = place.partition("#")
    path = ROOT / "resources" / "docs" / name
    return path.is_file() and bool(words) and words in path.read_text(encoding="utf-8")


def _table(place: str) -> bool:
    module, _, name = place.rpartition(".")
    return bool(getattr(importlib.import_module(module), name, None))


PLACES: dict[str, Callable[[str], bool]] = {
    "test": _test,
    "story": _story,
    "screen": _screen,
    "cli": _command,
    "doc": _doc,
    "table": _table,
    "outside": bool,
}


def test_every_requirement_has_a_place() -> None:
    assert list(TABLE) == EXPECTED
    assert all(TABLE.values())


@pytest.mark.parametrize("requirement", TABLE)
def test_the_place_is_there(requirement: str) -> None:
    for reference in TABLE[requirement]:
        kind, _, place = reference.partition(":")
        assert PLACES[kind](place), f"{requirement}: {reference} is not there"


@pytest.mark.parametrize(
    "gone",
    [
        "test:tests/stories/test_days.py::test_gone",
        "test:tests/gone.py::test_day",
        "story:99-gone",
        "screen:gone",
        "cli:gone",
        "doc:operating.md#",
        "doc:operating.md#没有这句话",
        "table:station.domain.authority.GONE",
        "outside:",
    ],
)
def test_a_place_that_is_gone_is_seen(gone: str) -> None:
    kind, _, place = gone.partition(":")
    assert not PLACES[kind](place)


def test_no_worker_is_ever_asked_for_money() -> None:
    """R38: money stands in stock facts only, where supplies are bought; no fact about a person or company has any."""
    money = ("cost", "fee", "price", "paid", "charge", "fen")
    for name, kind in facts.KINDS.items():
        named = [field.name for field in fields(kind) if any(word in field.name.split("_") for word in money)]
        assert not named or name == "stock.acted", f"{name}: {named}"


def test_no_decision_knows_of_membership() -> None:
    """R46: 不局限于会员单位 – what is known of a company has no membership, so nothing can be decided by it."""
    known = {field.name for field in fields(CompanyRecord)} | {field.name for field in fields(facts.CompanyRegistered)}
    assert not [name for name in known if "member" in name]


def test_the_notice_has_a_first_day() -> None:
    assert date(2020, 7, 5) == rights.EARLIEST
