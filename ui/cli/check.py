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
from station.domain.errors import Fault, Refused
from station.services.desk import Desk
from ui.cli import answer
from ui.cli.home import home_option, open_desk_for, parse_day
from ui.words import words

NO_PICTURES = {"thumbs.db", "desktop.ini"}
"""What systems leave in folders by themselves; hidden files are passed over as well."""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to check: a picture or a text."""

    name: str
    path: Path | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The texts of a source, why there is none, and whether its file was no picture at all."""

    texts: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    missing: bool = False


@click.command("check", help="核验照片或文本中的码：真伪、状态、颜色、原因。")
@click.argument("images", nargs=-1, type=click.Path(path_type=Path))
@click.option("--text", help="码中的文本（网址或 191 位数字）")
@click.option("--on", "on_text", help="按哪一天判断（YYYY-MM-DD），默认今天")
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
        results = [row for source in sources for row in _checked(source, on, home)]
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
            files = (p for p in sorted(path.iterdir()) if p.is_file() and not p.name.startswith("."))
            yield from (Source(str(p), p) for p in files if p.name.lower() not in NO_PICTURES)
        else:
            yield Source(str(path), path)


def _checked(source: Source, on: date | None, home: Path | None) -> list[dict[str, Any]]:
    """One row of the contract of architecture.md §7, or one for each of our codes where a picture shows several."""
    started = time.perf_counter()
    desk = open_desk_for(source.path, home)
    seen = Seen((source.text,) if source.text else ())
    if source.path is not None:
        seen = _read(source.path, (desk.settings.city.url_prefix,))
    rows = [_row(source, seen) | _judged(desk, text, on) for text in seen.texts] or [_row(source, seen)]
    ms = (time.perf_counter() - started) * 1000 / len(rows)
    return [row | {"ms": round(ms, 2)} for row in rows]


def _row(source: Source, seen: Seen) -> dict[str, Any]:
    """Every field of the contract, with nothing found yet."""
    row: dict[str, Any] = {
        "source": source.name, "verdict": "unreadable", "permit_number": None, "issue_number": None, "state": None,
        "colour": None, "reasons": list(seen.why), "next_change": None, "as_of": None, "token": None,
        "health": [], "ms": 0.0,
    }  # fmt: skip
    return row | ({"missing": True} if seen.missing else {})


def _judged(desk: Desk, text: str, on: date | None) -> dict[str, Any]:
    """What one text is worth."""
    from station.services import elsewhere, health
    from station.services.inspecting import inspect_code
    from station.trust.token import encode

    found = inspect_code(desk, text, on)
    if on is None and elsewhere.worth_asking(desk, found, found.permit_number or ""):
        try:
            found = elsewhere.ask(desk, found, found.permit_number or "") or found
        except Fault as fault:
            click.echo(f"! {fault.sentence}", err=True)  # what is known without the province still holds
    return {
        "verdict": found.verdict.kind.value,
        "permit_number": found.permit_number,
        "issue_number": found.issue_number,
        "state": found.state or None,
        "colour": found.colour.value if found.verdict.genuine else None,
        "reasons": list(found.reasons),
        "next_change": answer.plain(found.next_change) if found.next_change else None,
        "as_of": found.on.isoformat(),
        "health": [one.condition for one in health.of_inspection(desk, found)],
        "token": encode(found.verdict.token) if found.verdict.token is not None else None,
    }


def _read(path: Path, prefixes: tuple[str, ...]) -> Seen:
    """Our codes in a picture, or what else stands there, or why nothing was read."""
    from devices.cameras.stills import load_picture
    from devices.errors import Missing
    from station.trust.token import NotAToken, parse_scan

    try:
        picture = load_picture(path)
    except Missing as fault:
        return Seen(why=(fault.sentence,), missing=True)
    reader = _reader()
    readings = reader.read(picture, lambda text: not isinstance(parse_scan(text, prefixes), NotAToken))
    ours = tuple(r.text for r in readings if not isinstance(parse_scan(r.text, prefixes), NotAToken))
    if ours or readings:
        return Seen(ours or (readings[0].text,))
    return Seen(why=(reader.why_not(picture),))


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
