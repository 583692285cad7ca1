"""central: the province's centre – founded, its stations made known and revoked, looked at, and its clerk run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from station.domain.errors import Fault, Refused
from ui.cli import answer

json_option = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")


def home_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the centre's settings and sealed keys lie."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path),
        default=lambda: os.environ.get("ANXIN_CENTRAL_HOME", ""),
        help="省级平台文件夹（默认：ANXIN_CENTRAL_HOME）",
    )(command)


def _open(home: Path) -> Any:
    from station.centre import Centre
    from station.clock import SystemClock

    if not str(home) or str(home) == ".":
        raise Fault("没有指定省级平台文件夹。", "请用 --home 指定，或设置 ANXIN_CENTRAL_HOME。", "no_centre")
    return Centre(home, SystemClock())


@click.group("central")
def command() -> None:
    """省级平台：建库、登记和停用站点、查看、体检、运行签发程序。"""


@command.command("init", help="建立省级平台：数据库角色、表、权限、签名密钥；再运行一次即升级。")
@click.option("--central", "admin", required=True, help="管理员的数据库地址 postgresql://…")
@click.option("--address", default="", help="站点连接用的地址，不含用户名和口令（默认：同上去掉登录）")
@click.option("--secrets", default="", help="密钥文件的位置，宜放在另一块加密盘（默认：文件夹内 keys/secrets.json）")
@click.option("--rehearsal", is_flag=True, help="演练：密钥只用于演练，发出的卡不作数")
@json_option
@home_option
def init(admin: str, address: str, secrets: str, rehearsal: bool, as_json: bool, home: Path) -> int:
    """Exit 0 when the database is ready for stations."""

    def run() -> int:
        from station.centre import Centre
        from station.clock import SystemClock

        if not str(home) or str(home) == ".":
            raise Fault("没有指定省级平台文件夹。", "请用 --home 指定，或设置 ANXIN_CENTRAL_HOME。", "no_centre")
        centre = Centre.found(home, admin, SystemClock(), address=address, rehearsal=rehearsal, secrets=secrets)
        if as_json:
            answer.print_json({"ready": True, "address": centre.settings.address, "secrets": centre.settings.secrets})
        else:
            click.echo(f"省级平台已就绪：{centre.settings.address}")
            click.echo(f"密钥文件：{centre.settings.secrets}（请另存一份于不同地点，丢失后无法签发）")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("add-station", help="登记一个站点，写出登记文件并显示登记码；已启用的站点换电脑加 --new-computer。")
@click.argument("station")
@click.option("--city", required=True, help="城市代码，例如 330100")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="登记文件的位置")
@click.option("--new-computer", is_flag=True, help="换电脑：开始新的启用期，原电脑此后不能再写入")
@json_option
@home_option
def add_station(station: str, city: str, out: Path, new_computer: bool, as_json: bool, home: Path) -> int:
    """The packet and its code travel on different ways."""

    def run() -> int:
        from station.packet import new_code

        if out.exists():
            raise Refused("登记文件已存在。请换一个文件名，或先删除旧文件。", "packet_exists")
        packet, code = _open(home).packet(station, city, new_computer=new_computer), new_code()
        out.write_bytes(packet.sealed(code))
        out.chmod(0o600)
        if as_json:
            answer.print_json({"station": station, "city": city, "epoch": packet.epoch, "packet": out, "code": code})
        else:
            click.echo(f"站点 {station}（{city}）已登记。登记文件：{out}")
            if packet.epoch > 1:
                click.echo(f"新电脑从第 {packet.epoch} 启用期开始；原电脑下次同步时停止写入。")
            click.echo(f"登记码：{code}（请用另一条途径告知站点，不要与文件一起发送）")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("revoke-station", help="停用一个站点：立即断开，登录关闭，此后的记录一律不收。")
@click.argument("station")
@click.option("--why", required=True, help="原因，站点会看到")
@click.option("--code", default="", help="站点 sync --closing 给出的核对码：不一致就不停用")
@json_option
@home_option
def revoke_station(station: str, why: str, code: str, as_json: bool, home: Path) -> int:
    """For a stolen laptop or a closed office. Cannot be taken back."""

    def run() -> int:
        _open(home).administration(lambda one: one.revoke_station(station, why, code))
        if as_json:
            answer.print_json({"station": station, "state": "revoked", "why": why})
        else:
            click.echo(f"站点 {station} 已停用。")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("renew-station", help="核查后解除冻结，或让从备份恢复的站点开始新的启用期。")
@click.argument("station")
@json_option
@home_option
def renew_station(station: str, as_json: bool, home: Path) -> int:
    """The old chain stays; the station goes on under the next epoch."""

    def run() -> int:
        found: list[int] = []
        _open(home).administration(lambda one: found.append(one.renew_station(station)))
        if as_json:
            answer.print_json({"station": station, "epoch": found[0]})
        else:
            click.echo(f"站点 {station} 进入第 {found[0]} 启用期。")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("restored", help="数据库从备份恢复后运行一次：各站点随后自动补送和重读。")
@json_option
@home_option
def restored(as_json: bool, home: Path) -> int:
    """The generation rises, so every station re-reads and re-sends what is missing."""

    def run() -> int:
        generation = _open(home).restored()
        if as_json:
            answer.print_json({"generation": generation})
        else:
            click.echo(f"已进入第 {generation} 代，各站点下次同步时自动补送。")
        return answer.OK

    return answer.run(run, as_json=as_json)


@command.command("status", help="站点、记录数、待处理数、冻结与分叉、未能判定和未收回的记录。")
@json_option
@home_option
def status(as_json: bool, home: Path) -> int:
    """One moment of the whole province."""

    def run() -> int:
        from station.sync import returned, undecided
        from station.sync.administration import status_of

        centre = _open(home).province()
        with centre.transactions.reading() as conn:
            found, lines, lacking = status_of(conn), undecided.lines(conn), returned.not_taken(conn)
            waiting = undecided.count(conn)
        centre.close()
        if as_json:
            told = [{**answer.plain(one), "sentence": one.sentence} for one in lines]
            answer.print_json({**answer.plain(found), "waiting": waiting, "undecided": told, "not_taken_back": lacking})
            return answer.OK
        click.echo(f"第 {found.generation} 代；记录 {found.facts} 条，待签发程序处理 {found.unattended} 条，")
        click.echo(f"照片 {found.blobs} 份，分叉证据 {found.forks} 条。")
        for one in found.stations:
            words = {"active": "正常", "frozen": "冻结", "revoked": "停用"}
            line = f"{one.station}  {one.city}  {words.get(one.state, one.state)}  第 {one.epoch} 期  {one.facts} 条"
            click.echo(f"{line}  {one.why}".rstrip())
        _echo_undecided(waiting, lines)
        if lacking:
            click.echo(f"站点补送的省级记录未收回 {sum(lacking.values())} 条，见 main.py central doctor。")
        return answer.OK

    return answer.run(run, as_json=as_json)


def _echo_undecided(waiting: int, lines: list[Any]) -> None:
    click.echo(f"未能判定的记录 {waiting} 条。")
    for one in lines:
        click.echo(f"{'✗' if one.waiting else '✓'} {one.sentence}")


@command.command("numbers", help="编号台账：一个区划一年的每个编号在哪里，空号为什么空。")
@click.option("--division", required=True, help="区划代码，例如 330102")
@click.option("--year", required=True, type=int, help="年份，例如 2026")
@json_option
@home_option
def numbers(division: str, year: int, as_json: bool, home: Path) -> int:
    """Each number in exactly one line."""

    def run() -> int:
        from station.sync.number_account import account

        centre = _open(home).province()
        with centre.transactions.reading() as conn:
            lines = account(conn, division, year)
        centre.close()
        if as_json:
            found = [{**answer.plain(line), "unused": line.unused} for line in lines]
            answer.print_json({"division": division, "year": year, "lines": found})
            return answer.OK
        if not lines:
            click.echo(f"区划 {division} 在 {year} 年还没有分配编号。")
        for one in lines:
            whose = f"{one.station} 第 {one.epoch} 期" if one.station else "—"
            click.echo(f"{one.first:06d}–{one.last:06d}  {whose}  已用 {one.used}，未用 {one.unused}：{one.why}")
        return answer.OK

    return answer.run(run, as_json=as_json)
