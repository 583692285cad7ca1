"""face: how far two pictures show the same person, as advice."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ui.cli import answer
from ui.words import word


@click.group("face", help="人脸：比对只作参考，由人决定。")
def command() -> None:
    """The group only."""


@command.command("compare", help="比对两张照片：一致、需人工看、不一致，附分数与门槛。")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--models", type=click.Path(path_type=Path), help="另放模型文件的文件夹")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
def compare(first: Path, second: Path, models: Path | None, as_json: bool) -> int:
    """Exit 0 when both pictures were compared, whatever came out; 1 where one shows no face; 2 without an engine."""

    def run() -> int:
        from devices.cameras.stills import load_picture
        from station.bootstrap import models_home
        from station.domain.errors import Refused
        from station.faces import policy
        from station.services.facing import finder

        matcher = finder(models or models_home())
        pictures = load_picture(first, "第一张照片"), load_picture(second, "第二张照片")
        started = time.perf_counter()
        found = policy.compare(matcher, *pictures)
        ms = round((time.perf_counter() - started) * 1000, 1)
        if found.advice is None:
            which = {"first": "第一张", "second": "第二张"}[found.missing]
            raise Refused(f"{which}照片中没有找到人脸，请换一张正面照片。", "no_face")
        bands = policy.load_bands()[found.engine]
        if as_json:
            answer.print_json({
                "decision": found.advice.value, "score": found.score, "threshold": found.threshold,
                "no_match_above": bands.no_match, "engine": found.engine, "model": found.model,
                "advisory": found.advisory, "measured_on": found.data, "fmr_at_match": bands.fmr_at_match,
                "fnmr_at_match": bands.fnmr_at_match, "ms": ms,
            })  # fmt: skip
        else:
            limits = f"（≤ {bands.match:g} 一致，> {bands.no_match:g} 不一致）"
            click.echo(f"{word('face', found.advice.value)}  {found.score:.3f}{limits}")
            click.echo(word("face", "advisory"))
        return answer.OK

    return answer.run(run, as_json=as_json)
