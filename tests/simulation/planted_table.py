"""The tables of `resources/docs/simulation.md`: which seed catches which planted bug, and by which rule."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "resources" / "docs" / "simulation.md"


def caught_by_seed(section: str) -> dict[str, tuple[int, str]]:
    """Plant -> (seed, rule), of the section of that heading."""
    text = DOCS.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)`(?: ◆)? \| (\d+) \| (I\d+) \|$", text, re.M)
    return {name: (int(seed), rule) for name, seed, rule in rows}
