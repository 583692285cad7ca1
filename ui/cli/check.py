"""check: what photographed or scanned codes are worth."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from devices.contracts import CodeReader
from station.domain.errors import Refused
from ui.cli import answer
from ui.cli.home import home_option, open_desk_for, parse_day
from ui.words import words

PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".webp"}


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to check: a picture or a text."""

    name: str
    path: Path | None = None
    text: str = ""


@click.command("check", help="核验照片或文本中的码:真伪、状态、颜色、原因。")
@click.argument("images", nargs=-1, type=click.Path(path_type=Path))
@click.option("--text", help="码中的文本(网址或 191 位数字)")
@click.option("--on", "on_text", help="按哪一天判断(YYYY-MM-DD),默认今天")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@home_option
def command(
    images: tuple[Path, ...], text: str | None, on_text: str | None, as_json: bool, home: Path | None
) -> int:
    """Exit 0 when every source was judged (whatever the colour), 2 when a source could not be read at all."""

    def run() -> int:
        on = parse_day(on_text) if on_text else None
        sources = list(_sources(images, text))
        if not sources:
            raise Refused("请给出照片、文件夹或 --text。", "nothing_to_check")
        results = [_checked(source, on, home) for source in sources]
        if as_json:
            answer.print_json({"results": results})
        else:
            for result in results:
                _show(result)
        return answer.FAULT if any(r["verdict"] == "unreadable" and r.get("missing") for r in results) else answer.OK

    return answer.run(run, as_json=as_json)


def _sources(images: tuple[Path, ...], text: str | None) -> Iterator[Source]:
    if text is not None:
        yield Source("--text", text=text.strip())
    for path in images:
        if path.is_dir():
            yield from (Source(str(p), p) for p in sorted(path.iterdir()) if p.suffix.lower() in PICTURES)
        else:
            yield Source(str(path), path)


def _checked(source: Source, on: date | None, home: Path | None) -> dict[str, Any]:
    """One row of the contract of architecture.md §7."""
    from station.services import health
    from station.services.inspecting import inspect_code
    from station.trust.token import encode

    started = time.perf_counter()
    text, missing = source.text, False
    reasons: list[str] = []
    desk = open_desk_for(source.path, home)
    if source.path is not None:
        text, missing, reasons = _read(source.path, (desk.settings.city.url_prefix,))
    row: dict[str, Any] = {
        "source": source.name, "verdict": "unreadable", "permit_number": None, "issue_number": None, "state": None,
        "colour": None, "reasons": reasons, "next_change": None, "as_of": None, "token": None,
        "health": [], "ms": 0.0,
    }  # fmt: skip
    if missing:
        row["missing"] = True
    if text:
        found = inspect_code(desk, text, on)
        genuine = found.verdict.genuine
        row |= {
            "verdict": found.verdict.kind.value,
            "permit_number": found.permit_number,
            "issue_number": found.issue_number,
            "state": found.state or None,
            "colour": found.colour.value if genuine else None,
            "reasons": list(found.reasons),
            "next_change": answer.plain(found.next_change) if found.next_change else None,
            "as_of": found.on.isoformat(),
            "health": [one.condition for one in health.of_inspection(desk, found)],
            "token": encode(found.verdict.token) if found.verdict.token is not None else None,
        }
    row["ms"] = round((time.perf_counter() - started) * 1000, 2)
    return row


def _read(path: Path, prefixes: tuple[str, ...]) -> tuple[str, bool, list[str]]:
    """Text of the code in a picture, whether the picture itself was unreadable, and why not."""
    from devices.cameras.stills import load_picture
    from devices.errors import Missing
    from station.trust.token import NotAToken, parse_scan

    try:
        picture = load_picture(path)
    except Missing as fault:
        return "", True, [fault.sentence]
    reader = _reader()
    readings = reader.read(picture, lambda text: not isinstance(parse_scan(text, prefixes), NotAToken))
    ours = [r.text for r in readings if not isinstance(parse_scan(r.text, prefixes), NotAToken)]
    if ours:
        return ours[0], False, []
    if readings:
        return readings[0].text, False, []
    return "", False, [reader.why_not(picture)]


@functools.cache
def _reader() -> CodeReader:
    """The one engine, loaded once, with the models that were dropped in."""
    from devices.catalogue import open_reader
    from station.bootstrap import models_home

    return open_reader(models_home())


def _show(result: dict[str, Any]) -> None:
    verdicts, colours, reasons, why = words("verdict"), words("colour"), words("reason"), words("why_not")
    click.echo(f"{result['source']}  {verdicts[result['verdict']]}")
    if result["permit_number"]:
        click.echo(f"  编号 {result['permit_number']}  第 {result['issue_number']} 版  {colours[result['colour']]}")
    for condition in result["health"]:
        click.echo(f"  ! {condition} {words('health')[condition]}")
    for code in result["reasons"]:
        click.echo(f"  · {reasons.get(code) or why.get(code) or code}")
    if result["next_change"]:
        change = result["next_change"]
        click.echo(f"  {change['on']} 起变为 {colours[change['colour']]}")
