"""The ratchet lets nothing slip: each way a guarded file can fall is seen, and each excuse dies with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conventions.ratchet import Rules, judge, read_rules
from tests.conventions.tree import ROOT

SOURCE = {"station/domain/a.py": ["def f(x):", "    if x:", "        return 1", "    return 2"]}
RULES = Rules(("station/domain",), frozenset(), frozenset())


def report(lines: list[int], branches: list[list[int]], name: str = "station/domain/a.py") -> dict[str, Any]:
    return {"files": {name: {"missing_lines": lines, "missing_branches": branches}}}


@pytest.mark.parametrize(
    ("lines", "branches", "complaints"),
    [([], [], 0), ([3], [[2, 3]], 2), ([], [[2, 4]], 1), ([], [[2, -1]], 1)],
)
def test_an_uncovered_line_or_branch_is_named(lines: list[int], branches: list[list[int]], complaints: int) -> None:
    found = list(judge(report(lines, branches), RULES, SOURCE))
    assert len(found) == complaints, found
    assert all(line.startswith("station/domain/a.py:") for line in found)


def test_files_that_are_not_guarded_are_left_alone() -> None:
    other = {"ui/desktop/x.py": ["x"]}
    both = report([], [])["files"] | report([1], [], "ui/desktop/x.py")["files"]
    assert not list(judge({"files": both}, RULES, SOURCE | other))


def test_a_justified_line_is_excused_until_it_is_covered() -> None:
    rules = Rules(("station/domain",), frozenset(), frozenset({("station/domain/a.py", "return 1")}))
    assert not list(judge(report([3], []), rules, SOURCE))
    assert list(judge(report([], []), rules, SOURCE)) == [
        "station/domain/a.py: 'return 1' needs no justification any more"
    ]


def test_a_guarded_file_or_folder_nobody_imports_is_named() -> None:
    rules = Rules(("station/domain", "station/trust"), frozenset({"station/clock.py"}), frozenset())
    found = list(judge(report([], []), rules, SOURCE))
    assert [line.split(":")[0] for line in found] == ["station/clock.py", "station/trust"]


def test_a_justification_says_why(tmp_path: Path) -> None:
    page = tmp_path / "guarded.toml"
    page.write_text('[guarded]\nfolders = []\nfiles = []\n[[justified]]\nfile = "a"\nline = "b"\nwhy = ""\n', "utf-8")
    with pytest.raises(ValueError, match="reason"):
        read_rules(page)


def test_the_rules_of_the_house_name_what_exists() -> None:
    rules = read_rules(ROOT / "tests" / "conventions" / "guarded.toml")
    assert {"station/domain", "station/trust", "station/printing", "devices/languages"} <= set(rules.folders)
    assert not [name for name in (*rules.folders, *rules.files) if not (ROOT / name).exists()]
