"""The direction of imports (architecture.md §3), checked by import-linter; and each contract sees a wrong import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.tree import PRODUCT, ROOT

LINT = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"

# One wrong import for each wall, as a newcomer might write it: (file, line, words of the contract that must break).
WRONG = [
    ("station/domain/errors.py", "import sqlalchemy", "the domain is pure"),
    ("station/domain/errors.py", "import station.clock", "the domain is pure"),
    ("station/domain/errors.py", "import station.ledger", "the storeys of the station"),
    ("station/trust/token.py", "import station.services", "the storeys of the station"),
    ("station/trust/token.py", "import devices.printers", "by contract only"),
    ("station/trust/token.py", "import PySide6", "PySide6 lives"),
    ("devices/errors.py", "import station.domain", "one direction"),
    ("devices/errors.py", "import devices.contracts", "never permits"),
    ("devices/languages/__init__.py", "import devices.printers", "never permits"),
    ("ui/household/__init__.py", "import PySide6", "PySide6 lives"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", LINT]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_every_import_goes_one_way() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product without its data, to spoil."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PRODUCT:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize(("path", "line", "contract"), WRONG)
def test_a_wrong_import_is_seen(copy: Path, path: str, line: str, contract: str) -> None:
    file = copy / path
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"{before}\n\n{line}  # noqa\n", encoding="utf-8")
        done = lint(copy)
    finally:
        file.write_text(before, encoding="utf-8")
    broken = [row for row in done.stdout.splitlines() if "BROKEN" in row and contract in row]
    assert done.returncode != 0, done.stdout + done.stderr
    assert broken, done.stdout
