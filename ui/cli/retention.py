"""retention: whose data and which scans have been kept long enough; `--run` deletes them as the night does."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import answer
from ui.cli.home import find_home, home_option


@click.command(
    "retention",
    help="保存期限（每天的日间计时会自动删除）：列出已到期和 30 天内到期的人员、到期的扫描件；--run 立即删除已到期的。",
)
@click.option("--run", "now", is_flag=True, help="删除已到期的")
@click.option("--ahead", type=click.IntRange(0, 3650), default=30, show_default=True, help="列出多少天内到期的")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(now: bool, ahead: int, as_json: bool, home: Path | None) -> int:
    """Exit 0; deletion never takes what a case still needs."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services import retention
        from ui.cli.people import colleague

        desk = open_desk(find_home(home))
        gone = retention.keep(desk, actor=colleague(desk, "worker.EXPIRE", "")).value if now else retention.Deleted()
        rows, scans = retention.due_list(desk, ahead), sum(map(len, retention.scans_due(desk).values()))
        if as_json:
            listed = [{"subject": row.subject, "after": row.after, "due": row.due} for row in rows]
            document = {"day": retention.sure_day(desk), "people": listed, "scans": scans, "deleted": gone}
            answer.print_json(document)
            return answer.OK
        if now:
            click.echo(f"已删除：{gone.people} 人的个人信息，{gone.scans} 份扫描件。")
        click.echo(f"截至 {retention.sure_day(desk)}：{ahead} 天内到期 {len(rows)} 人，到期扫描件 {scans} 份。")
        for row in rows:
            click.echo(f"  {'已到期' if row.due else '将到期'}  保存到 {row.after}  {row.name}")
        return answer.OK

    return answer.run(run, as_json=as_json)
