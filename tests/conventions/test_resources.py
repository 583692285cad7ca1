"""Data is checked like code: every profile loads, every package has a purpose, the version stands in one place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import station
from station.settings import load_city
from tests.conventions.tree import ROOT

RESOURCES = ROOT / "resources"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOML = sorted(RESOURCES.rglob("*.toml"))
PACKAGE = re.compile(r"(station|display|chromium|postgres|queue) +([a-z0-9][a-z0-9.+-]+) +(-|lib\S+\.so\.\d+)")


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == station.__version__
    assert re.fullmatch(r"20\d\d\.([1-9]|1[0-2])\.\d+", station.__version__), "versions follow the calendar"


@pytest.mark.parametrize("path", TOML, ids=lambda path: path.stem)
def test_every_toml_file_reads(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8")), f"{path.name} says nothing"


@pytest.mark.parametrize("path", sorted((RESOURCES / "cities").glob("*.toml")), ids=lambda path: path.stem)
def test_every_city_profile_loads(path: Path) -> None:
    city = load_city(path.stem)
    assert city.code == path.stem
    assert city.url_prefix.startswith("https://")
    assert (RESOURCES / "cards" / f"{city.layout}.toml").is_file(), f"{city.name} names a layout that is not there"


def test_every_line_of_the_package_list_reads() -> None:
    lines = (RESOURCES / "debian-packages.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if line and not line.startswith("#") and not PACKAGE.fullmatch(line.rstrip())]
    assert not wrong, wrong
    named = [line.split()[1] for line in lines if line and not line.startswith("#")]
    assert len(named) == len(set(named)) > 20


def test_every_mark_with_a_package_is_declared() -> None:
    declared = {mark.split(":")[0] for mark in PROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    assert {"display", "chromium", "postgres", "queue"} <= declared


def test_decisions_are_numbered_once() -> None:
    pages = sorted((RESOURCES / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name) for page in pages), numbers
    assert len(numbers) == len(set(numbers)), numbers
