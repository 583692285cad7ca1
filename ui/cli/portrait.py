"""portrait: what a permit photo lacks, measure by measure."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ui.cli import answer
from ui.words import word

MARKS = {"good": "✓", "warn": "!", "bad": "✗"}


@click.group("portrait", help="证件照：裁剪与质量检查。")
def command() -> None:
    """The group only."""


@command.command("check", help="检查一张照片：每项指标的数值、限值、结论和改进办法。")
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="另存裁好的证件照（PNG）")
@click.option("--models", type=click.Path(path_type=Path), help="另放模型文件的文件夹")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def check(image: Path, out: Path | None, models: Path | None, as_json: bool) -> int:
    """Exit 0 when the photo is acceptable, 1 when it is not, 2 when there is no engine or no picture."""

    def run() -> int:
        from PIL import Image

        from devices.cameras.stills import load_picture
        from station.bootstrap import models_home
        from station.faces.portrait import portrait_of
        from station.services.facing import finder

        matcher = finder(models or models_home())
        picture = load_picture(image)
        started = time.perf_counter()
        made = portrait_of(picture, matcher)
        ms = round((time.perf_counter() - started) * 1000, 1)
        if out is not None and made.picture is not None:
            Image.fromarray(made.picture).save(out, "PNG")
        if as_json:
            answer.print_json({
                "acceptable": made.acceptable, "measures": made.measures, "background_corrected": made.corrected,
                "turned": round(made.turned, 2), "engine": matcher.name, "ms": ms,
            })  # fmt: skip
        else:
            for one in made.measures:
                name = word("measure", one.name)
                click.echo(f"{MARKS[one.verdict.value]} {name}  {one.value:g}（{one.limit}）{one.sentence}")
        return answer.OK if made.acceptable else answer.REFUSED

    return answer.run(run, as_json=as_json)
