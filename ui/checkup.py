"""The doctor's findings of this machine and one station: what `doctor` prints and what a support bundle carries."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from devices.contracts import FoundDevice
from station.domain.errors import Fault, Refused
from station.surroundings import Finding


def findings_of(
    home: Path | None, found: Sequence[FoundDevice], newest: Callable[[], int] | None = None
) -> list[Finding]:
    """Everything, the station in `home` included. `newest` is for a caller who has it open already."""
    from station.bootstrap import models_home, open_desk, vault_of
    from station.clock import SystemClock
    from station.doctor import examine
    from station.services.facing import filing_at_most
    from station.settings import load_settings

    if home is None:
        return examine(SystemClock(), None, found, models=models_home()) + codes(models_home())
    try:
        settings = load_settings(home)
    except (Fault, Refused) as wrong:
        return examine(SystemClock(), home, found, newest=_failing(wrong), models=models_home()) + codes(models_home())
    opened = functools.cache(lambda: open_desk(home))
    findings = examine(
        SystemClock(),
        home,
        found,
        vault=vault_of(settings),
        rehearsal=settings.rehearsal,
        newest=newest or (lambda: opened().ledger.newest_ms),
        models=models_home(),
        kept=None if newest else lambda: filing_at_most(opened()),
    )
    return findings + camera(settings.devices.camera) + codes(models_home())


def _failing(wrong: Exception) -> Callable[[], int]:
    def newest() -> int:
        raise wrong

    return newest


def codes(models: Path) -> list[Finding]:
    """The readers of codes behind zxing-cpp: active or not, and why."""
    from devices.catalogue import open_reader

    engines = getattr(open_reader(models), "engines", ())
    return [
        Finding("codes", engine.active, f"{engine.sentence}。", "" if engine.active else "见 faces.md。", optional=True)
        for engine in engines
    ]


def camera(url: str) -> list[Finding]:
    """A second of the station's webcam; pictures from files and trays have no pace."""
    from devices.bench import watch
    from devices.errors import DeviceError
    from station import doctor

    if not url.startswith("webcam://"):
        return []
    try:
        pace = watch(url)
    except DeviceError as why:
        return [doctor.Finding("camera", False, f"{why.sentence.rstrip('。')}。", "请接好摄像头。", optional=True)]
    return [doctor.camera(pace.a_second, pace.dropped)]
