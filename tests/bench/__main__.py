"""Runs every benchmark one after another, each in a process of its own: `python -m tests.bench [name ...]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(wanted: list[str]) -> int:
    """The exit code is that of the first benchmark that failed, after all have run."""
    failed = 0
    for path in sorted(HERE.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if wanted and name not in wanted:
            continue
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"tests.bench.{path.stem}"], cwd=HERE.parents[1], check=False)
        failed = failed or done.returncode
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
