"""central run and doctor: the clerk as a process that may be killed and run twice, and whether the centre is ready."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import click

from station.domain.errors import Fault
from ui.cli import answer
from ui.cli.central import _open, command, home_option, json_option

LONGEST_WAIT = 60.0


@command.command("run", help="运行签发程序：签发已批准码证的卡号，核对全省重复；可随时终止，可同时运行两份。")
@click.option("--seconds", default=2.0, show_default=True, type=click.FloatRange(0.1), help="每隔几秒看一次")
@click.option("--once", is_flag=True, help="处理完现有的就结束")
@json_option
@home_option
def run_clerk(seconds: float, once: bool, as_json: bool, home: Path) -> int:
    """Goes on after every fault of the database, with longer and longer waits."""

    def run() -> int:
        centre = _open(home)
        province = centre.province()
        stop = threading.Event()
        for name in ("SIGTERM", "SIGINT"):
            if threading.current_thread() is threading.main_thread():
                signal.signal(getattr(signal, name), lambda *_: stop.set())
        try:
            return _rounds(centre, province, stop, seconds, once, as_json)
        finally:
            province.close()

    return answer.run(run, as_json=as_json)


def _rounds(centre: Any, province: Any, stop: threading.Event, seconds: float, once: bool, as_json: bool) -> int:
    wait, known = seconds, 0
    while not stop.is_set():
        try:
            done = centre.clerk_round(province)
            wait = seconds
        except Fault as fault:
            if once:
                raise
            wait = min(wait * 2, LONGEST_WAIT)
            click.echo(f"✗ {fault.sentence} {wait:.0f} 秒后再试。", err=True)
            stop.wait(wait)
            continue
        if once and as_json:
            answer.print_json(answer.plain(done))
        elif done.told or done.taken_back or done.published or once:
            click.echo(f"签发与核对 {done.told} 条，收回 {done.taken_back} 条，更新名单 {done.published} 份。")
        if done.undecided != known:
            click.echo(f"未能判定的记录 {done.undecided} 条，见 main.py central status。", err=True)
        known = done.undecided
        if once:
            return answer.OK
        stop.wait(wait)
    return answer.OK


@command.command("doctor", help="体检省级平台：数据库版本、时钟、权限、备份归档、证书、积压。")
@json_option
@home_option
def doctor(as_json: bool, home: Path) -> int:
    """Exit 0 when stations can work, 2 otherwise."""

    def run() -> int:
        from station.clock import SystemClock
        from station.sync.soundness import findings, sound

        province = _open(home).province()
        with province.transactions.reading() as conn:
            found = findings(conn, SystemClock())
        province.close()
        if as_json:
            answer.print_json({"ready": sound(found), "findings": found})
        for one in [] if as_json else found:
            click.echo(f"{'✓' if one.ok else '✗'} {one.sentence}{one.remedy and '  → ' + one.remedy}")
        return answer.OK if sound(found) else answer.FAULT

    return answer.run(run, as_json=as_json)
