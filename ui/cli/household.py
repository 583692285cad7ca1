"""household: the page a household sees."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option

SWEEP_EVERY = 600.0
"""Seconds between two looks whether the sweep of this night was made (domain.md §14: nightly at the centre)."""


@click.command("household", help="运行雇主核验网页；--link 只打印某个编号的线上码证地址。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="端口")
@click.option("--behind-proxy", "proxy", default="", help="反向代理的地址；只有它转来的来访地址才被采信")
@click.option("--sync-seconds", default=5.0, show_default=True, type=click.FloatRange(1.0), help="每隔几秒与中心同步")
@click.option("--link", "number", default="", help="打印该编号从业人员的线上码证地址后结束")
@home_option
def command(host: str, port: int, proxy: str, sync_seconds: float, number: str, home: Path | None) -> int:
    """Runs until it is interrupted. The facts it stores travel with the exchange like any other."""

    def run() -> int:
        import uvicorn

        from station.bootstrap import open_desk, phone_codes, view_seal
        from station.services.health import sweep_if_due
        from station.services.phone import phone_link
        from ui.household.app import make_app
        from ui.household.beat import Beat

        desk = open_desk(find_home(home))
        seal = view_seal(desk)
        if number:
            click.echo(f"/me/{phone_link(desk, seal, number)}")
            return answer.OK
        click.echo(f"雇主核验网页：http://{host}:{port}/<码>，按 Ctrl+C 结束。")
        with Beat(desk.sync, sync_seconds), Beat(lambda: sweep_if_due(desk, nightly=True), SWEEP_EVERY):
            # uvicorn's own access log would write the token; ours writes 8 digits of a hash.
            uvicorn.run(make_app(desk, seal, phone_code=phone_codes(desk)), host=host, port=port, log_level="warning",
                        access_log=False, server_header=False, proxy_headers=bool(proxy),
                        forwarded_allow_ips=proxy or None)  # fmt: skip
        return answer.OK

    return answer.run(run, as_json=False)
