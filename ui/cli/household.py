"""household: the page a household sees, for one city or for several whose ledgers are on this machine."""

from __future__ import annotations

import functools
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli import answer
from ui.cli.home import find_home

if TYPE_CHECKING:
    from ui.household.served import Served

SWEEP_EVERY = 600.0
"""Seconds between two looks whether the sweep of this night was made (domain.md §14: nightly at the centre)."""


@click.command("household", help="运行雇主核验网页；--link 只打印某个编号的线上码证地址。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="端口")
@click.option("--behind-proxy", "proxy", default="", help="反向代理的地址；只有它转来的来访地址才被采信")
@click.option("--sync-seconds", default=5.0, show_default=True, type=click.FloatRange(1.0), help="每隔几秒与中心同步")
@click.option("--link", "number", default="", help="打印该编号从业人员的线上码证地址后结束")
@click.option(
    "--central-home", "centre", type=click.Path(path_type=Path),
    default=lambda: os.environ.get("ANXIN_CENTRAL_HOME") or None,
    help="省级平台文件夹：在省级机器上运行时，由它签动态码（默认：ANXIN_CENTRAL_HOME）",
)  # fmt: skip
@click.option(
    "--home", "homes", type=click.Path(path_type=Path), multiple=True,
    help="站点文件夹；每个城市一个，可写多次（默认：ANXIN_HOME 或最近的演练）",
)  # fmt: skip
def command(
    host: str, port: int, proxy: str, sync_seconds: float, number: str, centre: Path | None, homes: tuple[Path, ...]
) -> int:
    """Runs until it is interrupted. The facts it stores travel with the exchange like any other."""

    def run() -> int:
        import uvicorn

        from station.services.health import sweep_if_due
        from station.services.phone import phone_link
        from ui.household.app import make_app
        from ui.household.beat import Beat
        from ui.household.served import Cities

        served = [_served(find_home(home), centre) for home in homes or (None,)]
        if number:
            at = Cities(*served).of_number(number)
            click.echo(f"/me/{phone_link(at.desk, at.seal, number)}")
            return answer.OK
        first, *others = served
        app = make_app(first.desk, first.seal, phone_code=first.phone_code, others=others)
        names = "、".join(one.desk.settings.city.name for one in served)
        click.echo(f"雇主核验网页（{names}）：http://{host}:{port}/<码>，按 Ctrl+C 结束。")
        with ExitStack() as beats:
            for one in served:
                beats.enter_context(Beat(one.desk.sync, sync_seconds))
                beats.enter_context(Beat(functools.partial(sweep_if_due, one.desk, nightly=True), SWEEP_EVERY))
            # uvicorn's own access log would write the token; ours writes 8 digits of a hash.
            uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False,
                        proxy_headers=bool(proxy), forwarded_allow_ips=proxy or None)  # fmt: skip
        return answer.OK

    return answer.run(run, as_json=False)


def _served(home: Path, centre: Path | None) -> Served:
    from station.bootstrap import open_desk, phone_codes, view_seal
    from ui.household.served import Served

    desk = open_desk(home)
    return Served(desk, view_seal(desk), phone_codes(desk, centre))
