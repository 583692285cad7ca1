"""household: the page a household sees."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option


@click.command("household", help="运行雇主核验网页。")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="端口")
@home_option
def command(host: str, port: int, home: Path | None) -> int:
    """Runs until it is interrupted."""

    def run() -> int:
        import uvicorn

        from station.bootstrap import open_desk, view_seal
        from ui.household.app import make_app

        desk = open_desk(find_home(home))
        click.echo(f"雇主核验网页:http://{host}:{port}/<码>,按 Ctrl+C 结束。")
        # uvicorn's own access log would write the token; ours writes 8 digits of a hash.
        uvicorn.run(make_app(desk, view_seal(desk)), host=host, port=port, log_level="warning", access_log=False,
                    server_header=False)  # fmt: skip
        return answer.OK

    return answer.run(run, as_json=False)
