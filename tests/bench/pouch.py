"""Starts the peer of bench_sync: PouchDB from npm in a folder of its own, fetched once; without npm there is none."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conventions.tree import ROOT

PLACE = ROOT / "out" / "bench-pouch"
PACKAGES = ("pouchdb@9", "express-pouchdb@4", "express@4")
DEFAULT_BATCH = 100


@dataclass(frozen=True)
class Peer:
    """What the peer needed in the same run, medians over the rounds."""

    pull_per_s: float
    push_per_s: float
    delta_ms: float
    poll_ms: float


def peer(folder: Path, count: int, rounds: int, bodies: str) -> Peer | None:
    """`rounds` replications of `count` documents, deltas, polls and pushes of a share.

    None, by name, when npm or node is not there.
    """
    if not _installed():
        print("skipped: PouchDB (npm or node is not installed)")
        return None
    script = PLACE / "pouch.js"
    shutil.copyfile(Path(__file__).with_name("pouch.js"), script)
    command = ["node", str(script), str(folder / "pouch"), str(count), str(DEFAULT_BATCH), str(rounds)]
    done = subprocess.run(command, input=bodies, capture_output=True, text=True, cwd=PLACE, check=False)
    if done.returncode != 0:
        print(f"skipped: PouchDB ended with {done.returncode}: {done.stderr[-300:]}")
        return None
    said = json.loads(done.stdout.splitlines()[-1])
    middle = {what: statistics.median(said[what]) for what in ("pulls", "pushes", "deltas", "polls")}
    return Peer(count / middle["pulls"], middle["pushes"], 1000 * middle["deltas"], 1000 * middle["polls"])


def _installed() -> bool:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    if not (PLACE / "node_modules" / "pouchdb").is_dir():
        PLACE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(PLACE), *PACKAGES]
        subprocess.run(command, cwd=PLACE, check=False, capture_output=True)
    return (PLACE / "node_modules" / "pouchdb").is_dir()
