"""Is this station ready for work: findings with a sentence and a remedy; prints nothing and repairs nothing.

Devices are listed by the caller, who alone may open them. Optional findings inform; only the others make a machine
unready.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from devices.contracts import FoundDevice
from station import __version__
from station.clock import Clock, ClockGuard
from station.domain.days import day_of
from station.domain.errors import Fault, Refused
from station.faces.engines import engines
from station.ledger.vault import Vault
from station.surroundings import Finding, fonts, libraries, permissions, program

__all__ = ["Finding", "examine", "ready"]

GIBIBYTE = 1 << 30
NEEDED_BYTES = 2 * GIBIBYTE
"""20,000 workers with a portrait of 60 KB each are 1.2 GB; the rest is room for rebuilding the projections."""

FEWEST_FRAMES = 8
"""Frames a second below which reading a card back takes noticeably longer than showing it."""

KEY_NAMES = {"ledger": "台账", "station": "本站", "city": "本市", "lookup": "查找", "facts": "记录签名"}
NAMES = {
    "printer": "制证打印机",
    "slip": "单据打印机",
    "camera": "摄像头",
    "scanner": "扫码枪",
    "idcard": "身份证阅读器",
    "queue": "打印队列",
    "port": "串口",
}


class Kept(Protocol):
    """How many faces a station keeps, against the number from which they must be filed."""

    @property
    def count(self) -> int: ...
    @property
    def limit(self) -> int: ...
    @property
    def level(self) -> str: ...


def ready(findings: Iterable[Finding]) -> bool:
    """Whether cards can be issued on this machine: everything that is not optional is in order."""
    return all(finding.ok or finding.optional for finding in findings)


def examine(
    clock: Clock,
    home: Path | None = None,
    found: Sequence[FoundDevice] = (),
    *,
    vault: Vault | None = None,
    rehearsal: bool = True,
    newest: Callable[[], int] | None = None,
    models: Path | None = None,
    kept: Callable[[], Kept] | None = None,
) -> list[Finding]:
    """Everything, in the order a person would look: program, libraries, fonts, station, clock, disk, keys, devices.

    `newest` opens the station and answers the milliseconds of its newest fact; where there is no station yet, None.
    `kept` answers how many faces it keeps, asked only where it opens.
    """
    stands, newest_ms = station(newest)
    findings = [*program(), *libraries(), *fonts(), stands, *time_of_day(clock, newest_ms), *disk(home or Path.cwd())]
    if vault is not None:
        findings += keys(vault, rehearsal)
    findings += faces(models)
    if kept is not None and stands.ok:
        findings.append(filing(kept()))
    return [*findings, *permissions(), *devices(found, rehearsal)]


def faces(models: Path | None) -> Iterator[Finding]:
    """Which face engine compares, and why each of the others does not; none of them stops any work."""
    known = engines(models)
    for engine in known:
        remedy = "" if engine.active else "放法见 resources/docs/faces.md；没有它也可由两人人工核对。"
        yield Finding("faces", engine.active, engine.why, remedy, optional=True)


def filing(kept: Kept) -> Finding:
    """How far the stored faces are from the number from which they must be filed (人脸识别办法 art. 15)."""
    said = f"可供人脸比对的照片至多 {kept.count} 人，备案线 {kept.limit} 人"
    if kept.level == "reached":
        remedy = "请在 30 个工作日内向省级网信部门备案。"
        return Finding("filing", False, f"{said}，已达备案线。", remedy, optional=True)
    if kept.level == "near":
        return Finding("filing", False, f"{said}，已接近。", "请准备向省级网信部门备案。", optional=True)
    return Finding("filing", True, f"{said}。")


def station(newest: Callable[[], int] | None) -> tuple[Finding, int]:
    """Whether the station opens, and when its newest fact was recorded (0 where nobody can tell)."""
    if newest is None:
        return Finding("station", True, "还没有站点，可先演练。"), 0
    try:
        return Finding("station", True, "站点可以打开。"), newest()
    except (Fault, Refused) as wrong:
        remedy = getattr(wrong, "remedy", "") or "请按部署说明检查站点设置。"
        return Finding("station", False, wrong.sentence, remedy), 0


def time_of_day(clock: Clock, newest_fact_ms: int = 0) -> Iterator[Finding]:
    """The clock against the build of this program and the newest fact of the ledger (trust.md T12)."""
    year, month = (int(part) for part in __version__.split(".")[:2])
    guard = ClockGuard(clock, build_day=date(year, month, 1), newest_fact_ms=newest_fact_ms)
    try:
        guard.check()
    except Fault as behind:
        yield Finding("clock", False, behind.sentence, behind.remedy)
    else:
        yield Finding("clock", True, f"本机日期 {day_of(clock.now_ms())}（北京时间）。")


def disk(place: Path, free: Callable[[Path], int] = lambda place: shutil.disk_usage(place).free) -> Iterator[Finding]:
    """Room where the ledger lies, and whether it may be written there."""
    while not place.exists():
        place = place.parent
    room = free(place)
    text = f"可用空间 {room / GIBIBYTE:.1f} GB"
    if room < NEEDED_BYTES:
        sentence = f"{text}，不足 {NEEDED_BYTES // GIBIBYTE} GB。"
        yield Finding("disk", False, sentence, "请清理磁盘，或把站点移到更大的磁盘。")
    else:
        yield Finding("disk", True, f"{text}。")
    if not os.access(place, os.W_OK):
        yield Finding("disk", False, "站点文件夹不可写。", "请检查文件夹权限，或用有权限的账户运行。")


def keys(vault: Vault, rehearsal: bool) -> Iterator[Finding]:
    """The secret keys of this station; a rehearsal makes its own when it needs them."""
    lacking = [said for name, said in KEY_NAMES.items() if not vault.has(name)]
    if not lacking:
        yield Finding("keys", True, "密钥齐全。")
    elif rehearsal:
        yield Finding("keys", True, "演练站点，密钥会在需要时生成。")
    else:
        sentence = f"缺少密钥：{'、'.join(lacking)}。"
        yield Finding("keys", False, sentence, "请按部署说明完成本站的注册，或从密钥备份恢复。")


def camera(a_second: float, dropped: int) -> Finding:
    """How the camera keeps up. Frames that nobody took in time are dropped; too few that arrive make reading slow."""
    said = f"摄像头每秒 {a_second:.0f} 帧，来不及取的 {dropped} 帧"
    if a_second < FEWEST_FRAMES:
        return Finding("camera", False, f"{said}，太慢。", "请换一个 USB 口或换一台摄像头，并调亮灯光。", optional=True)
    return Finding("camera", True, f"{said}。")


def devices(found: Sequence[FoundDevice], rehearsal: bool) -> Iterator[Finding]:
    """What is plugged in, what we recognise but do not drive, and what a real station cannot work without."""
    for device in found:
        said = f"{NAMES.get(device.kind, device.kind)}：{device.name}"
        if device.supported:
            yield Finding(device.kind, True, f"{said}。")
        else:
            yield Finding(device.kind, False, f"{said}，不支持。", device.sentence, optional=True)
    driven = {device.kind for device in found if device.supported}
    for kind, remedy in {
        "printer": "请接好打印机并开机；没有打印机时可用演练模式。",
        "camera": "请接好摄像头；没有摄像头时可用照片核对。",
    }.items():
        if kind not in driven and not (kind == "printer" and "queue" in driven):
            yield Finding(kind, False, f"没有找到{NAMES[kind]}。", remedy, optional=rehearsal)
