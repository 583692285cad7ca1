"""Which files belong to the house; walks the folders, so it also works where there is no git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("station", "devices", "ui")
TEXT = {".py", ".toml", ".md", ".txt", ".csv", ".sql", ".html", ".css", ".js", ".svg", ".sh", ".qss", ".json", ".ini"}
ENTRANCE = ("main.py", "pyproject.toml", "Makefile", "setup.sh", "run.sh", "README.md", ".ci/run", ".gitignore")


def modules() -> list[Path]:
    """Every module of the product, main.py first."""
    found = [path for package in PRODUCT for path in sorted((ROOT / package).rglob("*.py"))]
    return [ROOT / "main.py", *found]


def texts() -> Iterator[Path]:
    """Every text file a person may edit: product, resources, tests and the files of the entrance."""
    yield from (ROOT / name for name in ENTRANCE if (ROOT / name).is_file())
    for folder in (*PRODUCT, "resources", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in TEXT and path.is_file() and "__pycache__" not in path.parts:
                yield path


def name(path: Path) -> str:
    """How a file is called in a complaint: from the root of the house, with forward slashes."""
    return path.relative_to(ROOT).as_posix()
