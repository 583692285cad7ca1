"""doctor: is this machine ready – fonts, libraries, devices, clock, keys, disk."""

from __future__ import annotations

from pathlib import Path

import click

from station.surroundings import Finding
from ui.cli import answer
from ui.cli.home import find_home, home_option


@click.command("doctor", help="体检本机：字体、系统库、设备、时钟、密钥、磁盘。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(as_json: bool, home: Path | None) -> int:
    """Exit 0 when nothing stands in the way of working, 2 otherwise."""

    def run() -> int:
        from devices.bench import plugged_in
        from station.bootstrap import models_home, open_desk, vault_of
        from station.clock import SystemClock
        from station.doctor import examine, ready
        from station.domain.errors import Fault
        from station.settings import load_settings

        found = plugged_in()
        try:
            place = find_home(home)
        except Fault:  # no station yet: the machine can be examined all the same
            findings = examine(SystemClock(), None, found, models=models_home())
        else:
            settings = load_settings(place)
            findings = examine(
                SystemClock(),
                place,
                found,
                vault=vault_of(settings),
                rehearsal=settings.rehearsal,
                newest=lambda: open_desk(place).ledger.newest_ms,
                models=models_home(),
            )
            findings += _camera(settings.devices.camera)
        findings += _codes(models_home())
        if as_json:
            answer.print_json({"ready": ready(findings), "findings": findings})
        for one in [] if as_json else findings:
            click.echo(f"{'✓' if one.ok else '✗'} {one.area}  {one.sentence}{one.remedy and '  → ' + one.remedy}")
        return answer.OK if ready(findings) else answer.FAULT

    return answer.run(run, as_json=as_json)


def _codes(models: Path) -> list[Finding]:
    """The readers of codes behind zxing-cpp: active or not, and why."""
    from devices.catalogue import open_reader

    engines = getattr(open_reader(models), "engines", ())
    return [
        Finding("codes", engine.active, f"{engine.sentence}。", "" if engine.active else "见 faces.md。", optional=True)
        for engine in engines
    ]


def _camera(url: str) -> list[Finding]:
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
