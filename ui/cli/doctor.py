"""doctor: is this machine ready – fonts, libraries, devices, clock, keys, disk."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option


@click.command("doctor", help="体检本机：字体、系统库、设备、时钟、密钥、磁盘。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(as_json: bool, home: Path | None) -> int:
    """Exit 0 when nothing stands in the way of working, 2 otherwise."""

    def run() -> int:
        from devices.bench import plugged_in
        from station.doctor import ready
        from station.domain.errors import Fault
        from ui.checkup import findings_of

        try:
            place: Path | None = find_home(home)
        except Fault:  # no station yet: the machine can be examined all the same
            place = None
        findings = findings_of(place, plugged_in())
        if as_json:
            answer.print_json({"ready": ready(findings), "findings": findings})
        for one in [] if as_json else findings:
            click.echo(f"{'✓' if one.ok else '✗'} {one.area}  {one.sentence}{one.remedy and '  → ' + one.remedy}")
        return answer.OK if ready(findings) else answer.FAULT

    return answer.run(run, as_json=as_json)
