"""simulate: seeds of a whole province, or of a printing counter, under every fault; and bugs planted on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ui.cli import answer
from ui.cli.progress import telling

if TYPE_CHECKING:
    from station.simulation.planted import Plant
    from station.simulation.run import Failure

EVERY, LIST = "all", "list"


@click.group("simulate", invoke_without_command=True, help="模拟演算：各种故障下是否仍不丢、不重、不错。")
@click.option("--seeds", default=200, show_default=True, help="种子数")
@click.option("--first-seed", default=1, show_default=True, help="第一个种子")
@click.option("--stations", default=4, show_default=True, help="站点数")
@click.option("--plant", default="", help="故意放入一个错误，看能否发现；list 列出全部，all 逐个试")
@click.option("--jobs", default=1, show_default=True, help="并行进程数")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@click.pass_context
def command(
    context: click.Context, seeds: int, first_seed: int, stations: int, plant: str, jobs: int, as_json: bool
) -> int:
    """Exit 0 without violations, 2 with one. With --plant a violation is what is wanted: 0 when it is caught."""
    if context.invoked_subcommand is not None:
        return 0

    return _command(seeds, first_seed, stations, plant, jobs, as_json)


@command.command("printing", help="模拟制证：断电、断线、卡纸、双卡、晚出卡、误答之下是否仍一证一卡。")
@click.option("--seeds", default=2000, show_default=True, help="种子数")
@click.option("--first-seed", default=1, show_default=True, help="第一个种子")
@click.option("--real", is_flag=True, help="每个种子都用真实的打印机程序和模拟打印机（平时二十个里一个）")
@click.option("--plant", default="", help="故意放入一个错误，看能否发现；list 列出全部，all 逐个试")
@click.option("--jobs", default=1, show_default=True, help="并行进程数")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def printing(seeds: int, first_seed: int, real: bool, plant: str, jobs: int, as_json: bool) -> int:
    """The same for the printing counter."""
    return _command(seeds, first_seed, -1 if real else 0, plant, jobs, as_json)


def _command(seeds: int, first_seed: int, stations: int, plant: str, jobs: int, as_json: bool) -> int:
    """Run seeds and answer; `stations` is PRINTING or DRIVEN for printing."""

    def run() -> int:
        from station.domain.errors import Refused
        from station.simulation.planted import PLANTS, PRINTING
        from station.simulation.run import DRIVEN, simulate, try_plants

        known = PLANTS if stations > 0 else PRINTING
        if plant == LIST:
            return _list(known, as_json)
        if plant == EVERY:
            with telling("演算", quiet=as_json) as tell:
                tried = try_plants(seeds, stations, first=first_seed, jobs=jobs, tell=tell)
            return _say_all(known, tried, seeds, as_json)
        if plant and plant not in known:
            raise Refused(f"没有名为 {plant} 的错误；用 --plant list 列出全部。", "no_such_plant")
        where = DRIVEN if plant and known[plant].driven else stations
        with telling("演算", quiet=as_json) as tell:
            called = f"printing {plant}" if plant and stations <= 0 else plant
            found = simulate(
                seeds, where, first=first_seed, plant=called, jobs=jobs, tell=lambda done: tell(done, seeds)
            )
        about = {"stations": max(stations, 0), "real": where < 0, "plant": plant}
        return _say(found.as_json() | about, plant, as_json)

    return answer.run(run, as_json=as_json)


def _list(known: Mapping[str, Plant], as_json: bool) -> int:
    if as_json:
        answer.print_json({"plants": {p.name: {"bug": p.sentence, "harmless": p.harmless} for p in known.values()}})
        return answer.OK
    for p in known.values():
        click.echo(f"{p.name:28} {p.sentence}{p.harmless and ' (harmless: ' + p.harmless + ')'}")
    return answer.OK


def _say_all(known: Mapping[str, Plant], tried: Mapping[str, Failure | None], seeds: int, as_json: bool) -> int:
    """A line for every planted bug; a harmful one that was not caught is a fault of the simulation."""
    missed = [name for name, found in tried.items() if found is None and not known[name].harmless]
    if as_json:
        plants = {
            name: {
                "bug": known[name].sentence, "harmless": known[name].harmless, "caught": found is not None,
                "seed": found.seed if found else None, "rule": found.rule if found else None,
            }
            for name, found in tried.items()
        }  # fmt: skip
        answer.print_json({"seeds": seeds, "plants": plants, "missed": missed})
    else:
        for name, found in tried.items():
            said = f"种子 {found.seed} 发现，{found.rule}" if found else "没有发现"
            said += f"（无害：{known[name].harmless}）" if known[name].harmless else ""
            click.echo(f"{name:24} {said}")
        click.echo(f"共 {len(tried)} 个错误，应发现而没有发现的 {len(missed)} 个。")
    return answer.FAULT if missed else answer.OK


def _say(found: dict[str, object], plant: str, as_json: bool) -> int:
    """The report, and the exit code it means."""
    caught = found["violations"] != 0
    if as_json:
        answer.print_json(found)
    else:
        click.echo(f"{found['seeds']} 个种子，{found['seeds_per_s']} 个/秒，违反 {found['violations']} 次。")
        first = found["first_violation"]
        if isinstance(first, dict):
            click.echo(f"种子 {first['seed']}：{first['rule']} {first['what']}")
            for line in first["story"]:
                click.echo(f"  {line}")
    return answer.OK if caught == bool(plant) else answer.FAULT
