"""A run for people and for scripts: figures, tasks, stock, the report card by card, its workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from station.services import batch_report, batches, stock
from station.services.batch_report import Report
from station.services.desk import Desk
from ui import batch_books, text_batch
from ui.cli import answer
from ui.words import word, words


def document(desk: Desk, made: Report) -> dict[str, Any]:
    """The figures of a run, what waits for people, and the stock equation of every pack."""
    lines = stock.packs(desk)
    spoken = {name: value for name, value in answer.plain(made).items() if name not in ("lines", "name")}
    return {
        "batch": made.name, **spoken, "done": made.done,
        "seconds_left": None if made.seconds_per_card is None else made.seconds_per_card * made.waiting,
        "tasks": batch_report.tasks(desk, made.name),
        "stock": [answer.plain(line) | {"accounted": line.accounted, "balanced": line.balanced} for line in lines],
        "stock_balanced": all(line.balanced for line in lines if line.item == "BLANK"),
    }  # fmt: skip


def told(doc: dict[str, Any]) -> None:
    """The same as sentences."""
    click.echo(
        f"批次 {doc['batch']}：共 {doc['total']} 张，已启用 {doc['active']}，待打印 {doc['waiting']}，"
        f"待核实 {doc['at_printer']}；用卡 {doc['cards_used']} 张。"
    )
    if doc["seconds_left"] is not None:
        click.echo(f"平均每张 {doc['seconds_per_card']:.1f} 秒，余下约 {doc['seconds_left'] / 60:.0f} 分钟。")
    for reason, count in doc["lost"].items():
        click.echo(f"· 废卡 {count} 张：{word('spoil', reason)}")
    for one in doc.get("list_refused", ()):
        click.echo(f"✗ {one.sentence}")
    for one in doc.get("not_printed", ()):
        click.echo(f"✗ {one['number']} {one['sentence']}")
    for one in doc.get("stops", ()):
        click.echo(f"✗ 打印机 {one['printer'] + 1}：{one['sentence']}")
    for one in doc["tasks"]:
        click.echo(f"→ {one.number}-{one.issue_number}（打印机 {one.printer}）：{one.sentence}")
    for line in doc["stock"]:
        click.echo(pack_line(line))


def pack_line(line: dict[str, Any]) -> str:
    """One pack as a line: what was opened and where it is."""
    used = "、".join(
        f"{name} {line[key]}" for key, name in words("stock").items() if line[key]
    )  # the order of the words is the order of the equation
    state = "平" if line["balanced"] else "不平"
    return f"{line['pack']}：启用 {line['loaded']} = {used or 0}  {state}{line['blocked'] and ' ' + line['blocked']}"


def show_status(desk: Desk, name: str, as_json: bool) -> int:
    """All runs, or one with its tasks."""
    if name:
        doc = document(desk, batch_report.report(desk, name))
        answer.print_json(doc) if as_json else told(doc)
        return answer.FAULT if doc["tasks"] else answer.OK
    runs = [batch_report.report(desk, one) for one in batches.names(desk)]
    waiting = batch_report.tasks(desk)
    if as_json:
        short = ("name", "phase", "company", "opened_on", "total", "active", "waiting", "at_printer")
        answer.print_json({"batches": [{key: getattr(one, key) for key in short} for one in runs], "tasks": waiting})
        return answer.FAULT if waiting else answer.OK
    table = Table("批次", "日期", "状态", "共", "已启用", "待打印", "待核实")
    for one in runs:
        phase = word("phase", one.phase.value)
        figures = (one.total, one.active, one.waiting, one.at_printer)
        table.add_row(one.name, one.opened_on.isoformat(), phase, *(str(figure) for figure in figures))
    Console().print(table) if runs else click.echo("还没有批次。用 main.py batch run 名单.xlsx 开始。")
    for task in waiting:
        click.echo(f"→ {task.number}-{task.issue_number}（打印机 {task.printer}）：{task.sentence}")
    return answer.FAULT if waiting else answer.OK


def show_report(desk: Desk, name: str, sheet: Path | None, book: Path | None, as_json: bool) -> int:
    """Every card of the run with all its attempts; the hand-over sheet and the report as files where asked for."""
    made = batch_report.report(desk, name)
    if sheet is not None:
        batch_books.save_sheet(batch_report.hand_over(desk, name), sheet)
    if book is not None:
        batch_books.save_report(made, book)
    if as_json:
        answer.print_json(document(desk, made) | {"lines": made.lines, "sheet": sheet, "book": book})
        return answer.OK if made.done else answer.REFUSED
    table = Table(*text_batch.REPORT_COLUMNS)
    for row in batch_books.attempts(made):
        table.add_row(*row)
    Console().print(table)
    told(document(desk, made))
    for said, path in ((text_batch.HAND_OVER, sheet), (text_batch.REPORT, book)):
        if path is not None:
            click.echo(f"{said}：{path}")
    return answer.OK if made.done else answer.REFUSED
