"""sync: what the day asks for (timers of papers and permits), then one exchange with the centre."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import click

from station.domain.days import SHANGHAI_MS
from station.services.desk import Desk
from ui.cli import answer
from ui.cli.home import find_home, home_option

SHANGHAI = timezone(timedelta(milliseconds=SHANGHAI_MS))


@click.command("sync", help="日间计时（期限、逾期暂停），再与中心同步一次：上传、下载、核对总数。")
@click.option("--waiting", is_flag=True, help="只看什么还没有上传、为什么、从何时起")
@click.option("--new-life", is_flag=True, help="重新登记本站：被冻结或从备份恢复后，由主管联网办理，此后可以继续写入")
@click.option("--login", default="", help="主管登录名（--new-life、--closing）")
@click.option("--closing", is_flag=True, help="停办：同步，给出停用或迁移本站用的核对码，此后本站不能再写入")
@click.option("--anyway", is_flag=True, help="停办时还有卡或空白卡留在本站，由两人确认（--closing）")
@click.option("--second", default="", help="第二人登录名（--anyway）")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(
    waiting: bool, new_life: bool, closing: bool, anyway: bool, login: str, second: str, as_json: bool,
    home: Path | None,
) -> int:  # fmt: skip
    """Exit 0 when both sides ended with the same sums, 2 otherwise."""

    def run() -> int:
        from station.bootstrap import open_desk
        from station.services.night import Kept, keep_day
        from ui.cli.exchanging import exchanged

        desk = open_desk(find_home(home))
        if waiting:
            return _show_waiting(desk, as_json)
        if new_life:
            return _begin_anew(desk, login, as_json)
        if closing:
            return _close(desk, anyway, login, second, as_json)
        kept = Kept({}, {}) if desk.ledger.frozen else keep_day(desk).value
        done = exchanged(desk, quiet=as_json)
        if as_json:
            timers = {"papers": kept.papers, "paused": kept.paused, "deleted": answer.plain(kept.deleted)}
            answer.print_json({**answer.plain(done), "ok": done.ok, "sentence": done.sentence, "timers": timers})
        else:
            if kept.papers or kept.paused:
                click.echo(f"日间计时：申领 {sum(kept.papers.values())} 件，暂停码证 {sum(kept.paused.values())} 个。")
            if kept.deleted.people or kept.deleted.scans:
                click.echo(f"保存期限届满：删除 {kept.deleted.people} 人的个人信息，{kept.deleted.scans} 份扫描件。")
            click.echo(done.sentence)
            for alarm in done.alarms:
                click.echo(f"✗ {alarm}")
        return answer.OK if done.ok else answer.FAULT

    return answer.run(run, as_json=as_json)


def _begin_anew(desk: Desk, login: str, as_json: bool) -> int:
    from station.services import newlife
    from ui.cli.people import colleague

    begun = newlife.begin(desk, actor=colleague(desk, newlife.RULE, login)).value
    done = begun.exchanged
    if as_json:
        answer.print_json({"epoch": begun.epoch, "ok": done.ok, "sentence": begun.sentence, "alarms": done.alarms})
    else:
        click.echo(begun.sentence)
    return answer.OK if done.ok else answer.FAULT


def _close(desk: Desk, anyway: bool, login: str, second: str, as_json: bool) -> int:
    """What is there goes up, the code says that all of it is there, and nothing new is told any more."""
    from station.services import closing
    from ui.cli.people import colleague

    actor = colleague(desk, closing.RULE, login)
    other = colleague(desk, closing.RULE_ANYWAY, second, beside=actor) if anyway else None
    closed = closing.close(desk, actor=actor, second=other).value
    done = closed.exchanged
    if as_json:
        answer.print_json({"ok": done.ok, "sentence": done.sentence, "code": closed.code})
    else:
        click.echo(done.sentence)
        if closed.code:
            click.echo(f"核对码：{closed.code}（本站已停办，不能再写入；省级平台停用本站时填写）")
    return answer.OK if done.ok else answer.FAULT


def _show_waiting(desk: Desk, as_json: bool) -> int:
    from station.services.outbox import outbox
    from ui.words import word

    found = outbox(desk)
    if as_json:
        answer.print_json({**answer.plain(found), "facts": found.facts, "sentence": found.sentence})
        return answer.OK
    click.echo(found.sentence)
    for line in found.waiting:
        since = datetime.fromtimestamp(line.since_ms / 1000, SHANGHAI)
        click.echo(f"  {word('fact', line.kind)}  {line.count} 条  自 {since:%m-%d %H:%M}")
    for fact in found.kept_back:
        at = datetime.fromtimestamp(fact.at_ms / 1000, SHANGHAI)
        said = f"{fact.id}  {word('fact', fact.kind)}  {fact.subject}  {at:%m-%d %H:%M}"
        click.echo(f"  ✗ 与省级平台不同，不再上传：{said}")
    if found.warning:
        click.echo(f"! {found.warning}")
    return answer.OK
