"""simulate: seeds of a whole province, or of a printing counter, under every fault; and bugs planted on purpose."""

from __future__ import annotations

import click

from ui.cli import answer
from ui.cli.progress import telling


@click.group("simulate", invoke_without_command=True, help="模拟演算：各种故障下是否仍不丢、不重、不错。")
@click.option("--seeds", default=200, show_default=True, help="种子数")
@click.option("--first-seed", default=1, show_default=True, help="第一个种子")
@click.option("--stations", default=4, show_default=True, help="站点数")
@click.option("--plant", default="", help="故意放入一个错误，看能否发现；list 列出全部")
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
@click.option("--plant", default="", help="故意放入一个错误，看能否发现；list 列出全部")
@click.option("--jobs", default=1, show_default=True, help="并行进程数")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def printing(seeds: int, first_seed: int, plant: str, jobs: int, as_json: bool) -> int:
    """The same for the printing counter."""
    return _command(seeds, first_seed, 0, plant, jobs, as_json)


def _command(seeds: int, first_seed: int, stations: int, plant: str, jobs: int, as_json: bool) -> int:
    """Run seeds and answer; `stations` is 0 for printing."""

    def run() -> int:
        from station.domain.errors import Refused
        from station.simulation.planted import PLANTS, PRINTING
        from station.simulation.run import simulate

        known = PLANTS if stations else PRINTING
        if plant == "list":
            return _list({p.name: (p.sentence, p.harmless) for p in known.values()}, as_json)
        if plant and plant not in known:
            raise Refused(f"没有名为 {plant} 的错误；用 --plant list 列出全部。", "no_such_plant")
        with telling("演算", quiet=as_json) as tell:
            called = f"printing {plant}" if plant and not stations else plant
            found = simulate(
                seeds, stations, first=first_seed, plant=called, jobs=jobs, tell=lambda done: tell(done, seeds)
            )
        return _say(found.as_json() | {"stations": stations, "plant": plant}, plant, as_json)

    return answer.run(run, as_json=as_json)


def _list(plants: dict[str, tuple[str, str]], as_json: bool) -> int:
    if as_json:
        answer.print_json({"plants": {name: {"bug": said, "harmless": why} for name, (said, why) in plants.items()}})
        return answer.OK
    for name, (said, why) in plants.items():
        click.echo(f"{name:28} {said}{why and ' (harmless: ' + why + ')'}")
    return answer.OK


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
