"""What can be called or set is written down: every command, every setting, every make target, every link."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from station.settings import Devices, Limits, Settings
from tests.conventions.tree import ROOT
from ui.cli.main import root

DOCS = ROOT / "resources" / "docs"
OPERATING = (DOCS / "operating.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    if not isinstance(group, click.Group):
        yield " ".join(("main.py", *path)), group
        return
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None, f"{word} is listed and not there"
        yield from commands(command, (*path, word))


def undocumented(text: str, group: click.Command = root) -> list[str]:
    """Commands the manual leaves out; the acts of the counter stand there under one name, `act --help` lists them."""
    told = ("main.py act" if called.startswith("main.py act ") else called for called, _ in commands(group))
    return [called for called in dict.fromkeys(told) if f"`{called}`" not in text]


def test_every_command_is_in_the_manual() -> None:
    assert len(list(commands(root))) >= 9, "the walk over the commands found too little to mean anything"
    assert not undocumented(OPERATING)


def test_a_command_that_is_not_in_the_manual_is_seen() -> None:
    assert "main.py devices list" in undocumented(OPERATING.replace("`main.py devices list`", ""))


def test_every_command_says_what_it_does_and_takes_json() -> None:
    silent = [called for called, command in commands(root) if not command.help]
    assert not silent
    plain = [
        called
        for called, command in commands(root)
        if "--json" not in {flag for one in command.params for flag in one.opts} and called != "main.py household"
    ]
    assert not plain, "these take no --json"


def test_every_setting_is_in_the_manual() -> None:
    names = [one.name for one in dataclasses.fields(Settings) if one.name not in {"home", "devices", "limits"}]
    names += [f"devices.{one.name}" for one in dataclasses.fields(Devices)]
    names += [f"limits.{one.name}" for one in dataclasses.fields(Limits)]
    assert len(names) > 10
    assert not [name for name in names if f"| `{name}` |" not in OPERATING]


def test_the_defaults_in_the_manual_are_the_defaults() -> None:
    for one in dataclasses.fields(Limits):
        row = next(line for line in OPERATING.splitlines() if f"| `limits.{one.name}` |" in line)
        assert row.split("|")[3].strip() == str(one.default), row


def test_every_target_is_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) - {"help", "test-setup"}
    assert len(targets) > 8
    assert not [target for target in sorted(targets) if f"`make {target}`" not in README]
    named = set(re.findall(r"\bmake ([a-z]+)\b", README)) - {"no"}
    assert named <= targets, "the README names a target that is not there"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]
    assert not missing


def test_every_path_in_the_architecture_is_there() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:[a-z_]+/)*[a-z_0-9]+(?:/|\.py|\.toml))`", text))
    assert len(paths) > 30
    assert not [path for path in sorted(paths) if not (ROOT / path).exists()]


def test_every_folder_is_in_the_architecture() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    folders = {f"{path.parent.relative_to(ROOT).as_posix()}/" for path in ROOT.glob("[sdu]*/*/*.py")}
    assert len(folders) > 12
    quiet = {"devices/idcards/"}  # nothing stands there yet
    assert not [one for one in sorted(folders - quiet) if f"`{one}`" not in text]
