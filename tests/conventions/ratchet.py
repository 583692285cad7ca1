"""Reads what `make coverage` measured and holds every guarded file at 100 % of its branches.

A justification names the text of a line, not its number, so it survives edits above it and dies with its line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conventions.tree import ROOT


@dataclass(frozen=True, slots=True)
class Rules:
    """Which files are guarded and which of their uncovered lines are justified: (file, text of the line)."""

    folders: tuple[str, ...]
    files: frozenset[str]
    justified: frozenset[tuple[str, str]]

    def guards(self, name: str) -> bool:
        return name in self.files or any(name.startswith(folder + "/") for folder in self.folders)


def read_rules(path: Path) -> Rules:
    """The rules of guarded.toml. Every justification must say why."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = found.get("justified", [])
    if any(not entry.get("why") for entry in entries):
        raise ValueError("a justification without a reason")
    justified = frozenset((entry["file"], entry["line"]) for entry in entries)
    return Rules(tuple(found["guarded"]["folders"]), frozenset(found["guarded"]["files"]), justified)


def judge(report: dict[str, Any], rules: Rules, lines_of: dict[str, list[str]]) -> Iterator[str]:
    """Complaints about a coverage report in coverage.py's JSON form."""
    used: set[tuple[str, str]] = set()
    seen = {name.replace("\\", "/"): found for name, found in report["files"].items()}
    for name, found in sorted(seen.items()):
        if not rules.guards(name):
            continue
        uncovered = dict.fromkeys(found["missing_lines"], "never runs")
        for start, end in found.get("missing_branches", []):
            uncovered.setdefault(abs(start), f"never goes on to {'its end' if end < 0 else f'line {end}'}")
        for number, what in sorted(uncovered.items()):
            text = lines_of[name][number - 1].strip()
            if (name, text) in rules.justified:
                used.add((name, text))
            else:
                yield f"{name}:{number}: {what}: {text[:60]}"
    for name in sorted(rules.files - seen.keys()):
        yield f"{name}: guarded, but no test ever imported it"
    for folder in rules.folders:
        if not any(name.startswith(folder + "/") for name in seen):
            yield f"{folder}: guarded, but no test ever imported anything from it"
    for name, text in sorted(rules.justified - used):
        yield f"{name}: {text!r} needs no justification any more"


def main() -> int:
    """Prints the table and the complaints; 1 when there is one."""
    coverage = [sys.executable, "-m", "coverage"]
    shown = subprocess.run([*coverage, "report", "--skip-covered", "--skip-empty"], cwd=ROOT, check=False)
    if shown.returncode:
        return shown.returncode
    target = ROOT / "out" / "coverage.json"
    target.parent.mkdir(exist_ok=True)
    subprocess.run([*coverage, "json", "-q", "-o", str(target)], cwd=ROOT, check=True)
    report = json.loads(target.read_text(encoding="utf-8"))
    lines_of = {
        name.replace("\\", "/"): (ROOT / name).read_text(encoding="utf-8").splitlines() for name in report["files"]
    }
    complaints = list(judge(report, read_rules(Path(__file__).with_name("guarded.toml")), lines_of))
    for line in complaints:
        print(line)
    print(f"{len(complaints)} complaints about guarded files")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
